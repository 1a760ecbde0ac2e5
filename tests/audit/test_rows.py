"""M18: the row by which lists and statistics know a record says what its words and the chain say, or is named."""

from typing import Any

import pytest
from factories import interview_body, make_checklist_version, make_visit, observation_body
from sqlalchemy import text

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing.models import Receipt
from fieldapp.keeping.verification import verify
from fieldapp.reviews import operations as reviews

ROWS = [
    ("observation", "state", "returned"),
    ("observation", "head_revision", 1),
    ("observation", "no_count", 0),
    ("observation", "yes_count", 48),
    ("observation", "na_count", 3),
    ("observation", "not_observed_count", 3),
    ("observation", "no_items", ""),
    ("observation", "critical_no_items", ""),
    ("observation", "evidence_named", 9),
    ("observation", "started_at", "2020-01-01 00:00:00.000000"),
    ("observation", "submitted_at", "2020-01-01 00:00:00.000000"),
    ("interview", "state", "draft"),
    ("interview", "level", 5),
    ("interview", "evidence_named", 9),
    ("interview", "started_at", "2020-01-01 00:00:00.000000"),
    ("interview", "submitted_at", None),
]


@pytest.fixture
def filed(county: Any, signed_in: Any) -> dict[str, str]:
    """The ids of a record that was returned, filed again and approved, and of an interview."""
    version, visit = make_checklist_version(), make_visit(group=county.first_group)
    phone = signed_in(county.zhang_san)
    filed = {"observation": ids.mint(), "interview": ids.mint()}
    no = {"B01": {"value": "no", "note": "未出示𠮷"}}
    for revision, answers in ((1, {}), (2, no)):
        sent = observation_body(visit, version, revision=revision, answers=answers)
        assert phone.api_put(f"/api/v1/observations/{filed['observation']}", json=sent).status_code == 200
        if revision == 1:
            reviews.return_to_author(county.qian, filed["observation"], revision=1, comment="请补充", items={})
    reviews.approve(county.qian, filed["observation"], revision=2)
    sent = interview_body(visit)
    assert phone.api_put(f"/api/v1/interviews/{filed['interview']}", json=sent).status_code == 200
    assert verify().findings == []
    return filed


def test_each_column_that_repeats_the_words_or_the_chain_is_held_against_them(filed: dict[str, str], county: Any):
    unnoticed = []
    rows = [*ROWS, ("observation", "author_id", county.li_si.id), ("interview", "author_id", county.li_si.id)]
    for table, column, value in rows:
        changed = db.session.execute(
            text(f"UPDATE {table} SET {column} = :value WHERE id = :id AND {column} IS DISTINCT FROM :value"),  # noqa: S608
            {"value": value, "id": filed[table]},
        )
        assert changed.rowcount == 1, (table, column)
        found = verify().first  # undoes the change when it has looked
        if found is None or found.sequence != newest_receipt(filed[table]) or column not in found.words:
            unnoticed.append((table, column, found))

    assert not unnoticed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_row_that_is_gone_is_missed_and_one_that_was_never_filed_is_named(filed: dict[str, str]):
    db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    db.session.execute(text("UPDATE interview SET id = 'other' WHERE id = :id"), {"id": filed["interview"]})
    found = verify().findings

    assert any(one.sequence == newest_receipt(filed["interview"]) and "已被删除" in one.words for one in found)
    assert any("没有对应的内容" in one.words for one in found)


def newest_receipt(subject_id: str) -> int:
    """The place in the chain of the newest filing."""
    return max(sequence for (sequence,) in db.session.query(Receipt.sequence).filter_by(subject_id=subject_id))
