"""Planned visits: the desk arranges who goes along with which agency, when and where."""

from dataclasses import dataclass
from datetime import datetime

from fieldapp import ids
from fieldapp.access import may, require
from fieldapp.audit.operations import record
from fieldapp.checklists import content as contents
from fieldapp.checklists import queries as checklists
from fieldapp.clock import china, now, rfc3339
from fieldapp.errors import Fault, Locked, NotAllowed, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import bounds
from fieldapp.people.models import Organisation, User, WorkingGroup
from fieldapp.people.scope import reach_of
from fieldapp.visits import cancelling, recusal, rules
from fieldapp.visits.models import VISIT_SOURCES, Visit


@dataclass(frozen=True)
class VisitPlan:
    """A visit to be arranged. `mode`, `domain`: ids of the current checklist. `matter`: 执法事项."""

    mode: str
    domain: str
    agency_id: str
    group_id: str
    starts_at: datetime
    place: str
    matter: str = ""
    source: str = "routine"
    locality_id: str | None = None


def plan_visit(actor: User, plan: VisitPlan) -> Visit:
    """A new planned visit; the phones of the group learn of it with their next pack.

    Admins plan for every group, leads for those they lead. Raises NotAllowed, or Refused with every wrong field, also
    when somebody of the group belongs to the agency.
    """
    with unit_of_work() as session:
        agency, group = _check(actor, plan)
        visit = Visit(id=ids.mint(), is_ad_hoc=False, created_by_id=actor.id, created_at=now(), revision=1)
        _fill(visit, plan, agency, group)
        session.add(visit)
        session.flush()
        _record("visit.planned", actor, visit)
        return visit


def change_plan(actor: User, visit_id: str, plan: VisitPlan) -> Visit:
    """The visit as planned anew. Raises Locked for an ad-hoc or a cancelled one; else as `plan_visit`."""
    with unit_of_work() as session:
        visit = _planned(visit_id)
        agency, group = _check(actor, plan)
        _fill(visit, plan, agency, group)
        visit.revision += 1
        session.flush()
        _record("visit.changed", actor, visit)
        return visit


def cancel_visit(actor: User, visit_id: str, *, reason: str) -> Visit:
    """Takes a planned visit off the phones, with the reason. What was recorded of it already stays.

    Raises Refused without a reason; Locked for an ad-hoc one.
    """
    with unit_of_work():
        visit = _planned(visit_id)
        _require_planner(actor, visit.group_id)
        if not reason.strip():
            raise Refused("活动没有取消。", faults=[Fault("/reason", "请写明取消原因。")])
        cancelling.cancel(actor, visit, reason)
        return visit


def _check(actor: User, plan: VisitPlan) -> tuple[Organisation, WorkingGroup]:
    _require_planner(actor, plan.group_id)
    agency = db.session.get(Organisation, plan.agency_id) if plan.agency_id else None
    group = db.session.get(WorkingGroup, plan.group_id) if plan.group_id else None
    locality = db.session.get(Organisation, plan.locality_id) if plan.locality_id else None
    current = checklists.current()
    content = contents.load(current.content) if current else None
    faults = []
    if agency is None or agency.kind != "agency":
        faults.append(Fault("/agency_id", "请选择行政执法机关。"))
    if group is None or group.ended_at is not None:
        faults.append(Fault("/group_id", "请选择在用的监督工作组。"))
    if plan.locality_id and (locality is None or locality.kind != "locality"):
        faults.append(Fault("/locality_id", "没有这个区镇。"))
    if content is None:
        faults.append(Fault("/mode", "还没有发布清单，请先发布清单再安排活动。"))
    elif plan.mode not in {mode.id for mode in content.modes}:
        faults.append(Fault("/mode", "没有这种监督方式。"))
    elif plan.domain not in {domain.id for domain in content.domains}:
        faults.append(Fault("/domain", "没有这个领域。"))
    if plan.source not in VISIT_SOURCES:
        faults.append(Fault("/source", "没有这种任务来源。"))
    if date_words := rules.date_fault(plan.starts_at, china(now()).date()):
        faults.append(Fault("/starts_at", date_words))
    if not plan.place.strip():
        faults.append(Fault("/place", "请填写地点。"))
    if agency is not None and agency.kind == "agency" and group is not None:
        faults += recusal.faults_of(group, agency)
    if faults or agency is None or group is None:
        raise Refused("活动没有保存。", faults=faults)
    return agency, group


def _require_planner(actor: User, group_id: str | None) -> None:
    if group_id in reach_of(actor).led_group_ids:
        require(actor, "visits.plan")
        return
    if may(actor, "registers.edit"):
        if group_id and db.session.get(WorkingGroup, group_id):
            bounds.require_within(actor, group_id=group_id)
        return
    raise NotAllowed("只有管理员，或本组组长，可以安排这个组的监督活动。")


def _fill(visit: Visit, plan: VisitPlan, agency: Organisation, group: WorkingGroup) -> None:
    visit.mode, visit.domain, visit.source = plan.mode, plan.domain, plan.source
    visit.agency_id, visit.agency_name, visit.named_agency_id = agency.id, agency.name, None
    visit.group_id = group.id
    visit.locality_id = plan.locality_id or group.locality_id or agency.locality_id
    visit.place, visit.matter, visit.starts_at = plan.place.strip(), plan.matter.strip(), plan.starts_at


def _planned(visit_id: str) -> Visit:
    visit = db.session.get(Visit, visit_id, populate_existing=True)
    if visit is None:
        raise NotFound("没有这次监督活动。")
    if visit.is_ad_hoc:
        raise Locked("临时监督由监督员在手机上建立，不能在这里更改。")
    if visit.cancelled_at is not None:
        raise Locked("这次监督活动已取消，不能再改。")
    return visit


def _record(event: str, actor: User, visit: Visit) -> None:
    record(
        event,
        actor_id=actor.id,
        subject_kind="visit",
        subject_id=visit.id,
        at=now(),
        agency=visit.agency_id,
        group=visit.group_id,
        starts_at=rfc3339(visit.starts_at),
    )
