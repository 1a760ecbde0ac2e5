"""An id belongs to one thing: whatever comes later under it is refused in words, and what was filed stays."""

from typing import Any

import pytest
from factories import (
    filed_observation,
    interview_body,
    make_checklist_version,
    make_photo,
    make_visit,
    observation_body,
)  # fmt: skip
from phone_uploads import Phone

from fieldapp import ids
from fieldapp.errors import FieldappError
from fieldapp.extensions import db
from fieldapp.filing import kinds, operations, receipts
from fieldapp.filing.models import Receipt
from fieldapp.filing.wire import parse
from fieldapp.keeping.verification import verify

KINDS = ("observation", "interview", "evidence", "visit")


@pytest.fixture
def phone(county: Any, signed_in: Any) -> Any:
    return signed_in(county.zhang_san)


@pytest.fixture
def bodies(county: Any) -> dict[str, dict[str, Any]]:
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    return {"observation": observation_body(visit, version), "interview": interview_body(visit)}


def send(phone: Any, bodies: dict[str, dict[str, Any]], kind: str, record: str) -> Any:
    if kind == "evidence":
        return phone.send_file(make_photo(), evidence_id=record, observation=ids.mint())
    if kind == "visit":
        body = {"mode": "on_site", "domain": "work_safety", "agency": {"name": "某某局"},
                "starts_at": "2026-11-23T09:00:00+08:00"}  # fmt: skip
        return phone.api_put(f"/api/v1/visits/{record}", body)
    return phone.api_put(f"/api/v1/{kinds.of(kind).address}/{record}", bodies[kind])


@pytest.mark.parametrize(
    ("first", "second"),
    [(a, b) for a in KINDS for b in KINDS if a != b and (a, b) != ("visit", "evidence")],
)
def test_an_id_that_something_else_bears_is_refused_in_words_and_nothing_is_lost(phone, bodies, first, second):
    record = ids.mint()
    assert send(phone, bodies, first, record).status_code in (200, 201)
    kept = [(row.kind, row.digest) for row in db.session.query(Receipt)]

    answer = send(phone, bodies, second, record)

    assert answer.status_code == (409 if second == "evidence" else 422), answer.json
    assert kinds.words_of(first) in str(answer.json), "it says what bears the id"
    assert "本机" in answer.json["title"], "and that the phone's own copy is safe"
    assert [(row.kind, row.digest) for row in db.session.query(Receipt)] == kept
    assert send(phone, bodies, first, record).status_code == 200
    assert verify(with_files=True).first is None


def test_of_two_kinds_under_one_new_id_in_one_batch_the_first_is_filed(county, bodies):
    record = ids.mint()
    interview = parse(kinds.of("interview"), record, bodies["interview"])
    observation = filed_observation(record, bodies["observation"])
    other = filed_observation(ids.mint(), bodies["observation"])

    outcomes = operations.file_together([(county.zhang_san.id, one) for one in (interview, observation, other)])

    assert [one.status if isinstance(one, FieldappError) else 200 for one in outcomes] == [200, 422, 200]
    assert receipts.find(record).kind == "interview"


def test_a_file_whose_id_was_taken_while_it_was_under_way_is_refused_and_stays_on_the_phone(phone, bodies):
    record, content = ids.mint(), make_photo()
    assert Phone(phone).post(content, body=b"", id=record).status_code == 201
    assert send(phone, bodies, "observation", record).status_code == 200

    answer = phone.send_file(content, evidence_id=record, observation=ids.mint())

    assert answer.status_code == 409
    assert "原件仍在本机" in answer.json["title"]
    assert receipts.find(record).kind == "observation"
