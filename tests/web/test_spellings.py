"""Whatever is typed or pasted is read as it was meant: each way of typing at each place where something is typed."""

from datetime import date
from urllib.parse import quote

import pytest
from citizens import Citizen, make_poster, receipt_in
from factories import (
    filed_observation,
    make_certificate,
    make_checklist_version,
    make_user,
    make_visit,
    observation_body,
)
from spellings import PASTED, TYPED
from sqlalchemy import select

from fieldapp import ids
from fieldapp.errors import Refused
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.officers import operations as officers
from fieldapp.officers.operations import OfficerDraft
from fieldapp.people import accounts, certificates, passwords, registers
from fieldapp.people import operations as sign_ins
from fieldapp.people.accounts import Account
from fieldapp.people.certificates import CertificateDraft
from fieldapp.people.registers import OrganisationDraft
from fieldapp.ratings.models import Rating
from fieldapp.visits import recusal

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HANDED_OVER = "aCde-fGh3-jKm4-nPq6"


@ONE_ENGINE
def test_a_code_a_receipt_and_a_telephone(app, county):
    citizen, certificate = Citizen(app), make_certificate(county.zhang_san)
    poster = make_poster(county.wu, agency_id=county.work_safety_agency.id)
    for name, spell in PASTED.items():
        receipt = receipt_in(citizen.rate(poster.code, level="1", phone=spell("0512-5700-0000"), may_call="1"))

        assert (
            db.session.scalars(select(Rating).order_by(Rating.submitted_at.desc())).first().contact_mask == "051****00"
        )
        for address, code in (("/r", poster.code), ("/r/status", receipt),
                              ("/verify/certificate", certificate.verify_code)):  # fmt: skip
            assert citizen.open(f"{address}/{quote(spell(code))}").status_code == 200, (address, name)
        assert citizen.open("/r/status", query_string={"code": spell(receipt)}).status_code == 303, name


@ONE_ENGINE
def test_a_user_name_and_a_password_that_is_handed_over_once(county):
    county.zhang_san.password_hash = passwords.hash_password(HANDED_OVER)
    db.session.commit()
    for spell in TYPED.values():
        user, _ = sign_ins.sign_in(spell("zhangsan"), spell(HANDED_OVER), address="203.0.113.9", browser="")
        assert user.id == county.zhang_san.id


@ONE_ENGINE
def test_a_name_and_a_number_that_are_there_already(county):
    agency, day, later = county.work_safety_agency, date(2026, 1, 1), date(2030, 1, 1)
    make_certificate(county.zhang_san, number="JD-001")
    officers.add(None, OfficerDraft("陈一", agency.id, "EX-9001", later))
    for spell in TYPED.values():
        again = {
            "/name": lambda of=spell: registers.create_organisation(
                county.wu, OrganisationDraft("agency", of(agency.name), "局")),
            "/username": lambda of=spell: accounts.create_user(
                county.wu, Account(of("zhangsan"), "某", ("supervisor",), county.bureau.id, "justice_bureau"),
                password=HANDED_OVER),
            "/number": lambda of=spell: certificates.issue(
                county.wu, CertificateDraft(of("JD-001"), "李四", county.li_si.organisation_id, day, later)),
        }  # fmt: skip
        for field, deed in again.items():
            with pytest.raises(Refused) as refusal:
                deed()
            assert field in [fault.pointer for fault in refusal.value.faults]
        with pytest.raises(Refused):
            officers.add(None, OfficerDraft("陈二", agency.id, spell("EX-9001"), later))
        assert recusal.called(spell(agency.name)) == agency.id


def test_every_search_finds_what_was_meant(county, signed_in):
    version = make_checklist_version()
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency, place="工业路1号（东门）")
    record = ids.mint()
    file_revision(county.zhang_san, filed_observation(record, observation_body(visit, version)))
    make_certificate(county.zhang_san, number="JD-001")
    make_user("阿依·古丽", username="ayi.guli", organisation=county.bureau)
    officers.add(None, OfficerDraft("阿依·古丽", county.work_safety_agency.id, "EX-9001", date(2030, 1, 1)))
    make_poster(county.wu, agency_id=county.work_safety_agency.id, place="A-12窗口")
    lead, admin = signed_in(county.zhou), signed_in(county.wu)

    for reader, path, words, shown in (
        (lead, "/review/", ("工业路1号（东门）", "工业路1号(东门)", "东门 张三"), record),
        (admin, "/admin/people", ("AYI.guli", "阿依•古丽", "古丽 司法局"), "ayi.guli<"),
        (admin, "/admin/certificates", ("jd-001", "张三 JD"), "JD-001<"),
        (admin, "/admin/officers", ("EX-9001", "阿依・古丽"), "EX-9001<"),
        (admin, "/admin/rating-codes", ("a-12窗口",), "A-12窗口<"),
    ):
        for word in (*(spell(words[0]) for spell in TYPED.values()), *words[1:]):
            page = reader.get(path, query_string={"q": word}).get_data(as_text=True)
            assert shown in page, (path, word)
        assert shown not in reader.get(path, query_string={"q": "没有的"}).get_data(as_text=True), path
