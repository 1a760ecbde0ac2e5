"""When a confirmation is complete, whether it counts, and how a record stands with its confirmations. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.errors import Fault
from fieldapp.filing.rules import FINAL_ONCE_SUBMITTED

# Where a confirmation stands. What was submitted is final: the next revision of the record is confirmed anew.
STATES = {"draft": "草稿", "submitted": "已提交", "discarded": "已作废"}
TRANSITIONS = FINAL_ONCE_SUBMITTED

# Why a confirmation does not count. It is filed and shown all the same.
MARKS = {
    "author": "本人的记录",
    "outsider": "不在这次活动的监督组",
    "own_agency": "本单位",
    "other_words": "核对的内容与服务器上的不一致",
}

# How a record stands with its confirmations. `waiting`: somebody else went along who has not said anything yet.
STANDINGS = {
    "confirmed": "第二名监督人员已确认",
    "deviates": "第二名监督人员有不同意见",
    "again": "待再确认",
    "waiting": "待第二名监督人员确认",
}
SETTLED = frozenset({"confirmed", "deviates"})
_REMEDY = "本系统设为“确认后才能通过”。请同组的另一位监督员在手机的“待我确认”里确认，或者退回。"


@dataclass(frozen=True)
class Said:
    """What one supervisor said of one record. `revision`: the one that was read; `is_newest`: the newest submitted one.

    `deviations`: each with item, reason and value. `marks`: keys of MARKS, why it does not count; empty where it does.
    """

    id: str
    observation_id: str
    revision: int
    author_id: str
    author_name: str
    deviations: list[dict[str, Any]]
    remark: str
    at: datetime
    marks: tuple[str, ...]
    is_newest: bool

    @property
    def counts(self) -> bool:
        return not self.marks

    @property
    def mark_words(self) -> list[str]:
        """Why it does not count."""
        return [MARKS[mark] for mark in self.marks]

    @property
    def outcome(self) -> str:
        return "deviates" if self.deviations else "confirmed"


def gaps(body: Mapping[str, Any]) -> list[Fault]:
    """What keeps a submitted confirmation from being filed; empty when nothing does."""
    given = body.get("deviations") or []
    times = Counter(one["item"] for one in given)
    faults = []
    for place, one in enumerate(given):
        if not str(one.get("reason") or "").strip():
            faults.append(Fault(f"/deviations/{place}/reason", "请写明哪里不一致"))
        if times[one["item"]] > 1:
            faults.append(Fault(f"/deviations/{place}/item", "同一项写了两次"))
    return faults


def marks(*, kept: str, is_author: bool, fits: bool) -> tuple[str, ...]:
    """Why a confirmation does not count. `kept`: what was decided when it was filed; `fits`: revision and digest are of
    a record of this visit that the server has.
    """
    decided = kept.split(",") if kept else []
    found = [*decided, *(["author"] if is_author else []), *([] if fits else ["other_words"])]
    return tuple(mark for mark in MARKS if mark in found)


def standing(said: Iterable[Said], *, is_paired: bool) -> str:
    """How a record stands: a key of STANDINGS, "" where nobody else is known to have gone along (`is_paired`).

    Of each person the last word on a revision counts; one who deviates weighs more than one who confirms.
    """
    counting = {(one.author_id, one.is_newest): one for one in sorted(said, key=lambda one: one.at) if one.counts}
    newest = {one.outcome for (_, is_newest), one in counting.items() if is_newest}
    if newest:
        return "deviates" if "deviates" in newest else "confirmed"
    if counting:
        return "again"
    return "waiting" if is_paired else ""


def refusal(found: str) -> str:
    """Why a record that stands so cannot be approved where confirmation is required, and what to do."""
    return f"这份记录{STANDINGS.get(found, STANDINGS['waiting'])}，不能通过。{_REMEDY}"
