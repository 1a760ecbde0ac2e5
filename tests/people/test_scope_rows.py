"""How a reach and a room's columns become a question to the database: what is out of reach does not come back."""

from dataclasses import replace

import pytest
from factories import make_organisation, make_user, make_visit
from sqlalchemy import select, true

from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import User
from fieldapp.people.scope import Columns, Reach, UnknownReach, may_review, narrow, nothing, reach_of
from fieldapp.visits.models import Visit
from fieldapp.visits.queries import COLUMNS

ALONE = replace(COLUMNS, is_shared=False)
# The same rows, reached through the table that their key points to, as the interviews of a visit are.
THROUGH = replace(ALONE, through=(Visit.id, Visit.id))


@pytest.fixture
def visits(county):
    """By name: one of each group, made by its lead, and 赵六's own of no group in 柳湾镇.

    The one `unnamed` is of an agency that the register does not know, and of no place.
    """
    made = {
        "first": make_visit(group=county.first_group, agency=county.work_safety_agency),
        "second": make_visit(group=county.second_group, agency=county.environment_agency),
        "lone": make_visit(created_by=county.zhao_liu, locality=county.liuwan, agency=county.work_safety_agency),
        "unnamed": make_visit(created_by=county.sun),
    }
    with unit_of_work():
        db.session.get(Visit, made["unnamed"].id).agency_id = None
    return made


@pytest.fixture
def seen(visits):
    """seen(reach, columns): the names of what comes back."""

    def ask(reach, columns=COLUMNS):
        found = set(db.session.scalars(narrow(select(Visit.id), reach, columns)))
        return {name for name, visit in visits.items() if visit.id in found}

    return ask


def test_ones_own_is_what_one_made_and_where_rows_are_shared_what_ones_groups_did(county, seen):
    assert seen(reach_of(county.zhao_liu)) == {"second", "lone"}
    assert seen(reach_of(county.zhao_liu), ALONE) == {"lone"}
    assert seen(reach_of(county.zhang_san)) == {"first"}
    assert seen(reach_of(county.zhang_san), ALONE) == set()
    assert seen(reach_of(county.chen)) == set()
    assert seen(reach_of(county.zhao_liu), replace(COLUMNS, group=None)) == {"lone"}
    assert seen(reach_of(county.zhao_liu), replace(COLUMNS, author=None)) == {"second"}
    assert seen(reach_of(county.zhao_liu), replace(ALONE, author=None)) == set()


def test_a_locality_is_its_own_rows_and_those_of_the_groups_that_are_led(county, seen):
    liuwan = replace(reach_of(county.qian), user_id="x")

    for columns in (ALONE, THROUGH):
        assert seen(liuwan, columns) == {"first", "lone"}
        assert seen(replace(liuwan, led_group_ids=frozenset({county.second_group.id})), columns) == {
            "first",
            "second",
            "lone",
        }
        assert seen(replace(liuwan, locality_id=None), columns) == {"first"}
        assert seen(replace(liuwan, locality_id=None, led_group_ids=frozenset()), columns) == set()
        assert seen(liuwan, replace(columns, locality=None)) == {"first"}
        assert seen(liuwan, replace(columns, group=None)) == {"first", "lone"}
        assert seen(liuwan, replace(columns, group=None, locality=None)) == set()


def test_an_agency_is_the_filed_rows_that_concern_it_and_no_other(county, seen):
    reach = Reach("agency", "x", agency_id=county.work_safety_agency.id)

    for columns in (COLUMNS, THROUGH):
        assert seen(reach, columns) == {"first", "lone"}
        assert seen(reach, replace(columns, filed=Visit.group_id.is_not(None))) == {"first"}
        assert seen(replace(reach, agency_id=None), columns) == set()
        assert seen(reach, replace(columns, agency=None)) == set()


