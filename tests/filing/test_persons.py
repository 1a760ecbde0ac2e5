"""Sealed persons: read, counted, erased."""

import pytest
from factories import interview_body, make_visit
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import as_if_at, parse_rfc3339
from fieldapp.errors import NotAllowed, NotFound, Refused
from fieldapp.extensions import db
from fieldapp.filing import persons
from fieldapp.filing.models import SealedPerson

AT = parse_rfc3339("2026-11-23T09:12:04+08:00")
PERSON = {"kind": "resident", "name": "某某", "salt": "0" * 32}


@pytest.fixture
def record(county, signed_in):
    """The id of an interview of which three revisions were filed, with a person each."""
    owner, visit = ids.mint(), make_visit(group=county.first_group)
    phone = signed_in(county.zhang_san)
    for revision in (1, 2, 3):
        said = PERSON | {"name": f"某{revision}"}
        body = interview_body(visit, revision=revision, state="draft", anonymous=False, respondent=said)
        filed = phone.api_put(f"/api/v1/interviews/{owner}", body)
        assert filed.status_code == 200, filed.json
    return owner


def names_of(record):
    db.session.expire_all()
    return [(persons.person_of(record, revision) or {}).get("name") for revision in (1, 2, 3)]


def test_a_person_is_read_by_revision_and_of_what_was_never_sealed_there_is_none(record):
    assert persons.person_of(record, 2) == PERSON | {"name": "某2"}
    assert persons.person_of(record, 4) is None
    assert persons.erased_at(record, 1) is None
    assert persons.erased_at(record, 4) is None
    assert (persons.count_sealed(record), persons.count_sealed(ids.mint())) == (3, 0)


def test_one_revision_is_erased_alone_and_then_all_the_rest(county, record):
    with as_if_at(AT):
        assert persons.erase(county.wu, record, 2, reason="本人申请") == 1
    assert names_of(record) == ["某1", None, "某3"]
    assert persons.erased_at(record, 2) == AT
    assert persons.count_sealed(record) == 2

    assert persons.erase(None, record, reason="本人申请") == 2, "what was erased before is not erased again"
    assert names_of(record) == [None, None, None]
    assert persons.erased_at(record, 2) == AT
    assert persons.count_sealed(record) == 0
    assert persons.erase(None, record, reason="再次申请") == 0


def test_key_and_sealed_words_are_both_gone_from_the_row(county, record):
    persons.erase(county.wu, record, 1, reason="本人申请")

    row = db.session.get(SealedPerson, (record, 1), populate_existing=True)
    assert (row.key, row.sealed) == (None, b"")


def test_each_erasure_is_in_the_chain_by_revision_without_its_reason(county, record):
    persons.erase(county.wu, record, 3, reason=" 本人申请 ")
    persons.erase(None, record, reason="本人申请")

    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "person.erased")).all()
    told = [(row.actor_id, row.subject_kind, row.subject_id, audit.details_of(row)["revision"]) for row in rows]
    assert told == [(who, "interview", record, revision) for who, revision in ((county.wu.id, 3), (None, 1), (None, 2))]
    assert len({audit.details_of(row)["reason_digest"] for row in rows}) == 1, "blanks around it are no other reason"
    assert "本人申请" not in "".join(row.details for row in rows)


def test_who_may_not_what_is_not_there_and_no_reason_erase_nothing(county, record):
    with pytest.raises(NotAllowed):
        persons.erase(county.qian, record, reason="本人申请")
    with pytest.raises(Refused) as refused:
        persons.erase(county.wu, record, reason=" ")
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [("/reason", "请写明删除的理由")]
    for owner, revision in ((ids.mint(), None), (record, 4)):
        with pytest.raises(NotFound):
            persons.erase(county.wu, owner, revision, reason="本人申请")
    assert names_of(record) == ["某1", "某2", "某3"]
