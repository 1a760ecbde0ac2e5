"""The registry of kinds: found by name, in their order, and no two that could be taken for one another."""

from dataclasses import replace

import pytest

from fieldapp.audit import events
from fieldapp.filing import kinds
from fieldapp.filing.wire import parse


@pytest.fixture
def registry(monkeypatch):
    """The kinds and the events of the house, which a test may add to."""
    kinds.load()
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    monkeypatch.setattr(events, "EVENTS", dict(events.EVENTS))
    return kinds.of("observation")


def test_every_kind_stands_in_its_place_and_is_found_by_its_name(registry):
    found = kinds.every()

    assert [kind.name for kind in found] == ["observation", "interview", "confirmation", "roundtable", "officer_word"]
    assert [kind.place for kind in found] == sorted(kind.place for kind in found)
    assert [kinds.of(kind.name) for kind in found] == [kinds.find(kind.name) for kind in found] == found
    assert kinds.find("visit") is None
    with pytest.raises(KeyError):
        kinds.of("visit")
    assert kinds.words() == {
        "observation": "监督记录",
        "interview": "访谈",
        "confirmation": "确认",
        "roundtable": "座谈",
        "officer_word": "执法人员说明",
    }


def test_whatever_has_a_receipt_has_words(registry):
    assert [kinds.words_of(name) for name in ("observation", "visit", "evidence", "stranger")] == [
        "监督记录", "监督活动", "证据文件", "stranger",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "address"),
    [("observation", "others"), ("visit", "others"), ("evidence", "others"), ("other", "interviews")],
)
def test_a_name_or_an_address_that_is_taken_is_refused_and_nothing_is_registered(registry, name, address):
    before = kinds.every()

    with pytest.raises(ValueError, match=f"a kind {name} or an address {address} already"):
        kinds.register(replace(registry, name=name, address=address))
    assert kinds.every() == before


def test_a_new_kind_brings_its_event_and_its_place(registry):
    other = kinds.register(replace(registry, name="other", address="others", place=0, told=("marks",)))

    assert kinds.every()[0] is other
    assert other.event == "other.filed"
    assert events.EVENTS["other.filed"] == ("revision", "digest", "state", "visit", "marks")
    assert other.owner.name == "observation_id"


def test_what_a_kind_does_not_say_adds_nothing(registry):
    plain = replace(registry, **{name: kinds.Kind.__dataclass_fields__[name].default for name in (
        "taken_over", "decide", "told", "details", "described")})  # fmt: skip

    assert (plain.taken_over(None, None), plain.decide(None, []), plain.told) == ({}, None, ())
    assert (plain.details(None), plain.described(None)) == ({}, {})


def test_a_filing_counts_as_submitted_by_what_it_says(registry):
    sent = {"revision": 1, "base_revision": 0, "visit": "01890f0e-7b7a-7cc0-98c2-0242ac120002",
            "started_at": "2026-11-23T09:00:00+08:00", "checklist_version": "v", "answers": {}}  # fmt: skip

    for state in ("draft", "submitted"):
        filed = parse(registry, "an id", sent | {"state": state})
        accepted = kinds.Accepted(registry, "me", filed, "whatever", None, None, None, [], [])
        assert accepted.is_submitted == (state == "submitted")
        assert accepted.also == {}
