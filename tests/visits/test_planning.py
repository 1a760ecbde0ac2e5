"""Visits arranged at the desk."""

from datetime import timedelta

import pytest
from factories import make_checklist_version, make_visit

from fieldapp.clock import now
from fieldapp.errors import Locked, NotAllowed, Refused
from fieldapp.visits import listing, planning, queries
from fieldapp.visits.planning import VisitPlan


@pytest.fixture
def plan(county):
    make_checklist_version(items=None)
    return VisitPlan(
        mode="on_site",
        domain="work_safety",
        agency_id=county.work_safety_agency.id,
        group_id=county.first_group.id,
        starts_at=now() + timedelta(days=2),
        place="柳湾镇示例路1号",
    )


def changed(plan, **changes):
    return VisitPlan(**(vars(plan) | changes))


def test_a_planned_visit_reaches_those_who_go_along_and_takes_the_groups_locality(county, plan):
    visit = planning.plan_visit(county.wu, plan)

    assert visit.locality_id == county.liuwan.id
    assert queries.find(county.zhang_san, visit.id).place == "柳湾镇示例路1号"
    assert visit.id not in {row.id for row in queries.going_along(county.wang_wu, since=now())}


def test_a_lead_plans_for_the_own_group_only(county, plan):
    assert planning.plan_visit(county.qian, plan)

    with pytest.raises(NotAllowed):
        planning.plan_visit(county.sun, plan)
    with pytest.raises(NotAllowed):
        planning.plan_visit(county.zhang_san, plan)


def test_everything_wrong_with_a_plan_is_said_at_once(county, plan):
    wrong = changed(plan, agency_id=county.bureau.id, domain="cooking", source="dream", place=" ", locality_id="x")

    with pytest.raises(Refused) as refusal:
        planning.plan_visit(county.wu, wrong)

    pointers = {fault.pointer for fault in refusal.value.faults}
    assert pointers == {"/agency_id", "/domain", "/source", "/place", "/locality_id"}


def test_a_changed_plan_counts_its_revisions(county, plan):
    visit = planning.plan_visit(county.wu, plan)

    planning.change_plan(county.wu, visit.id, changed(plan, place="另一处"))

    found = queries.find(county.zhang_san, visit.id)
    assert (found.place, found.revision) == ("另一处", 2)


def test_a_cancelled_visit_keeps_its_reason_and_cannot_be_changed_again(county, plan):
    visit = planning.plan_visit(county.wu, plan)

    with pytest.raises(Refused):
        planning.cancel_visit(county.wu, visit.id, reason=" ")
    planning.cancel_visit(county.wu, visit.id, reason="台风")

    assert queries.find(county.wu, visit.id).cancelled_reason == "台风"
    with pytest.raises(Locked):
        planning.change_plan(county.wu, visit.id, plan)


def test_the_desk_does_not_change_what_a_phone_opened(county, plan):
    visit = make_visit(group=county.first_group, is_ad_hoc=True)

    with pytest.raises(Locked):
        planning.change_plan(county.wu, visit.id, plan)
    with pytest.raises(Locked):
        planning.cancel_visit(county.wu, visit.id, reason="x")


def test_the_list_shows_what_is_to_come_soonest_first_and_the_past_latest_first(county, plan):
    today = now() - timedelta(hours=1)
    moments = {days: today + timedelta(days=days, minutes=1) for days in (-3, -1, 0, 2)}
    made = {days: make_visit(group=county.first_group, starts_at=at) for days, at in moments.items()}
    elsewhere = make_visit(group=county.second_group, starts_at=moments[0])

    def listed(user, period, **asked):
        return [row.id for row in listing.arranged(user, period=period, today_at=today, **asked).rows]

    assert listed(county.qian, "upcoming") == [made[0].id, made[2].id]
    assert listed(county.qian, "past") == [made[-1].id, made[-3].id]
    assert listed(county.wu, "upcoming", group_id=county.second_group.id) == [elsewhere.id]
    assert listed(county.qian, "today") == [made[0].id]
