"""When a callback may be closed, who does what, and how long the telephone stays."""

from types import SimpleNamespace

import pytest

from fieldapp.callbacks import rules
from fieldapp.matters.rules import LEADS

STEPS = {(step.act, step.after): step for step in rules.COURSE.transitions}


@pytest.mark.parametrize(
    ("is_callable", "outcome", "calls", "may_close"),
    [
        (True, "reached", 1, True),
        (True, "unreached", 3, True),
        (True, "unreached", 2, False),
        (True, None, 0, False),
        (False, None, 0, True),
    ],
)
def test_it_is_closed_when_the_party_was_reached_or_called_three_times_or_left_no_number(
    is_callable: bool, outcome: str | None, calls: int, may_close: bool
) -> None:
    fault = rules.closing_fault(is_callable=is_callable, outcome=outcome, calls=calls)

    assert (fault is None) == may_close
    if fault:
        assert "至少打 3 次" in fault
        assert f"已打 {calls} 次" in fault


def test_the_telephone_stays_as_long_as_the_consent_sheet_says() -> None:
    assert rules.CONTACT_DAYS == 90


def test_triage_gives_an_owner_and_only_leads_extend_and_close_it() -> None:
    assert all(step.gives_owner == (step.act == "triage") for step in rules.COURSE.transitions)
    assert all(step.extends == (step.act == "extend") for step in rules.COURSE.transitions)
    assert all(step.closes == (step.act == "close") for step in rules.COURSE.transitions)
    for step in rules.COURSE.transitions:
        assert (step.roles == LEADS) == (step.act in ("extend", "close"))


def test_who_closes_it_is_told_what_is_still_owed() -> None:
    close = STEPS["close", "closed"]
    tried = SimpleNamespace(is_callable=True, outcome="unreached", calls=1)

    assert close.need is not None
    assert "已打 1 次" in (close.need.fault(tried) or "")
