"""The forms of the steps that the table offers for a follow-up now: what stands on them, in the order of its course."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fieldapp.matters.queries import possible_acts
from fieldapp.people.models import User
from fieldapp.ratings.models import FollowUp
from fieldapp.ratings.rules import COURSE


@dataclass(frozen=True)
class StepForm:
    """One form. `summary`: of the folded form; `label`, `hint`, `value`, `rows`: of its text, which `is_needed` or not.
    `asks`: what else is chosen: owner, outcome or nothing. `is_open`: unfolded, for it is next.
    """

    act: str
    summary: str
    button: str
    label: str
    hint: str = ""
    value: str = ""
    rows: int = 3
    kind: str = "primary"
    asks: str = ""
    is_open: bool = False
    is_needed: bool = False


def steps_of(follow_up: FollowUp, user: User) -> list[StepForm]:
    """What the user may do next, each as its form."""
    needed = {row.act for row in COURSE.transitions if row.words}
    return [replace(_FORMS[act](follow_up), is_needed=act in needed) for act in possible_acts(follow_up, user)]


def _triage(one: FollowUp) -> StepForm:
    summary = "改派承办人" if one.owner else "分派承办人"
    return StepForm(
        "triage", summary, "分派", "交办说明", rows=2, asks="owner", is_open=one.state == "received"
    )  # fmt: skip


def _call(one: FollowUp) -> StepForm:
    return StepForm(
        "call", "记一次回访", "记入回访", "回访情况", hint="几点、谁打的、对方怎么说；没打通也要记。不要写电话号码。",
        is_open=one.state == "triaged" and one.is_real_name,
    )  # fmt: skip


def _conclude(one: FollowUp) -> StepForm:
    return StepForm(
        "conclude", "更改核查结论" if one.outcome else "下核查结论", "保存结论", "核查情况和依据",
        hint="看了哪些记录和录像，与谁核实。误评的评价不计入有效评价。", asks="outcome",
        is_open=one.state == "contacting",
    )  # fmt: skip


def _rectify(one: FollowUp) -> StepForm:
    return StepForm(
        "rectify", "记整改情况", "保存整改", "改了什么", hint="立行立改，或限期整改到哪一步。", value=one.rectification,
        is_open=one.state == "verified",
    )  # fmt: skip


def _reply(one: FollowUp) -> StepForm:
    return StepForm(
        "reply", "修改答复" if one.reply else "答复评价人", "保存答复", "给评价人的答复", value=one.reply,
        hint="办结后，评价人凭查询码看到这段话。用对方听得懂的话，不写办案细节和他人信息。",
        is_open=one.state in ("rectified", "unfounded", "misrated"),
    )  # fmt: skip


def _extend(one: FollowUp) -> StepForm:
    return StepForm(
        "extend", "延期办理", "批准延期", "延期理由", hint="情况复杂的可延一次，期限从收到之日起算。", kind="plain"
    )


def _close(one: FollowUp) -> StepForm:
    return StepForm("close", "办结", "确认办结", "办结意见", rows=2, is_open=True)


_FORMS: dict[str, Callable[[FollowUp], StepForm]] = {
    "triage": _triage,
    "call": _call,
    "conclude": _conclude,
    "rectify": _rectify,
    "reply": _reply,
    "extend": _extend,
    "close": _close,
}
