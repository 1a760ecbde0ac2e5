"""A kind of matter of the tests' own: what somebody was asked to fetch. A new kind needs no more than this file."""

from fieldapp.matters.kinds import MatterKind
from fieldapp.matters.models import Matter
from fieldapp.matters.rules import LEADS, Course, Rung, TermLengths, Transition

ANYBODY = frozenset({"supervisor", "lead", "system"})


class Errand(Matter):
    """Has no columns of its own, so no table either."""

    __mapper_args__ = {"polymorphic_identity": "errand"}


KIND = MatterKind(
    name="errand",
    words="差事",
    model=Errand,
    course=Course(
        {"asked": "已交办", "fetched": "已取回", "lost": "未取到", "over": "已了结"},
        {"opened": "交办", "term": "期限顺延", "give": "指派", "report": "回报", "wait": "延期", "end": "了结"},
        "asked",
        (
            Transition("give", ("asked",), gives_owner=True),
            Transition("report", ("asked",), "fetched", "fetched", roles=ANYBODY, words="请写明取回了什么"),
            Transition("report", ("asked",), "lost", "lost", roles=ANYBODY, words="请写明去了哪里"),
            Transition("wait", ("asked", "lost"), "asked", roles=LEADS, once="只能延一次。", extends=True),
            Transition("end", ("fetched", "lost"), "over", roles=LEADS, only="由组长了结。", closes=True),
        ),
        {"report": ("/outcome", "请选择取回或未取到")},
    ),
    terms=lambda settings: TermLengths(accept=2, close=10, extended=20, unit="calendar_days"),
    owner_fault=lambda errand, owner: None if owner.is_active else "请选择在岗人员",
    ladder=(
        Rung("running", 366, "{what}还剩 {left} {unit}"), Rung("soon", 3, "快到期了"),
        Rung("overdue", -1, "晚了 {late} {unit}"),
    ),
)  # fmt: skip
