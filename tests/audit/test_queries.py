"""Reading the chain."""

from datetime import timedelta

from fieldapp.audit import queries
from fieldapp.audit.operations import record
from fieldapp.clock import now, parse_rfc3339
from fieldapp.extensions import db


def happen(event, subject, actor="admin", **details):
    return record(event, actor_id=actor, subject_kind="user", subject_id=subject, at=now(), **details)


def found(**asked):
    return [entry.sequence for entry in db.session.scalars(queries.newest(**asked))]


def test_entries_are_found_by_event_actor_and_subject_newest_first(app):
    happen("user.enabled", "u1")
    happen("group.ended", "g1", actor="lead", reason_digest="0" * 64)
    happen("user.unlocked", "u1", failures=1)
    happen("user.enabled", "u2", actor="lead")

    assert found() == [4, 3, 2, 1]
    assert found(event="user.") == [4, 3, 1]
    assert found(event="user.enabled", actor_id="lead") == [4]
    assert found(subject_id="u1") == [3, 1]
    assert found(event="user%") == [], "what is asked for is taken literally"
    assert [entry.sequence for entry in queries.of_subject("u1")] == [1, 3]
    assert queries.details_of(queries.entry(3)) == {"failures": 1}
    assert queries.entry(99) is None


def test_entries_are_found_from_a_moment_on_that_moment_included_and_counted(app):
    happen("user.enabled", "u1")
    second = happen("user.enabled", "u2")

    assert found(since=second.at) == [2]
    assert found(since=second.at + timedelta(microseconds=1)) == []
    assert queries.count(queries.newest(since=second.at)) == 1
    assert queries.count(queries.newest(subject_id="nobody")) == 0


def test_every_entry_is_given_out_oldest_first_with_all_that_its_chain_value_covers(app):
    for subject in ("u1", "u2"):
        happen("user.enabled", subject)

    given = list(queries.every_entry())

    assert [one["subject_id"] for one in given] == ["u1", "u2"]
    assert set(given[0]) == {
        "sequence", "at", "event", "actor_id", "subject_kind", "subject_id", "details", "chain",
    }  # fmt: skip
    assert parse_rfc3339(given[1]["at"]) == queries.entry(2).at
    assert (given[1]["sequence"], given[1]["chain"]) == queries.head()


def test_a_head_from_outside_is_held_against_the_chain(app):
    happen("user.enabled", "u1")
    known = happen("user.enabled", "u2").chain

    assert queries.verify_chain({2: known}) == (2, None)
    assert queries.verify_chain({2: "0" * 64})[1].sequence == 2
    assert queries.verify_chain({3: known})[1].sequence == 3
