"""The hash chain: any tampering is found, and where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fieldapp.audit.chain import GENESIS, Break, Link, chain_of, first_break

MOMENT = datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC)


def chain_of_length(count, *, event="user.enabled"):
    entries, previous = [], GENESIS
    for sequence in range(1, count + 1):
        link = Link(sequence, MOMENT + timedelta(seconds=sequence), event, "actor", "user", f"user{sequence}", "{}")
        previous = chain_of(previous, link)
        entries.append((link, previous))
    return entries


def test_a_whole_chain_has_no_break():
    entries = chain_of_length(5)

    assert first_break(entries, heads={}) is None
    assert first_break(entries, heads={3: entries[2][1], 5: entries[4][1]}) is None
    assert first_break([], heads={}) is None


def test_every_field_of_an_entry_is_guarded():
    entries = chain_of_length(4)
    changes = {
        "at": MOMENT,
        "event": "user.disabled",
        "actor_id": None,
        "subject_kind": "group",
        "subject_id": "user9",
        "details": '{"a":1}',
    }
    for name, value in changes.items():
        altered = [*entries]
        altered[2] = (replace(entries[2][0], **{name: value}), entries[2][1])
        assert first_break(altered, heads={}).sequence == 3, name


def test_a_removed_an_inserted_and_a_swapped_entry_are_found_where_they_are():
    entries = chain_of_length(5)

    assert first_break(entries[:2] + entries[3:], heads={}) == Break(3, "缺少这一条")
    assert first_break(entries[:3] + entries[2:], heads={}) == Break(4, "序号重复")
    assert first_break([entries[1], entries[0], *entries[2:]], heads={}).sequence == 1
    assert first_break(entries[1:], heads={}).sequence == 1


def test_a_chain_that_was_recomputed_is_betrayed_by_one_receipt_outside():
    real, forged = chain_of_length(5), chain_of_length(5, event="user.disabled")

    assert first_break(forged, heads={}) is None, "inside the database alone it looks whole"
    assert first_break(forged, heads={4: real[3][1]}).sequence == 4


def test_a_chain_that_was_cut_is_betrayed_by_one_receipt_outside():
    real = chain_of_length(5)

    assert first_break(real[:3], heads={4: real[3][1], 5: real[4][1]}).sequence == 4


def test_two_different_entries_never_read_alike():
    """No field but the last holds a line break, so text moved from one field into the next gives another value."""
    one = Link(1, MOMENT, "a.b", "b", "c", "d", "{}")

    assert chain_of(GENESIS, one) != chain_of(GENESIS, replace(one, actor_id="bc", subject_kind=""))
    assert chain_of(GENESIS, one) != chain_of(GENESIS, replace(one, subject_kind="cd", subject_id=""))


def test_a_link_is_hashed_as_it_was_on_the_first_day():
    """Heads that were exported, and receipts on phones, are compared with it for ever."""
    link = Link(1, MOMENT, "user.enabled", None, "user", "user1", '{"a":1}')

    assert GENESIS == "0" * 64
    assert chain_of(GENESIS, link) == "a605ce532c7ab5bb4f795bc6900abf65c34f4d61f8ea2c70880d3de6c8e8ebcb"
