"""The ledger of certificates, and the other registers."""

from datetime import date, timedelta

import pytest
from factories import make_certificate, make_user

from fieldapp.clock import china, now
from fieldapp.errors import NotAllowed, Refused
from fieldapp.people import certificates, listing, queries, registers
from fieldapp.people.certificates import CertificateDraft
from fieldapp.people.registers import ContactPointDraft, OrganisationDraft


def draft(county, **changes):
    given = {
        "number": "云执监证 000001",
        "holder_name": "陈旁观",
        "organisation_id": county.bureau.id,
        "issued_on": date(2026, 1, 1),
        "valid_until": date(2028, 12, 31),
        "holder_id": county.chen.id,
    }
    return CertificateDraft(**(given | changes))


def test_an_issued_certificate_is_found_by_the_code_of_its_qr_which_says_nothing_of_the_holder(county):
    made = certificates.issue(county.wu, draft(county))

    assert queries.certificate_by_code(made.verify_code).id == made.id
    assert queries.certificate_of(county.chen).id == made.id
    assert len(made.verify_code) >= 16
    assert queries.certificate_by_code("guess") is None


def test_a_number_is_given_once_and_dates_run_forward(county):
    certificates.issue(county.wu, draft(county))

    with pytest.raises(Refused) as refusal:
        certificates.issue(county.wu, draft(county, valid_until=date(2025, 1, 1)))

    assert {fault.pointer for fault in refusal.value.faults} == {"/number", "/valid_until"}


def test_a_suspended_certificate_can_be_restored_and_a_revoked_one_never(county):
    made = certificates.issue(county.wu, draft(county))

    certificates.change_state(county.wu, made.id, state="suspended", reason="调查")
    certificates.change_state(county.wu, made.id, state="valid", reason="调查结束")
    certificates.change_state(county.wu, made.id, state="revoked", reason="退休")
    with pytest.raises(Refused):
        certificates.change_state(county.wu, made.id, state="valid", reason="重来")

    assert queries.find_certificate(made.id).state_reason == "退休"


def test_the_state_does_not_change_without_a_reason_or_by_others_than_admins(county):
    made = certificates.issue(county.wu, draft(county))

    with pytest.raises(Refused):
        certificates.change_state(county.wu, made.id, state="suspended", reason=" ")
    with pytest.raises(NotAllowed):
        certificates.change_state(county.qian, made.id, state="suspended", reason="x")


def test_the_ledger_counts_what_is_in_force_expiring_and_expired(county):
    today = china(now()).date()
    before = listing.count_by_state(today)
    for days, state in ((500, "valid"), (30, "valid"), (-1, "valid"), (500, "suspended")):
        make_certificate(county.chen, valid_until=today + timedelta(days=days), state=state)

    counts = {state: count - before[state] for state, count in listing.count_by_state(today).items()}

    assert (counts["in_force"], counts["expiring"], counts["expired"], counts["suspended"]) == (2, 1, 1, 1)
    assert len(listing.certificates(today, state="in_force", text="陈旁观")) == 2
    assert len(listing.certificates(today, text="陈")) == 4
    assert listing.certificates(today, text="%") == []


def test_an_organisation_is_never_its_own_superior(county):
    below = registers.create_organisation(county.wu, OrganisationDraft("agency", "下级局", "下级局", county.bureau.id))
    plan = OrganisationDraft("justice_bureau", county.bureau.name, "司法局", parent_id=below.id)

    with pytest.raises(Refused) as refusal:
        registers.change_organisation(county.wu, county.bureau.id, plan)

    assert [fault.pointer for fault in refusal.value.faults] == ["/parent_id"]


def test_a_disabled_organisation_leaves_the_lists_for_new_things_only(county):
    registers.set_organisation_disabled(county.wu, county.environment_agency.id, is_disabled=True)

    assert county.environment_agency.id not in {row.id for row in queries.agencies()}
    assert queries.find_organisation(county.environment_agency.id).name == "云川市生态环境局"
    registers.set_organisation_disabled(county.wu, county.environment_agency.id, is_disabled=False)
    assert county.environment_agency.id in {row.id for row in queries.agencies()}


def test_a_contact_point_lies_in_a_locality_and_ends_without_vanishing(county):
    with pytest.raises(Refused):
        registers.create_contact_point(county.wu, ContactPointDraft("东湾村", "village", county.bureau.id))
    made = registers.create_contact_point(county.wu, ContactPointDraft("东湾村", "village", county.liuwan.id))

    registers.end_contact_point(county.wu, made.id)

    assert [row.name for row in listing.contact_points(locality_id=county.liuwan.id)] == ["东湾村"]
    assert queries.find_contact_point(made.id).ended_at


def test_a_certificate_is_issued_to_whose_account_it_is_and_to_nobody_elses(county):
    with pytest.raises(Refused) as refusal:
        certificates.issue(county.wu, draft(county, holder_name="不是陈旁观"))

    (fault,) = refusal.value.faults
    assert fault.pointer == "/holder_name"
    assert "陈旁观" in fault.detail
    assert certificates.issue(county.wu, draft(county, holder_name="陈 旁观")), "a blank makes no other person"


def test_nobody_holds_two_certificates_that_are_valid_at_once(county):
    first = certificates.issue(county.wu, draft(county))
    again = {"number": "云特邀证 000001", "kind": "invited"}

    for changes in ({}, {"holder_id": None}, {"issued_on": date(2028, 12, 31), "valid_until": date(2030, 1, 1)}):
        with pytest.raises(Refused) as refusal:
            certificates.issue(county.wu, draft(county, **again, **changes))
        assert first.number in refusal.value.faults[0].detail

    following = certificates.issue(
        county.wu, draft(county, **again, issued_on=date(2029, 1, 1), valid_until=date(2031, 1, 1))
    )
    with pytest.raises(Refused):
        certificates.extend(county.wu, [first.id], valid_until=date(2029, 6, 1), reason="延期")
    certificates.change_state(county.wu, first.id, state="suspended", reason="调查")
    certificates.extend(county.wu, [first.id], valid_until=date(2029, 6, 1), reason="延期")
    with pytest.raises(Refused, match="没有改变"):
        certificates.change_state(county.wu, first.id, state="valid", reason="恢复")
    certificates.change_state(county.wu, following.id, state="revoked", reason="重复")
    assert certificates.change_state(county.wu, first.id, state="valid", reason="恢复").state == "valid"


def test_two_people_of_one_name_hold_one_each(county):
    namesake = make_user("陈旁观", organisation=county.bureau)
    certificates.issue(county.wu, draft(county))

    assert certificates.issue(county.wu, draft(county, number="云执监证 000002", holder_id=namesake.id))
