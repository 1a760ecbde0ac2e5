"""The rules of codes, counting, terms and follow-ups, on plain values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.ratings import rules
from fieldapp.ratings.redaction import mask_phone, redaction_of
from fieldapp.ratings.rules import Surroundings

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("is_slip", "used", "revoked", "expires", "fault"),
    [
        (True, None, None, None, None),
        (True, NOON, None, None, "used"),
        (False, NOON, None, None, None),
        (True, None, NOON, None, "revoked"),
        (False, None, NOON, NOON - timedelta(days=1), "revoked"),
        (True, None, None, NOON, "expired"),
        (True, None, None, NOON + timedelta(seconds=1), None),
        (True, NOON, None, NOON - timedelta(days=1), "used"),
    ],
)
def test_a_code_counts_until_it_is_used_revoked_or_expired(is_slip, used, revoked, expires, fault):
    found = rules.code_fault(is_slip=is_slip, used_at=used, revoked_at=revoked, expires_at=expires, at=NOON)

    assert found == fault


@pytest.mark.parametrize(
    ("around", "reasons"),
    [
        (Surroundings(seconds_on_page=8), []),
        (Surroundings(seconds_on_page=2.9), ["too_fast"]),
        (Surroundings(device_on_code=1), ["same_device"]),
        (Surroundings(device_codes=2), []),
        (Surroundings(device_codes=3), ["many_codes"]),
        (Surroundings(network_seconds_ago=19, network_recent=1, code_recent=1), ["same_network"]),
        (Surroundings(network_seconds_ago=21, network_recent=1, code_recent=1), []),
        (Surroundings(network_seconds_ago=60, network_recent=4, code_recent=4), []),
        (Surroundings(network_seconds_ago=60, network_recent=5, code_recent=5), ["burst"]),
        (Surroundings(code_recent=28), []),
        (Surroundings(code_recent=29), ["burst"]),
    ],
)
def test_a_suspicion_has_its_reason(around, reasons):
    assert rules.suspicions(around) == reasons


# 2026: 国庆 1–7 October off; Sunday 20 September and Saturday 10 October are worked instead.
def test_the_whole_course_leads_from_received_to_closed():
    state = "received"
    for action, after in [("triage", "triaged"), ("call", "contacting"), ("conclude", "verified"),
                          ("rectify", "rectified"), ("reply", "replied"), ("close", "closed")]:  # fmt: skip
        state = rules.next_state(state, action, outcome="verified")
        assert state == after


@pytest.mark.parametrize(
    ("state", "action"),
    [("received", "close"), ("received", "conclude"), ("received", "call"), ("verified", "reply"), ("closed", "reply"),
     ("unfounded", "rectify"), ("replied", "conclude"), ("rectified", "close"), ("closed", "extend"),
     ("replied", "extend")],
)  # fmt: skip
def test_no_step_is_skipped(state, action):
    assert rules.next_state(state, action, outcome="verified") is None


@given(st.sampled_from(list(rules.STATES)), st.sampled_from(list(rules.TRANSITIONS)), st.sampled_from(rules.OUTCOMES))
def test_every_step_leads_to_a_known_state_and_closed_leads_nowhere(state, action, outcome):
    after = rules.next_state(state, action, outcome=outcome)

    assert after is None or after in rules.STATES
    assert (after is not None) == (action in rules.possible_actions(state))
    assert state != "closed" or after is None


def test_who_left_a_number_is_called_before_the_closing():
    assert rules.closing_fault(is_real_name=True, calls=0)
    assert rules.closing_fault(is_real_name=True, calls=1) is None
    assert rules.closing_fault(is_real_name=False, calls=0) is None


@pytest.mark.parametrize(
    ("comment", "released"),
    [
        ("打我电话13812345678说明", "打我电话[电话]说明"),
        ("座机 0512-57575757", "座机 [电话]"),
        ("身份证32058319900101123X", "身份证[证件号]"),
        ("车牌苏E12345被扣", "车牌[车牌]被扣"),
        ("邮箱 a.b@example.com", "邮箱 [邮箱]"),
        ("微信号 abc_12345", "[账号]"),
        ("罚款 2000 元，2026 年 11 月 24 日", "罚款 2000 元，2026 年 11 月 24 日"),
        ("来了3个人，没亮证", "来了3个人，没亮证"),
    ],
)
def test_a_proposal_for_release_has_no_numbers_of_persons(comment, released):
    assert redaction_of(comment) == released


@pytest.mark.parametrize(("phone", "shown"), [("000-0000-0001", "000****01"), ("12345", "****")])
def test_a_telephone_is_shown_masked(phone, shown):
    assert mask_phone(phone) == shown
