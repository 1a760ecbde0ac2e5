"""What the register said of the officers in a record when it came in: said to the lead, and never a refusal."""

from datetime import date

import pytest
from factories import filed_observation, make_checklist_version, make_organisation, make_visit, observation_body

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.observations.models import Observation
from fieldapp.officers import operations
from fieldapp.officers.operations import OfficerDraft
from fieldapp.reviews import operations as reviews


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def file(county, visit):
    """file([(name, number), …]): a submitted record of 2026-11-23; gives its id."""
    version = make_checklist_version()

    def file(officers, *, record=None, revision=1, state="submitted"):
        record = record or ids.mint()
        written = [{"name": name, "certificate_no": number, "register": "registered"} for name, number in officers]
        body = observation_body(visit, version, revision=revision, state=state, officers=written)
        assert file_revision(county.zhang_san, filed_observation(record, body)).receipt
        return record

    return file


def found(record):
    return db.session.get(Observation, record, populate_existing=True).officers_found


def enter(agency, number="32050012345", name="陈一", until=date(2030, 1, 1)):
    return operations.add(None, OfficerDraft(name, agency.id, number, until))


def test_each_officer_is_looked_up_when_the_record_is_submitted(county, file):
    enter(county.work_safety_agency)
    enter(county.work_safety_agency, "32050012346", "林二", date(2026, 11, 22))
    enter(county.environment_agency, "32050012347", "王三")

    record = file(
        [("陈一", "2345"), ("林二", "32050012346"), ("王三", "32050012347"), ("赵四", "32050012348"), ("无证", "")]
    )

    assert found(record) == '["registered","expired","other_agency","not_found",""]'


def test_officers_of_a_branch_are_those_of_its_agency(county, file):
    branch = make_organisation("云川市应急管理局监察大队", kind="agency", parent=county.work_safety_agency)
    enter(branch)

    assert found(file([("陈一", "32050012345")])) == '["registered"]'


def test_what_was_found_stays_until_the_next_submission_whatever_happens_to_the_certificate(county, file):
    officer = enter(county.work_safety_agency)
    record = file([("陈一", "32050012345")])
    operations.change(
        None, officer.id, OfficerDraft("陈一", county.work_safety_agency.id, "32050012345", date(2020, 1, 1))
    )
    assert found(record) == '["registered"]'

    reviews.return_to_author(county.qian, record, revision=1, comment="请核对执法人员。", items={})
    file([("陈一", "32050012345"), ("乙", "")], record=record, revision=2, state="draft")
    assert found(record) == '["registered"]'
    file([("陈一", "32050012345")], record=record, revision=3)
    assert found(record) == '["expired"]'


def test_an_empty_register_says_nothing_of_anybody(county, file):
    assert found(file([("陈一", "32050012345")])) == ""


def test_the_lead_reads_what_the_server_found_beside_what_the_phone_had_said(county, file, signed_in):
    enter(county.work_safety_agency, until=date(2026, 1, 1))
    enter(county.work_safety_agency, "32050012346", "林二")
    record = file([("陈一", "32050012345"), ("林二", "32050012346")])

    page = " ".join(signed_in(county.qian).get(f"/review/records/{record}").get_data(as_text=True).split())

    assert '陈一（32050012345） <span class="tag tag--critical">已过期</span>' in page
    assert page.count("手机上核对：在册") == 1, "where both say the same, it is said once"
    assert '林二（32050012346） <span class="tag">在册</span>' in page
    assert "按提交时的执法人员名册核对" in page
