"""Certificates are extended one by one or many at once, after a question, all of them or none."""

import json
from datetime import date

import pytest
from desk_pages import form_at, forms_of, send
from factories import make_certificate, make_user
from sqlalchemy import select

from fieldapp.audit.models import AuditEntry
from fieldapp.extensions import db
from fieldapp.people import queries as people

LEDGER, EXTENSION = "/admin/certificates", "/admin/certificates/extension"
LATER = {"valid_until": "2033-12-31", "reason": "换届后继续任职"}


@pytest.fixture
def desk(county, signed_in):
    return signed_in(county.wu)


def words_of(answer):
    return answer.get_data(as_text=True)


def last_day(certificate):
    db.session.expire_all()
    return people.find_certificate(certificate.id).valid_until


def entries():
    return db.session.scalars(select(AuditEntry).where(AuditEntry.event == "certificate.changed")).all()


def holder(county, name="冯有证"):
    """Somebody of the bureau who holds no certificate yet."""
    return make_user(name, organisation=county.bureau)


def asked_again(answer, page):
    """The form of the page that asks for confirmation."""
    assert answer.status_code == 422
    return next(one for one in forms_of(words_of(answer), page) if one.value("valid_until") is not None)


def test_one_certificate_is_extended_from_its_own_page_after_a_question(county, desk):
    certificate = make_certificate(county.chen, valid_until=date(2030, 12, 31))
    place = f"{LEDGER}/{certificate.id}/extension"
    assert place in words_of(desk.get(f"{LEDGER}/{certificate.id}"))

    asked = send(desk, form_at(desk, place), **LATER)

    assert last_day(certificate) == date(2030, 12, 31), "nothing before it was confirmed"
    assert "2030-12-31 → 2033-12-31" in words_of(asked)
    assert send(desk, asked_again(asked, place)).status_code == 302
    assert last_day(certificate) == date(2033, 12, 31)
    assert people.find_certificate(certificate.id).state_reason == LATER["reason"]
    (entry,) = entries()
    assert (entry.subject_id, entry.actor_id) == (certificate.id, county.wu.id)
    assert json.loads(entry.details)["valid_until"] == "2033-12-31"


def test_many_are_ticked_in_the_ledger_and_extended_together(county, desk):
    ticked = [make_certificate(one) for one in (holder(county), county.chen)]
    left = make_certificate(holder(county, "何不延"))
    before = last_day(left)
    ledger = words_of(desk.get(f"{LEDGER}?all=1"))
    assert ledger.count(" checked>") == ledger.count("certificate_ids") > 3

    asked = desk.post_form(EXTENSION, LATER | {"certificate_ids": [one.id for one in ticked]})

    again = asked_again(asked, EXTENSION)
    assert all(one.number in words_of(asked) for one in ticked)
    assert left.number not in words_of(asked)
    assert send(desk, again).status_code == 302
    assert {last_day(one) for one in ticked} == {date(2033, 12, 31)}
    assert last_day(left) == before
    assert len(entries()) == 2


def test_when_one_of_many_cannot_be_extended_none_is_and_it_is_named(county, desk):
    twice = holder(county)
    good, bad = make_certificate(county.chen), make_certificate(twice)
    make_certificate(twice, issued_on=date(2032, 1, 1), valid_until=date(2034, 1, 1))
    before = last_day(good)

    asked = desk.post_form(EXTENSION, LATER | {"certificate_ids": [good.id, bad.id]})
    refused = send(desk, asked_again(asked, EXTENSION))

    assert refused.status_code == 422
    assert "不能同时持有两本" in words_of(refused)
    assert twice.name in words_of(refused)
    assert 'value="2033-12-31"' in words_of(refused), "what was typed stands there still"
    assert (last_day(good), entries()) == (before, [])


def test_a_certificate_in_another_persons_name_is_not_extended(county, desk):
    certificate = make_certificate(county.chen)
    certificate.holder_name = "别人"
    db.session.commit()

    asked = desk.post_form(EXTENSION, LATER | {"certificate_ids": [certificate.id]})
    refused = send(desk, asked_again(asked, EXTENSION))

    assert refused.status_code == 422
    assert "与账号的姓名不一致" in words_of(refused)


@pytest.mark.parametrize(
    ("missing", "words"), [("reason", "这一项必填"), ("valid_until", "请填写日期"), ("certificate_ids", "请勾选证件")]
)
def test_what_is_missing_is_said_and_nothing_is_changed(county, desk, missing, words):
    certificate = make_certificate(county.chen)
    before = last_day(certificate)
    form = LATER | {"certificate_ids": [certificate.id]}

    answer = desk.post_form(EXTENSION, form | {missing: ""} if missing != "certificate_ids" else LATER)

    assert answer.status_code == 422
    assert words in words_of(answer)
    assert last_day(certificate) == before


def test_an_earlier_day_is_asked_about_as_what_it_is(county, desk):
    certificate = make_certificate(county.chen, valid_until=date(2034, 1, 1))

    assert "缩短" in words_of(desk.post_form(EXTENSION, LATER | {"certificate_ids": [certificate.id]}))


def test_a_revoked_certificate_cannot_be_ticked(county, desk):
    certificate = make_certificate(county.chen, state="revoked")

    assert f'value="{certificate.id}"' not in words_of(desk.get(LEDGER))
    answer = desk.post_form(EXTENSION, LATER | {"certificate_ids": [certificate.id]})
    assert answer.status_code == 422
    assert "确认延长" not in words_of(answer)


def test_an_administrator_of_a_locality_extends_only_what_lies_in_it(county, signed_in):
    local = make_user("梁镇管", role="system", organisation=county.bureau, locality=county.liuwan)
    elsewhere = make_certificate(county.chen)

    answer = signed_in(local).post_form(EXTENSION, LATER | {"certificate_ids": [elsewhere.id]})

    assert elsewhere.number not in words_of(answer)
    assert "确认延长" not in words_of(answer)
