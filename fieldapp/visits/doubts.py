"""What a planner is asked before a visit is taken that may be meant so, and mostly is not."""

from datetime import date

from sqlalchemy import select

from fieldapp.checklists import labels
from fieldapp.clock import china
from fieldapp.extensions import db
from fieldapp.people.models import Organisation, WorkingGroup
from fieldapp.people.queries import certificate_kinds_on
from fieldapp.visits import recusal, rules
from fieldapp.visits.models import Visit
from fieldapp.visits.planning import VisitPlan


def doubts_about(plan: VisitPlan, today: date, *, but_id: str | None = None) -> list[str]:
    """Questions in Chinese, none for a plan as plans are. `but_id`: the visit that is planned anew."""
    if rules.date_fault(plan.starts_at, today):
        return []  # refused anyway, with words of its own
    questions = []
    if rules.is_past(plan.starts_at, today):
        questions.append(f"日期已过（{china(plan.starts_at):%Y-%m-%d}），确认是补录？")
    agency = db.session.get(Organisation, plan.agency_id) if plan.agency_id else None
    if agency is not None and agency.domain_ids and plan.domain not in agency.domain_ids:
        questions.append(f"{agency.name}没有登记“{labels.domain_label(plan.domain)}”这个领域，确认仍要安排？")
    if _has_twin(plan, but_id):
        questions.append("这个组在同一时间、同一机关已有一次活动，确认再安排一次？")
    group = db.session.get(WorkingGroup, plan.group_id) if plan.group_id else None
    return questions if group is None else questions + _about_the_pair(group, china(plan.starts_at).date())


def _about_the_pair(group: WorkingGroup, day: date) -> list[str]:
    """What would be marked on the records: the group is as it is today, the certificates as on the day of the visit."""
    people = [one for one in recusal.of_group(group) if one.is_active]
    held = certificate_kinds_on([one.id for one in people], day)
    questions = []
    if len(people) < 2:
        questions.append("这个组在岗的不足两人，这样的记录不能通过，确认安排？")
    without = [one.name for one in people if not held[one.id]]
    if without:
        questions.append(f"{'、'.join(without)}那天没有有效的监督证，提交的记录不能通过，确认安排？")
    if not any("inspector" in kinds for kinds in held.values()):
        questions.append("组里那天没有人持有效的行政执法监督证，这样的记录不能通过，确认安排？")
    return questions


def plan_of(visit: Visit) -> VisitPlan:
    """The plan that a visit stands for now."""
    return VisitPlan(
        mode=visit.mode,
        domain=visit.domain,
        agency_id=visit.agency_id or "",
        group_id=visit.group_id or "",
        starts_at=visit.starts_at,
        place=visit.place,
    )


def _has_twin(plan: VisitPlan, but_id: str | None) -> bool:
    same = select(Visit.id).where(
        Visit.group_id == plan.group_id, Visit.agency_id == plan.agency_id, Visit.starts_at == plan.starts_at,
        Visit.cancelled_at.is_(None),
    )  # fmt: skip
    return db.session.scalar(same.where(Visit.id != (but_id or "")).limit(1)) is not None
