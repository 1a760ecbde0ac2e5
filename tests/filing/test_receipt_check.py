"""Whether a receipt still stands: each thing that speaks against it is named, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import receipts
from fieldapp.filing.receipt_check import Fault, faults_of

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # about the words, not the engine


@pytest.fixture
def issued(app):
    """Three receipts, one after the other, of a database whose guards are gone."""
    for (trigger,) in db.session.execute(db.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        db.session.execute(db.text(f"DROP TRIGGER {trigger}"))
    db.session.commit()
    with unit_of_work():
        details = {"state": "draft", "visit": ids.mint()}
        return receipts.issue_many(
            [
                receipts.Filing("interview", ids.mint(), 2, letter * 64, None, "interview.filed", now(), details)
                for letter in "abc"
            ]
        )


def change(sequence, **values):
    db.session.execute(update(AuditEntry).where(AuditEntry.sequence == sequence).values(**values))
    db.session.commit()
    db.session.expire_all()


def altered(receipt, **values):
    """A copy of the row with other values, and with a signature that fits them no more."""
    kept = {name: getattr(receipt, name) for name in receipts._COLUMNS}
    return receipts.Receipt(**(kept | values))


@SQLITE
def test_what_stands_has_nothing_against_it_the_first_of_the_chain_too(issued):
    assert [faults_of(one) for one in issued] == [[], [], []]


@SQLITE
def test_a_signature_over_other_words_is_named(issued):
    forged = altered(issued[1], signature=issued[0].signature)

    assert faults_of(forged) == [Fault.SIGNATURE]


@SQLITE
@pytest.mark.parametrize(
    ("name", "value"),
    [("digest", "d" * 64), ("revision", 3), ("subject_id", "somebody"), ("chain", "e" * 64), ("received_at", None)],
)
def test_an_entry_that_says_something_else_is_named(issued, name, value):
    value = value or issued[1].received_at + timedelta(microseconds=1)

    assert faults_of(altered(issued[1], **{name: value})) == [Fault.SIGNATURE, Fault.ENTRY_DIFFERS]


@SQLITE
def test_an_entry_that_is_gone_is_named(issued):
    db.session.execute(db.delete(AuditEntry).where(AuditEntry.sequence == 3))
    db.session.commit()
    db.session.expire_all()

    assert faults_of(issued[2]) == [Fault.ENTRY_MISSING]
    assert faults_of(altered(issued[2], digest="f" * 64)) == [Fault.SIGNATURE, Fault.ENTRY_MISSING]


@SQLITE
def test_a_link_that_does_not_follow_from_the_one_before_is_named(issued):
    change(2, actor_id="somebody else")
    assert faults_of(issued[1]) == [Fault.CHAIN_BROKEN]
    assert faults_of(issued[2]) == [], "its own link holds: the whole chain is walked elsewhere"
    change(2, actor_id=None, chain="9" * 64)
    assert faults_of(issued[1]) == [Fault.ENTRY_DIFFERS, Fault.CHAIN_BROKEN]
    assert faults_of(issued[2]) == [Fault.CHAIN_BROKEN]


@SQLITE
def test_a_link_whose_predecessor_is_gone_is_broken_but_the_first_needs_none(issued):
    db.session.execute(db.delete(AuditEntry).where(AuditEntry.sequence == 2))
    db.session.commit()
    db.session.expire_all()

    assert faults_of(issued[2]) == [Fault.CHAIN_BROKEN]
    assert faults_of(issued[0]) == []
