"""The course of a 回访: who may do what in which state, and what is owed before it is closed. Pure."""

from typing import Any

from fieldapp.matters.rules import LADDER_ACTS, LEADS, Course, Need, Transition
from fieldapp.promises import days_of

STATES = {
    "received": "待分派",
    "triaged": "待回访",
    "unreached": "没打通",
    "reached": "已回访",
    "closed": "已办结",
}
ACTIONS = {
    "opened": "受访人要求回访",
    "triage": "分派",
    "call": "回访",
    "extend": "延期",
    "term": "期限顺延",
    **LADDER_ACTS,
    "close": "办结",
    "unmask": "查看联系方式",
    "erase": "删除联系方式",
}
OUTCOMES = {"reached": "打通了", "unreached": "没打通"}
CALLS_OWED = 3  # when nobody answers
CONTACT_DAYS = days_of("callback_contacts")  # after the closing, as the consent sheet says


def closing_fault(*, is_callable: bool, outcome: str | None, calls: int) -> str | None:
    """What keeps a callback from being closed: the party was reached, or called CALLS_OWED times; or left no number."""
    if outcome == "reached" or calls >= CALLS_OWED or not is_callable:
        return None
    return f"受访人要求回访：打通以后才能办结；一直打不通的，至少打 {CALLS_OWED} 次，已打 {calls} 次。"


def _call_owed(callback: Any) -> str | None:
    return closing_fault(is_callable=callback.is_callable, outcome=callback.outcome, calls=callback.calls)


# Source: 实名差评回访率 100% (国办发〔2019〕51号), applied to the parties of interviews alike.
COURSE = Course(
    STATES,
    ACTIONS,
    "received",
    (
        Transition("triage", ("received",), "triaged", gives_owner=True),
        Transition("triage", ("triaged", "unreached", "reached"), gives_owner=True),
        *(
            Transition("call", ("triaged", "unreached", "reached"), outcome, outcome, words="请写明回访情况")
            for outcome in OUTCOMES
        ),
        Transition(
            "extend", ("received", "triaged", "unreached", "reached"), roles=LEADS, only="延期须经组长批准。",
            words="请写明延期理由", once="已经延期过一次，不能再延。", extends=True,
        ),
        Transition(
            "close", ("triaged", "unreached", "reached"), "closed", roles=LEADS, only="办结由组长确认。",
            need=Need("/calls", _call_owed), closes=True,
        ),
    ),
    {"call": ("/outcome", "请选择打通了或没打通")},
)  # fmt: skip
