"""Nobody is sent to their own agency."""

from datetime import timedelta

import pytest
from factories import make_checklist_version, make_group, make_organisation, make_user, make_visit

from fieldapp.clock import now
from fieldapp.errors import Refused
from fieldapp.people import queries
from fieldapp.people.groups import GroupPlan
from fieldapp.visits import planning, recusal
from fieldapp.visits.planning import VisitPlan


@pytest.fixture
def lawyer(county):
    return make_user("彭辛", organisation=county.work_safety_agency, origin="legal_unit")


def plan_for(county, group):
    make_checklist_version(items=None)
    starts_at = now() + timedelta(days=2)
    return VisitPlan("on_site", "work_safety", county.work_safety_agency.id, group.id, starts_at, "示例路1号")


@pytest.mark.parametrize("seat", ["member", "lead", "below"])
def test_a_group_with_somebody_of_the_agency_is_not_sent_there(county, lawyer, seat):
    person = lawyer
    if seat == "lead":
        person = make_user("本局组长", role="lead", organisation=county.work_safety_agency, origin="legal_unit")
    if seat == "below":
        brigade = make_organisation("云川市安全生产执法大队", parent=county.work_safety_agency)
        person = make_user("大队法制", organisation=brigade, origin="legal_unit")
    lead, members = (person, [county.zhang_san]) if seat == "lead" else (county.qian, [county.zhang_san, person])
    group = make_group(lead, members)

    with pytest.raises(Refused) as refusal:
        planning.plan_visit(county.wu, plan_for(county, group))

    (fault,) = refusal.value.faults
    assert fault.pointer == "/group_id"
    assert person.name in fault.detail
    assert "回避" in fault.detail
    assert "张三" not in fault.detail


def test_a_visit_is_not_moved_to_the_agency_of_somebody_in_the_group(county, lawyer):
    group = make_group(county.qian, [county.zhang_san, lawyer])
    plan = plan_for(county, group)
    visit = planning.plan_visit(county.wu, VisitPlan(**(vars(plan) | {"agency_id": county.environment_agency.id})))

    with pytest.raises(Refused):
        planning.change_plan(county.wu, visit.id, plan)

    assert visit.agency_id == county.environment_agency.id


def test_nobody_is_added_to_a_group_that_is_on_its_way_to_their_agency(county, lawyer):
    group = make_group(county.qian, [county.zhang_san], locality=county.liuwan)
    visit = make_visit(group=group, agency=county.work_safety_agency, starts_at=now() + timedelta(days=1))
    plan = GroupPlan(group.name, county.qian.id, [county.zhang_san.id, lawyer.id], county.liuwan.id)

    with pytest.raises(Refused) as refusal:
        recusal.change_group(county.wu, group.id, plan)

    assert [fault.pointer for fault in refusal.value.faults] == ["/member_ids"]
    assert "彭辛" in refusal.value.faults[0].detail
    assert group.id not in {one.id for one in queries.groups_of(lawyer)}
    planning.cancel_visit(county.wu, visit.id, reason="改派")
    recusal.change_group(county.wu, group.id, plan)
    assert group.id in {one.id for one in queries.groups_of(lawyer)}


def test_what_lies_behind_does_not_hinder_a_change_of_the_group(county, lawyer):
    group = make_group(county.qian, [county.zhang_san], locality=county.liuwan)
    make_visit(group=group, agency=county.work_safety_agency, starts_at=now() - timedelta(days=2))

    assert recusal.change_group(county.wu, group.id, GroupPlan(group.name, county.qian.id, [lawyer.id]))
