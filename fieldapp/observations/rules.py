"""What may follow on what, and how a record counts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STATES = {
    "draft": "草稿",
    "submitted": "待审核",
    "returned": "退回补充",
    "approved": "已通过",
}

# The one table of transitions: (state, what is done) → next state. What is not here cannot happen.
# `save` and `submit` are the author's, `return` and `approve` the reviewer's.
TRANSITIONS: dict[tuple[str | None, str], str] = {
    (None, "save"): "draft",
    (None, "submit"): "submitted",
    ("draft", "save"): "draft",
    ("draft", "submit"): "submitted",
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
    """Every evidence id that a record names, with the item that it is filed under (None for signature and unfiled)."""
    named: dict[str, str | None] = {}
    for code, answer in (body.get("answers") or {}).items():
        for evidence_id in answer.get("evidence") or ():
            named[evidence_id] = code
    for evidence_id in body.get("unfiled_evidence") or ():
        named.setdefault(evidence_id, None)
    signature = body.get("signature") or {}
    if signature.get("evidence"):
        named.setdefault(signature["evidence"], None)
    return named


def changed_items(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The codes whose answer differs between two revisions' `answers`, in order."""
    return sorted(code for code in {*before, *after} if before.get(code) != after.get(code))


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any], *, fields: Iterable[str]) -> list[str]:
    """Which of `fields` differ between two revisions' bodies."""
    return [name for name in fields if before.get(name) != after.get(name)]