def test_the_whole_county_is_all_that_is_filed_with_ones_own_and_without_what_is_kept_apart(county, seen):
    reach = Reach("all", county.zhao_liu.id)
    apart = {"apart": lambda _reach: (Visit.agency_id != county.work_safety_agency.id,)}

    assert seen(reach, ALONE) == {"first", "second", "lone", "unnamed"}
    assert seen(reach, replace(ALONE, filed=Visit.group_id.is_not(None))) == {"first", "second", "lone"}
    assert seen(Reach("all", "x"), replace(ALONE, filed=Visit.group_id.is_not(None))) == {"first", "second"}
    assert seen(reach, replace(ALONE, **apart)) == {"second", "lone"}, "one's own stays one's own"
    assert seen(replace(reach, kind="locality", locality_id=county.liuwan.id), replace(ALONE, **apart)) == {"lone"}
    assert seen(Reach("none", county.zhao_liu.id)) == set()


def test_a_room_may_bring_further_rows_into_the_reach_of_a_locality(county, seen):
    also = replace(ALONE, nearby=lambda _reach: (Visit.group_id == county.second_group.id,))
    shiqiao = Reach("locality", "x", locality_id="elsewhere")

    assert seen(shiqiao, ALONE) == set()
    assert seen(shiqiao, also) == {"second"}


def test_a_kind_of_reach_that_nobody_decided_on_stops():
    people = Columns(author=User.id, locality=None, group=None, agency=None, apart=nothing, filed=true())

    for stopped in (
        lambda: narrow(select(User.id), Reach("everywhere", "x"), people),
        lambda: Reach("everywhere", "x").covers(author_id="x", group_id=None, locality_id=None),
    ):
        with pytest.raises(UnknownReach, match="everywhere"):
            stopped()


WHOSE = {"own": ("me", "a"), "of another": ("you", "a"), "elsewhere": ("you", "b"), "of no agency": ("you", None)}


@pytest.mark.parametrize(
    ("reach", "covered"),
    [
        (Reach("none", "me", agency_id="a"), set()),
        (Reach("own", "me"), {"own"}),
        (Reach("agency", "me", agency_id="a"), {"own", "of another"}),
        (Reach("agency", "me"), set()),
        (Reach("all", "me"), set(WHOSE)),
        (Reach("all", "me", recused_from=frozenset("a")), {"own", "elsewhere", "of no agency"}),
        (Reach("locality", "me", "here"), set(WHOSE)),
        (Reach("locality", "me", "here", recused_from=frozenset("a")), {"own", "elsewhere", "of no agency"}),
        (Reach("locality", "me", "there"), {"own"}),
        (Reach("locality", "me", "there", led_group_ids=frozenset({"g"})), set(WHOSE)),
        (
            Reach("locality", "me", "there", led_group_ids=frozenset({"g"}), recused_from=frozenset("b")),
            {"own", "of another", "of no agency"},
        ),
    ],
)
def test_each_reach_covers_what_it_says_and_nothing_more(reach, covered):
    found = {
        name: reach.covers(author_id=author, group_id="g", locality_id="here", agency_id=agency)
        for name, (author, agency) in WHOSE.items()
    }

    assert found == {name: name in covered for name in WHOSE}


def test_who_reads_at_a_desk_is_kept_from_the_own_agency_and_who_goes_along_is_not(county):
    agency, below = (
        county.environment_agency,
        make_organisation("云川市生态环境局石桥分局", parent=county.environment_agency),
    )

    def recused(role):
        return reach_of(make_user(role=role, organisation=agency)).recused_from

    assert recused("lead") == {agency.id, below.id}
    assert recused("supervisor") == frozenset()
    assert not may_review(
        make_user(role="lead", organisation=agency), author_id="x", group_id=None, locality_id=None, agency_id=below.id
    )


def test_only_a_liaison_who_sees_no_records_is_told_by_the_own_agency(county):
    assert reach_of(county.zheng).agency_id == county.work_safety_agency.id
    assert reach_of(make_user(role="auditor", organisation=county.work_safety_agency)).agency_id is None
    assert reach_of(county.zhou).locality_id is None
