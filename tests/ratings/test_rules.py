"""The rules of counting and follow-ups, on plain values."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.matters.rules import LEADS, Refusal
from fieldapp.ratings import rules
from fieldapp.ratings.rules import Signals


@pytest.mark.parametrize(
    ("around", "reasons"),
    [
        (Signals(seconds_on_page=8), []),
        (Signals(seconds_on_page=2.9), ["too_fast"]),
        (Signals(device_on_code=1), ["same_device"]),
        (Signals(device_codes=2), []),
        (Signals(device_codes=3), ["many_codes"]),
        (Signals(network_seconds_ago=19, network_recent=1), ["same_network"]),
        (Signals(network_seconds_ago=21, network_recent=1), []),
        (Signals(network_seconds_ago=60, network_recent=4), []),
        (Signals(network_seconds_ago=60, network_recent=5), ["burst"]),
        (Signals(code_networks=28), []),
        (Signals(code_networks=29), ["burst"]),
        (Signals(held_unmarked=2), []),
        (Signals(held_unmarked=3), ["one_holder"]),
        (Signals(held=23), []),
        (Signals(held=24), ["one_holder"]),
    ],
)
def test_a_suspicion_has_its_reason(around, reasons):
    assert rules.suspicions(around) == reasons


ACTS = sorted({row.act for row in rules.COURSE.transitions})


def next_state(state, act, *, outcome):
    """Where a lead's step leads, with everything written that it needs; None for nowhere."""
    matter = SimpleNamespace(state=state, is_real_name=False, calls=0)
    row = rules.COURSE.step(matter, act, LEADS, choice=outcome if act == "conclude" else "", words="情况")
    return None if isinstance(row, Refusal) else row.after or state


def test_the_whole_course_leads_from_received_to_closed():
    state = "received"
    for action, after in [("triage", "triaged"), ("call", "contacting"), ("conclude", "verified"),
                          ("rectify", "rectified"), ("reply", "replied"), ("close", "closed")]:  # fmt: skip
        state = next_state(state, action, outcome="verified")
        assert state == after


@pytest.mark.parametrize(
    ("state", "action"),
    [("received", "close"), ("received", "conclude"), ("received", "call"), ("verified", "reply"), ("closed", "reply"),
     ("unfounded", "rectify"), ("replied", "conclude"), ("rectified", "close"), ("closed", "extend"),
     ("replied", "extend")],
)  # fmt: skip
def test_no_step_is_skipped(state, action):
    assert next_state(state, action, outcome="verified") is None


@given(st.sampled_from(list(rules.STATES)), st.sampled_from(ACTS), st.sampled_from(rules.OUTCOMES))
def test_every_step_leads_to_a_known_state_and_closed_leads_nowhere(state, action, outcome):
    after = next_state(state, action, outcome=outcome)

    assert after is None or after in rules.STATES
    assert (after is not None) == (action in rules.COURSE.possible(state, LEADS))
    assert state != "closed" or after is None


def test_who_left_a_number_is_called_before_the_closing():
    assert rules.closing_fault(is_real_name=True, calls=0)
    assert rules.closing_fault(is_real_name=True, calls=1) is None
    assert rules.closing_fault(is_real_name=False, calls=0) is None


def wish(**said):
    """A wish that lacks nothing: 非常满意, and not a word more."""
    blank = {"level": "5", "facts": {}, "reasons": (), "comment": "", "name": "", "phone": "", "may_call": False}
    return rules.Wish(**(blank | said))


def pointers(faults):
    return [fault.pointer for fault in faults]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, []),
        ({"level": "1"}, []),
        ({"level": "0"}, ["/level"]),
        ({"level": "6"}, ["/level"]),
        ({"level": ""}, ["/level"]),
        ({"facts": {"show_credentials": "yes", "civil_language": "unclear"}}, []),
        ({"facts": {"show_credentials": "yes", "civil_language": "perhaps"}}, ["/facts"]),
        ({"comment": "长" * 500}, []),
        ({"comment": "长" * 501}, ["/comment"]),
        ({"level": "9", "facts": {"x": "?"}, "comment": "长" * 501, "name": "某"},
         ["/level", "/facts", "/comment", "/phone", "/may_call"]),
    ],
)  # fmt: skip
def test_a_rating_needs_a_level_and_all_that_is_wrong_is_said_at_once(said, wrong):
    assert pointers(rules.gaps(wish(**said))) == wrong


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"comment": "多"}, []),
        ({"comment": "长" * 2000}, []),
        ({"comment": ""}, ["/words"]),
        ({"comment": "长" * 2001}, ["/words"]),
        ({"comment": "多", "phone": "0512-57000000"}, ["/may_call"]),
        ({"comment": "", "level": "0"}, ["/words"]),
    ],
)
def test_an_opinion_needs_words_and_no_level(said, wrong):
    assert pointers(rules.opinion_gaps(wish(**said))) == wrong


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, []),
        ({"may_call": True}, []),
        ({"phone": "0512-57000000", "may_call": True}, []),
        ({"phone": "0512-57000000"}, ["/may_call"]),
        ({"name": "某某", "may_call": True}, ["/phone"]),
        ({"name": "某" * 30, "phone": "0512-57000000", "may_call": True}, []),
        ({"name": "某" * 31, "phone": "0512-57000000", "may_call": True}, ["/name"]),
        ({"phone": "打我电话", "may_call": True}, ["/phone"]),
    ],
)
def test_whoever_leaves_a_contact_leaves_a_telephone_and_consents(said, wrong):
    given = {"name": "", "phone": "", "may_call": False} | said

    assert pointers(rules.contact_gaps(**given)) == wrong


def test_a_telephone_that_is_missing_and_one_that_cannot_be_read_are_two_things():
    (missing,) = rules.contact_gaps(name="某某", phone="", may_call=True)
    (unread,) = rules.contact_gaps(name="", phone="打我电话", may_call=True)

    assert missing.detail == "请填写能打通的电话号码，或把姓名也清空"
    assert unread.detail.startswith("看不懂这个号码。请只填一个能打通的电话号码")


@pytest.mark.parametrize(
    ("state", "calls", "done"),
    [
        ("received", 0, 1), ("triaged", 0, 1), ("triaged", 1, 2), ("contacting", 1, 2), ("contacting", 0, 1),
        ("verified", 0, 2), ("unfounded", 0, 2), ("misrated", 0, 2), ("rectified", 0, 3), ("replied", 2, 3),
        ("closed", 0, 4),
    ],
)  # fmt: skip
def test_a_citizen_sees_how_many_of_four_steps_are_done(state, calls, done):
    assert rules.steps_done(state, calls=calls) == done


@pytest.mark.parametrize(
    ("outcome", "third"), [(None, "整改"), ("verified", "整改"), ("unfounded", "答复"), ("misrated", "答复")]
)
def test_where_nothing_is_to_be_put_right_the_third_step_is_the_answer(outcome, third):
    assert rules.steps_of(outcome) == ("已收到", "回访", third, "已办结")


def test_a_field_that_no_person_sees_is_a_suspicion_and_nothing_more():
    assert rules.suspicions(Signals(is_hidden_filled=True)) == ["hidden_field"]
    assert rules.suspicions(Signals(network_seconds_ago=20)) == []
    assert rules.suspicions(Signals(seconds_on_page=3)) == []
    assert rules.suspicions(Signals(device_on_code=1, device_codes=3, is_hidden_filled=True)) == [
        "same_device", "many_codes", "hidden_field",
    ]  # fmt: skip
