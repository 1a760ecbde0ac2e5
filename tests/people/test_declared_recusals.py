"""回避单位: who has declared an agency is kept away from it and from what is below it, as from an agency of his own."""

from datetime import timedelta

import pytest
from factories import (
    filed_observation,
    interview_body,
    make_certificate,
    make_checklist_version,
    make_group,
    make_organisation,
    make_user,
    make_visit,
    observation_body,
    roundtable_body,
)

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.clock import now
from fieldapp.errors import Locked, Refused
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.observations import marks
from fieldapp.observations.models import Observation
from fieldapp.people import declared_recusals
from fieldapp.people.scope import reach_of
from fieldapp.reviews import operations
from fieldapp.visits import planning
from fieldapp.visits.planning import VisitPlan

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def brigade(county):
    return make_organisation("安全生产执法大队", parent=county.work_safety_agency, domains=["work_safety"])


def test_what_he_files_is_kept_and_marked_and_he_is_not_planned_nor_shown_what_others_filed(county, brigade, signed_in):
    version = make_checklist_version()
    lead = make_user("任组长", role="lead", organisation=county.bureau)
    make_certificate(lead)
    make_certificate(county.zhang_san)
    visit = make_visit(group=make_group(lead, [county.zhang_san]), agency=brigade)
    records = []
    for author in (lead, county.zhang_san):
        records.append(ids.mint())
        declared_recusals.declare(county.wu, lead.id, [county.work_safety_agency.id], reason="配偶在该局任职")
        file_revision(author, filed_observation(records[-1], observation_body(visit, version)))
    own, others = (db.session.get(Observation, record) for record in records)

    assert (set(marks.of(own)), set(marks.of(others))) == ({"own_agency"}, set())
    with pytest.raises(Locked, match="回避"):
        operations.approve(county.zhou, own.id, revision=1)
    desk = signed_in(lead)
    assert desk.get(f"/review/records/{others.id}").status_code == 404
    assert "按回避规定" in desk.get("/review/?state=all").get_data(as_text=True)
    assert brigade.id in reach_of(lead).recused_from
    plan = VisitPlan("on_site", "work_safety", brigade.id, visit.group_id, now() + timedelta(days=1), "示例路1号")
    with pytest.raises(Refused) as refusal:
        planning.plan_visit(county.wu, plan)
    assert "任组长" in refusal.value.faults[0].detail

    declared_recusals.declare(county.wu, lead.id, [], reason="")
    assert set(marks.of(own)) == {"own_agency"}, "what was decided stays"
    assert reach_of(lead).recused_from == frozenset()
    assert planning.plan_visit(county.wu, plan)


def test_the_page_of_a_person_keeps_agencies_with_a_reason_which_the_chain_holds_as_a_digest(county, signed_in):
    desk, agency = signed_in(county.wu), county.work_safety_agency
    address = f"/admin/people/{county.zhou.id}/recusals"
    seen = desk.get(address).get_data(as_text=True).partition('name="seen" value="')[2].partition('"')[0]

    assert desk.post_form(address, {"seen": seen, "agency_ids": agency.id}).status_code == 422
    assert desk.post_form(address, {"seen": seen, "agency_ids": agency.id, "reason": "曾任副局长"}).status_code == 302

    page = desk.get(f"/admin/people/{county.zhou.id}").get_data(as_text=True)
    assert "回避单位：云川市应急管理局（曾任副局长）" in page
    details = audit.of_subject(county.zhou.id)[-1].details
    assert agency.id in details
    assert "曾任副局长" not in details


def test_who_is_recused_later_is_named_with_the_visits_that_are_planned_already(county, signed_in):
    make_visit(group=county.first_group, agency=county.work_safety_agency, starts_at=now() + timedelta(days=2))
    make_visit(group=county.first_group, agency=county.work_safety_agency, starts_at=now() - timedelta(days=2))
    desk, address = signed_in(county.wu), f"/admin/people/{county.zhang_san.id}"
    assert "应当回避的活动已经安排" not in desk.get(address).get_data(as_text=True)

    declared_recusals.declare(county.wu, county.zhang_san.id, [county.work_safety_agency.id], reason="曾任职")

    page = desk.get(address).get_data(as_text=True)
    assert page.partition("应当回避的活动已经安排")[2].partition("</ul>")[0].count("<li>") == 1


def test_what_he_asked_people_about_his_own_agency_is_kept_and_marked_at_the_desk(county, signed_in):
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    interview, roundtable = ids.mint(), ids.mint()
    phone, desk = signed_in(county.zhang_san), signed_in(county.zhou)
    assert phone.api_put(f"/api/v1/interviews/{interview}", json=interview_body(visit)).status_code == 200
    body = roundtable_body(visit=visit)
    assert phone.api_put(f"/api/v1/roundtables/{roundtable}", json=body).status_code == 200
    pages = f"/review/interviews/{interview}", f"/review/roundtables/{roundtable}"
    assert not [page for page in pages if "本单位" in desk.get(page).get_data(as_text=True)]

    declared_recusals.declare(county.wu, county.zhang_san.id, [county.work_safety_agency.id], reason="曾任职")

    assert not [page for page in pages if "应当回避" not in desk.get(page).get_data(as_text=True)]
