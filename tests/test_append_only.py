"""What is filed stays: the database itself refuses to change or delete it, on both engines, whoever asks."""

import pytest
from confirmations_kit import confirmation_body
from factories import (
    interview_body,
    make_checklist_version,
    make_photo,
    make_visit,
    observation_body,
    roundtable_body,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.reviews import operations

TABLES = {
    "audit_entry": "chain",
    "receipt": "digest",
    "observation_revision": "body",
    "interview_revision": "body",
    "confirmation_revision": "body",
    "roundtable_revision": "body",
    "review": "comment",
    "item_comment": "comment",
}


@pytest.fixture
def filled(county, signed_in):
    """One row at least in each of the tables."""
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    phone, record, photo = signed_in(county.zhang_san), ids.mint(), ids.mint()
    answers = {"B01": {"value": "no", "note": "未亮证", "evidence": [photo]}}
    phone.api_put(f"/api/v1/observations/{record}", observation_body(visit, version, answers=answers))
    phone.api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(visit))
    confirmed = confirmation_body(visit, record, {"revision": 1, "digest": "0" * 64})
    phone.api_put(f"/api/v1/confirmations/{ids.mint()}", confirmed)
    phone.api_put(f"/api/v1/roundtables/{ids.mint()}", roundtable_body())
    phone.send_file(make_photo(), evidence_id=photo, observation=record, item="B01")
    operations.return_to_author(county.qian, record, revision=1, comment="补", items={"B01": "谁？"})


def refused(statement):
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()


def rows(table):
    return [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table}"))]


def test_rows_that_were_filed_are_neither_changed_nor_deleted(filled):
    for table, column in TABLES.items():
        before = rows(table)
        assert before, table
        refused(f"UPDATE {table} SET {column} = 'x'")
        refused(f"DELETE FROM {table}")
        assert rows(table) == before


def test_a_published_checklist_never_changes_its_words(filled):
    refused("UPDATE checklist_version SET content = '{}'")
    refused("UPDATE checklist_version SET digest = 'x'")
    db.session.execute(text("UPDATE checklist_version SET title = title"))
    db.session.rollback()


def test_evidence_that_has_arrived_stays(filled):
    assert rows("evidence")
    refused("DELETE FROM evidence")
