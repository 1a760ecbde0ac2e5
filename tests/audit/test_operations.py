"""Adding to the chain."""

import re
import threading

import pytest
from sqlalchemy.exc import DBAPIError

from fieldapp.audit import events, operations, queries
from fieldapp.audit.models import AuditEntry
from fieldapp.audit.operations import Happening, record, record_many
from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work


def enable(subject="u1", **details):
    return record("user.enabled", actor_id="admin", subject_kind="user", subject_id=subject, at=now(), **details)


def test_entries_follow_each_other_and_verify(app):
    enable("u1")
    enable("u2")
    many = record_many([Happening("user.unlocked", "admin", "user", "u1", now(), {"failures": 3}) for _ in range(3)])

    assert [entry.sequence for entry in many] == [3, 4, 5]
    assert queries.verify_chain() == (5, None)
    assert queries.head() == (5, many[-1].chain)
    assert operations.record_many([]) == []


def test_an_event_is_recorded_with_exactly_its_fields_or_not_at_all(app):
    with pytest.raises(ValueError):
        enable(reason="words")
    with pytest.raises(ValueError):
        record("user.unlocked", actor_id="admin", subject_kind="user", subject_id="u1", at=now())
    with pytest.raises(ValueError):
        record("user.invented", actor_id="admin", subject_kind="user", subject_id="u1", at=now())

    assert queries.head() is None


def test_the_fields_of_an_event_are_spelled_in_one_order_however_they_were_given(app):
    given = {"kind": "holiday", "parent": None, "locality": "柳湾"}
    first, second = (
        record("organisation.created", actor_id="admin", subject_kind="organisation", subject_id="o", at=now(), **said)
        for said in (given, dict(reversed(given.items())))
    )

    assert first.details == second.details
    assert first.details.startswith('{"kind":"holiday","locality":')


def test_no_event_has_a_field_for_personal_data():
    fields = {name for names in events.EVENTS.values() for name in names}

    assert not fields & {"name", "phone", "contact", "note", "text", "comment", "latitude", "longitude"}
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", event) for event in events.EVENTS)
    assert all(len(event) <= 60 for event in events.EVENTS)


def test_what_is_undone_leaves_no_gap(app):
    enable("u1")
    with pytest.raises(RuntimeError), unit_of_work():
        enable("u2")
        raise RuntimeError

    assert enable("u3").sequence == 2
    assert queries.verify_chain() == (2, None)


def test_writers_at_the_same_time_make_one_unbroken_chain(app):
    errors = []

    def write(number):
        with app.app_context():
            try:
                for _ in range(5):
                    enable(f"u{number}")
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert queries.verify_chain() == (20, None)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor_id = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_the_chain(app, statement):
    enable()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(db.text(statement))
    db.session.rollback()

    assert db.session.query(AuditEntry).one().actor_id == "admin"
