"""What becomes of each bad rating of the demonstration: every state once, hours after it came in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fieldapp.people.models import User
from fieldapp.ratings import follow_ups
from fieldapp.ratings.models import FollowUp, Rating

# Place of the visit among all → what becomes of its bad rating (see sayings.BAD).
FATES = {
    0: "closed_verified", 2: "closed_unfounded", 4: "closed_misrated", 11: "extended", 12: "late", 14: "replied",
    15: "rectified", 16: "verified", 17: "contacting", 18: "triaged", 19: "received",
}  # fmt: skip
_COURSES: dict[str, tuple[tuple[int, str, str], ...]] = {
    "closed_verified": (
        (3, "triage", "请当天回访。"), (5, "call", "上午打通，评价人说进门时没有主动出示证件，问了以后才出示。"),
        (26, "verified", "调看执法记录仪，进门 4 分钟后才出示证件，情况属实。"),
        (50, "rectify", "单位已对两名执法人员谈话提醒，并在出勤前会上重申主动亮证。"),
        (52, "reply", "您反映的情况属实，已对当事人员谈话提醒。谢谢您的监督。"), (54, "close", "整改到位，同意办结。"),
    ),
    "closed_unfounded": (
        (2, "triage", ""), (28, "unfounded", "核对裁量基准与同类案件三件，处罚在基准幅度内，程序完整。"),
        (47, "reply", "经核对，处罚在裁量基准幅度内，同类情形处理一致。如不服处罚，可依法申请复议或者提起诉讼。"),
        (70, "close", ""),
    ),
    "closed_misrated": (
        (4, "triage", ""), (6, "call", "评价人说点错了，本来想点“非常满意”。"), (7, "misrated", "评价人本人确认误评。"),
        (8, "reply", "已按您的说明作为误评处理，不计入统计。"), (24, "close", ""),
    ),
    "extended": (
        (5, "triage", ""), (22, "call", "评价人情绪较大，说要当面谈，约下周二。"),
        (90, "extend", "需当面听取评价人意见并调看三段录像，五个工作日内不能完成。"),
    ),
    "late": ((20, "triage", "请三日内核实。"),),
    "replied": (
        (3, "triage", ""), (24, "verified", "录像缺 6 分钟，为换电池所致，没有说明。"),
        (48, "rectify", "已配备备用电池。"),
        (50, "reply", "录像确有中断，已要求配备备用电池、中断须口头说明。"),
    ),
    "rectified": (
        (3, "triage", ""), (6, "call", "评价人愿意说明经过。"), (25, "verified", "录像中有一句不当用语。"),
        (49, "rectify", "当事人员已检讨，并上门致歉。"),
    ),
    "verified": (
        (4, "triage", ""), (6, "call", "打通，对方描述与评语一致。"),
        (30, "verified", "两名监督员记录与评语相反，调看录像后属实。"),
    ),
    "contacting": ((5, "triage", ""), (25, "call", "没有人接，下午再打。")),
    "triaged": ((4, "triage", "请核对三次检查的计划来源。"),),
    "received": (),
}  # fmt: skip


@dataclass(frozen=True)
class Course:
    """One follow-up on its way. `rated`: holds the rating once it has been given."""

    lead: User
    owner: User
    rated: list[Rating]

    def steps(self, fate: str) -> list[tuple[int, Callable[[], Any]]]:
        """(hours after the rating, deed), in order."""
        return [(hours, self._deed(action, words)) for hours, action, words in _COURSES[fate]]

    def _deed(self, action: str, words: str) -> Callable[[], Any]:
        if action == "triage":
            return lambda: follow_ups.triage(self.lead, self.rated[0].id, owner=self.owner, words=words)
        if action in ("verified", "unfounded", "misrated"):
            return lambda: follow_ups.conclude(self.lead, self.rated[0].id, outcome=action, words=words)
        steps: dict[str, Callable[..., FollowUp]] = {
            "call": follow_ups.log_call,
            "rectify": follow_ups.rectify,
            "reply": follow_ups.reply,
            "extend": follow_ups.extend,
            "close": follow_ups.close,
        }
        step = steps[action]
        return lambda: step(self.lead, self.rated[0].id, words=words)
