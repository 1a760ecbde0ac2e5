"""What may follow on what, and how a record counts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STATES = {
    "draft": "草稿",
    "submitted": "待审核",
    "returned": "退回补充",
    "approved": "已通过",
    "discarded": "已作废",
}
UNFILED = ("draft", "discarded")  # nobody's but its author's: what was never submitted
FILED = tuple(state for state in STATES if state not in UNFILED)

# What may stand against a record. It is filed and kept all the same; it cannot be approved while one stands.
# Source: 行政执法监督条例 art. 23; 四川 art. 29, 30, 山东 art. 22, 广东 art. 27 (two people, certificates, 回避).
MARKS = {
    "own_agency": "本单位",
    "no_certificate": "无有效监督证",
    "single": "不足两人",
    "no_inspector": "同行无行政执法监督证",
}
LIFTED_LATER = frozenset({"single", "no_inspector"})
_WHY = {
    "own_agency": "提交人属于被监督的行政执法机关，或登记了回避它，应当回避",
    "no_certificate": "提交时提交人没有有效的监督证",
    "single": "这次监督只有一人参加，应当不少于两人",
    "no_inspector": "同行的人都没有有效的行政执法监督证，至少要有一人",
}
# The same, said to who goes along before it happens.
CAUTIONS = {
    "own_agency": "这是您自己的单位或回避单位，请回避，由别人去；您提交的记录照收，但不能通过。",
    "no_certificate": "您现在没有有效的监督证；提交的记录照收，证件办妥重新提交后才能通过。",
    "single": "同去的不足两人；记录照收，等第二位监督员也提交后才能通过。",
    "no_inspector": "同去的人都没有有效的行政执法监督证；记录照收，等持证的监督员也提交后才能通过。",
}
_REMEDY = {
    "own_agency": "请退回，由其他监督员另行提交",
    "no_certificate": "请退回，由持有效证件的监督员提交，或证件办妥后重新提交",
    "single": "等同组的另一位监督员确认这份记录、或者也提交这次活动的记录后再通过，或者退回",
    "no_inspector": "等持行政执法监督证的监督员确认这份记录、或者也提交这次活动的记录后再通过，或者退回",
}

# The one table of transitions: (state, what is done) → next state. What is not here cannot happen.
# `save`, `submit` and `discard` are the author's, `return` and `approve` the reviewer's.
TRANSITIONS: dict[tuple[str | None, str], str] = {
    (None, "save"): "draft",
    (None, "submit"): "submitted",
    (None, "discard"): "discarded",
    ("draft", "save"): "draft",
    ("draft", "submit"): "submitted",
    ("draft", "discard"): "discarded",
    ("submitted", "return"): "returned",
    ("submitted", "approve"): "approved",
    ("returned", "save"): "returned",
    ("returned", "submit"): "submitted",
}


def next_state(state: str | None, action: str) -> str | None:
    """The state after `action`, or None when it is not possible now."""
    return TRANSITIONS.get((state, action))


@dataclass(frozen=True)
class Counts:
    """How often each answer was given, and which items were answered 否."""

    yes: int
    no: int
    na: int
    not_observed: int
    no_items: tuple[str, ...]


def count_answers(answers: Mapping[str, Mapping[str, Any]]) -> Counts:
    """Counts by answer. `answers`: item code → {"value": yes | no | na | not_observed}; others are not counted."""
    values = [answer.get("value") for answer in answers.values()]
    no_items = tuple(sorted(code for code, answer in answers.items() if answer.get("value") == "no"))
    return Counts(values.count("yes"), len(no_items), values.count("na"), values.count("not_observed"), no_items)


def evidence_named(body: Mapping[str, Any]) -> dict[str, str | None]:
    """Every evidence id that a record names, with the item that it is filed under (None for signatures and unfiled)."""
    named: dict[str, str | None] = {}
    for code, answer in (body.get("answers") or {}).items():
        for evidence_id in answer.get("evidence") or ():
            named[evidence_id] = code
    for evidence_id in body.get("unfiled_evidence") or ():
        named.setdefault(evidence_id, None)
    others = body.get("signatures") or {}
    for signature in (body.get("signature"), others.get("second"), others.get("officers"), others.get("party")):
        if signature and signature.get("evidence"):
            named.setdefault(signature["evidence"], None)
    return named


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any], *, fields: Iterable[str]) -> list[str]:
    """Which of `fields` differ between two revisions' bodies."""
    return [name for name in fields if before.get(name) != after.get(name)]


def marks(*, is_own: bool, has_certificate: bool, pair: tuple[str, ...]) -> tuple[str, ...]:
    """What stands against a record as it is submitted, in the order of MARKS. `has_certificate`: of either kind.

    `pair`: what `pair_marks` says.
    """
    own = [("own_agency", is_own), ("no_certificate", not has_certificate)]
    return (*(mark for mark, holds in own if holds), *pair)


def pair_marks(*, people: int, inspectors: int) -> tuple[str, ...]:
    """What is to be said of those who went along together: at least two, at least one with an 行政执法监督证.

    Source: 四川 art. 29, 山东 art. 22, 广东 art. 27; domain.md 1.6.
    """
    if people < 2:
        return ("single",)
    return () if inspectors else ("no_inspector",)


def with_pair(kept: tuple[str, ...], pair: tuple[str, ...]) -> tuple[str, ...]:
    """The marks that stand, when those of the pair are looked at anew."""
    return (*(mark for mark in kept if mark not in LIFTED_LATER), *pair)


def refusal(marks: Iterable[str]) -> str:
    """Why a record with these marks cannot be approved, and what to do."""
    marks = list(marks)
    names = "、".join(MARKS[mark] for mark in marks)
    return f"这份记录标有“{names}”，不能通过：" + "".join(f"{_WHY[mark]}，{_REMEDY[mark]}。" for mark in marks)
