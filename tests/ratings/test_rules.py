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
        (Signals(network_seconds_ago=19, network_recent=1, code_recent=1), ["same_network"]),
        (Signals(network_seconds_ago=21, network_recent=1, code_recent=1), []),
        (Signals(network_seconds_ago=60, network_recent=4, code_recent=4), []),
        (Signals(network_seconds_ago=60, network_recent=5, code_recent=5), ["burst"]),
        (Signals(code_recent=28), []),
        (Signals(code_recent=29), ["burst"]),
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
