"""The one table: what it allows, what it refuses and how, and that a table which contradicts itself is none."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from fieldapp import access
from fieldapp.matters import rules
from fieldapp.matters.rules import DESK, LADDER, LEADS, Course, Need, Refusal, Transition, rung_of

STATES, ACTS = {"a": "甲", "b": "乙"}, {"opened": "开始", "go": "走", "choose": "选"}
GO = Transition("go", ("a",), "b")
COURSE = Course(STATES, ACTS, "a", (GO,), {})


def at(state, **more):
    return SimpleNamespace(state=state, **more)


def test_a_step_is_the_row_that_fits():
    assert COURSE.step(at("a"), "go", ["lead"]) is GO
    assert COURSE.possible("a", ["lead"]) == ["go"]
    assert COURSE.possible("b", ["lead"]) == []
    assert COURSE.possible("a", ["supervisor"]) == []
    assert COURSE.possible("a", ["supervisor", "system"]) == ["go"], "several roles add up"


def test_who_may_step_is_who_the_table_of_acts_names():
    assert set(access.ACTS["ratings.handle"]) == DESK
    assert set(access.ACTS["ratings.close"]) == LEADS


def test_each_refusal_says_what_kind_it_is():
    asked = Transition("go", ("a",), "b", words="请写", once="只能一次。", need=Need("/x", lambda one: one.fault))
    course = replace(COURSE, transitions=(asked,))

    def why(matter, **given):
        found = course.step(matter, "go", given.pop("roles", ["lead"]), **given)
        assert isinstance(found, Refusal)
        assert found.sentence
        return found.why, found.pointer

    assert why(at("a"), roles=["liaison"]) == ("role", "")
    assert why(at("a")) == ("words", "/words")
    assert why(at("a"), words="长" * 2001) == ("words", "/words")
    assert why(at("b"), words="词") == ("state", "")
    assert why(at("a"), words="词", done=["go"]) == ("once", "")
    assert why(at("a", fault="还缺"), words="词") == ("need", "/x")
    assert course.step(at("a", fault=None), "go", ["lead"], words="长" * 2000) is asked


def test_an_act_with_choices_asks_for_one_at_its_field_and_another_takes_none():
    rows = (Transition("choose", ("a",), "b", "left"), Transition("choose", ("a",), choice="right", closes=True))
    course = replace(COURSE, transitions=(GO, *rows), choose={"choose": ("/way", "请选左右。")})

    assert course.step(at("a"), "choose", ["lead"], choice="right") is rows[1]
    for choice in ("", "up"):
        refused = course.step(at("a"), "choose", ["lead"], choice=choice)
        assert (refused.why, refused.pointer, refused.sentence) == ("choice", "/way", "请选左右。")
    odd = course.step(at("a"), "go", ["lead"], choice="left")
    assert (odd.why, odd.pointer, odd.sentence) == ("choice", "", "请选择。")
    assert course.step(at("b"), "choose", ["lead"], choice="left").why == "state"


def test_who_may_not_is_told_so_in_the_words_of_the_act_or_in_the_usual_ones():
    rows = (replace(GO, roles=LEADS), replace(GO, act="choose", only="由组长选。", roles=LEADS))
    course = replace(COURSE, transitions=rows)

    assert course.step(at("a"), "choose", ["system"]) == Refusal("role", "由组长选。")
    assert course.step(at("a"), "go", ["system"]) == Refusal("role", "您没有这项权限。")


def test_what_can_be_done_once_is_offered_until_it_is_done_and_the_rest_always():
    rows = (replace(GO, once="只能一次。"), replace(GO, act="choose"))
    course = replace(COURSE, transitions=rows)

    assert course.possible("a", ["lead"]) == ["go", "choose"]
    assert course.possible("a", ["lead"], ["choose", "opened"]) == ["go", "choose"]
    assert course.possible("a", ["lead"], ["go"]) == ["choose"]
    assert course.step(at("a"), "go", ["lead"], done=["choose"]) is rows[0]
    assert course.step(at("a"), "choose", ["lead"], done=["choose"]) is rows[1]


def test_a_row_that_says_no_more_moves_the_state_and_does_nothing_else():
    assert (GO.after, GO.roles, GO.gives_owner, GO.extends, GO.closes) == ("b", DESK, False, False, False)
    assert Transition("go", ("a",)).after == "", "the same state"


def test_an_act_that_there_is_not_is_nobodys():
    assert COURSE.step(at("a"), "fly", ["lead"]).why == "role"


@pytest.mark.parametrize(
    ("rows", "choose", "wrong"),
    [
        ((GO, GO), {}, "two rows"),
        ((GO, replace(GO, after="a", roles=frozenset({"lead"}))), {}, "two rows"),
        ((replace(GO, after="c"),), {}, "no state"),
        ((replace(GO, before=("a", "c")),), {}, "no state"),
        ((replace(GO, before=()),), {}, "no state"),
        ((replace(GO, roles=frozenset()),), {}, "nobody"),
        ((replace(GO, act="fly"),), {}, "no act"),
        ((replace(GO, act="opened"),), {}, "no act"),
        ((replace(GO, choice="x"),), {}, "chosen by what nobody is asked for"),
        ((GO,), {"go": ("/x", "请选")}, "chosen by what nobody is asked for"),
    ],
)
def test_a_table_that_contradicts_itself_is_none(rows, choose, wrong):
    with pytest.raises(ValueError, match=wrong):
        Course(STATES, ACTS, "a", rows, choose)


def test_a_course_begins_in_one_of_its_states():
    with pytest.raises(ValueError, match="first state"):
        Course(STATES, ACTS, "c", (GO,), {})


@pytest.mark.parametrize(
    ("left", "rung"),
    [
        (400, "running"),
        (3, "running"),
        (2, "soon"),
        (1, "soon"),
        (0, "due"),
        (-1, "overdue"),
        (-2, "overdue"),
        (-3, "raised"),
        (-9, "raised"),
    ],
)
def test_the_ladder_is_climbed_on_the_day(left, rung):
    assert rung_of(left, LADDER).name == rung


@pytest.mark.parametrize(
    ("rung", "noted", "higher"),
    [("soon", None, True), ("soon", "of an older ladder", True), ("due", "soon", True), ("soon", "soon", False),
     ("soon", "due", False), ("raised", "overdue", True)],
)  # fmt: skip
def test_a_rung_is_noted_when_it_is_above_the_one_that_was(rung, noted, higher):
    reached = next(one for one in rules.LADDER if one.name == rung)

    assert rules.is_higher(reached, noted, rules.LADDER) is higher
