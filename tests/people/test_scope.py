"""How far each role sees."""

import pytest
from factories import make_group, make_organisation, make_user

from fieldapp.people.scope import may_review, reach_of


def test_a_supervisor_sees_only_what_is_their_own(county):
    reach = reach_of(county.zhang_san)

    assert reach.kind == "own"
    assert reach.group_ids == {county.first_group.id}
    assert reach.covers(author_id=county.zhang_san.id, group_id=None, locality_id=None)
    assert not reach.covers(author_id=county.li_si.id, group_id=county.first_group.id, locality_id=county.liuwan.id)


def test_a_lead_of_a_locality_sees_it_and_what_the_led_group_does_elsewhere(county):
    reach = reach_of(county.qian)

    assert (reach.kind, reach.locality_id) == ("locality", county.liuwan.id)
    assert reach.covers(author_id="x", group_id=None, locality_id=county.liuwan.id)
    assert reach.covers(author_id="x", group_id=county.first_group.id, locality_id=county.shiqiao.id)
    assert not reach.covers(author_id="x", group_id=county.second_group.id, locality_id=county.shiqiao.id)
    assert not reach.covers(author_id="x", group_id=None, locality_id=None)


def test_membership_of_a_group_does_not_widen_a_leads_view(county):
    other = make_group(county.sun, [county.qian], locality=county.shiqiao)

    reach = reach_of(county.qian)

    assert other.id in reach.group_ids
    assert not reach.covers(author_id="x", group_id=other.id, locality_id=county.shiqiao.id)


def test_a_lead_without_locality_and_an_admin_see_the_county(county):
    for user in (county.zhou, county.wu):
        assert reach_of(user).covers(author_id="x", group_id=None, locality_id=county.shiqiao.id)


def test_a_liaison_sees_no_record_but_knows_the_own_agency(county):
    reach = reach_of(county.zheng)

    assert (reach.kind, reach.agency_id) == ("none", county.work_safety_agency.id)
    assert not reach.covers(author_id=county.zheng.id, group_id=None, locality_id=None)


def test_a_disabled_user_sees_nothing_not_even_their_own(county):
    reach = reach_of(county.feng)

    assert reach.kind == "none"
    assert not reach.covers(author_id=county.feng.id, group_id=None, locality_id=None)


@pytest.mark.parametrize("person", ["zhang_san", "wu", "zheng", "sun"])
def test_nobody_but_a_lead_in_whose_reach_it_is_may_review(county, person):
    record = {"author_id": county.li_si.id, "group_id": county.first_group.id, "locality_id": county.liuwan.id}

    assert may_review(county.qian, **record)
    assert may_review(county.zhou, **record)
    assert not may_review(getattr(county, person), **record)


def test_nobody_reviews_their_own_record(county):
    record = {"author_id": county.qian.id, "group_id": county.first_group.id, "locality_id": county.liuwan.id}

    assert not may_review(county.qian, **record)
    assert may_review(county.zhou, **record)


def test_a_supervisor_in_no_group_has_no_group(county):
    stranger = make_user(organisation=make_organisation(kind="congress"), origin="congress")

    assert reach_of(stranger).group_ids == frozenset()


def test_the_widest_of_somebodys_roles_decides_how_far_they_see(county):
    both = make_user(role="supervisor lead", organisation=county.bureau, locality=county.liuwan)
    bureau = make_user(role="bureau", organisation=county.bureau)

    assert (reach_of(both).kind, reach_of(both).locality_id) == ("locality", county.liuwan.id)
    assert reach_of(bureau).kind == "all"
    for role in ("security", "auditor", "security auditor", ""):
        assert reach_of(make_user(role=role, organisation=county.bureau)).kind == "none", role


def test_whoever_invited_comes_along_sees_only_what_is_their_own(county):
    assert reach_of(make_user(role="invited", organisation=county.bureau)).kind == "own"
