"""Working groups: who leads, who comes along, where."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from fieldapp import ids
from fieldapp.access import may
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import bounds, names
from fieldapp.people.accounts import reason_digest, require_admin
from fieldapp.people.models import GroupMember, Organisation, User, WorkingGroup


@dataclass(frozen=True)
class GroupPlan:
    """What a working group is to be. `member_ids`: in the order shown; the lead need not be among them."""

    name: str
    lead_id: str
    member_ids: Sequence[str]
    locality_id: str | None = None


def create_group(actor: User | None, plan: GroupPlan) -> WorkingGroup:
    """A new working group. Raises Refused with every wrong field."""
    require_admin(actor)
    with unit_of_work() as session:
        _refuse_faults(actor, plan, of=None)
        group = WorkingGroup(id=ids.mint(), name=plan.name, lead_id=plan.lead_id, locality_id=plan.locality_id)
        session.add(group)
        session.flush()
        _seat(group, plan.member_ids)
        _record("group.created", actor, group, plan)
        return group


def change_group(actor: User, group_id: str, plan: GroupPlan) -> WorkingGroup:
    """The group as planned anew. Visits that it made keep pointing at it. Raises Refused with every wrong field."""
    require_admin(actor)
    with unit_of_work() as session:
        group = _writable(actor, group_id)
        _refuse_faults(actor, plan, of=group)
        group.name, group.lead_id, group.locality_id = plan.name, plan.lead_id, plan.locality_id
        session.execute(delete(GroupMember).where(GroupMember.group_id == group.id))
        session.flush()
        session.expire(group)
        _seat(group, plan.member_ids)
        _record("group.changed", actor, group, plan)
        return group


def end_group(actor: User, group_id: str, *, reason: str) -> WorkingGroup:
    """Closes a group for good, with the reason: no new visits; what it did stays in its lead's view.

    Raises Refused without a reason.
    """
    require_admin(actor)
    reason = reason.strip()[:200]
    if not reason:
        raise Refused("工作组没有结束。", faults=[Fault("/reason", "请写明原因。")])
    with unit_of_work() as session:
        group = _writable(actor, group_id)
        if group.ended_at is None:
            group.ended_at, group.ended_reason = now(), reason
            session.flush()
            record(
                "group.ended", actor_id=actor.id, subject_kind="group", subject_id=group.id, at=group.ended_at,
                reason_digest=reason_digest(reason),
            )  # fmt: skip
        return group


def leave_groups(actor: User | None, user: User) -> list[str]:
    """Takes somebody out of every group that has not ended; gives the names of those that he still leads.

    A group needs a lead: who it is to be next, somebody has to decide.
    """
    require_admin(actor)
    with unit_of_work() as session:
        own = select(GroupMember.group_id).where(GroupMember.user_id == user.id)
        left = session.scalars(select(WorkingGroup).where(WorkingGroup.id.in_(own), WorkingGroup.ended_at.is_(None)))
        for group in left.all():
            session.execute(delete(GroupMember).where(GroupMember.group_id == group.id, GroupMember.user_id == user.id))
            session.expire(group)
            members = [member.user_id for member in group.members]
            _record("group.changed", actor, group, GroupPlan(group.name, group.lead_id, members, group.locality_id))
        led = select(WorkingGroup.name).where(WorkingGroup.lead_id == user.id, WorkingGroup.ended_at.is_(None))
        return list(session.scalars(led.order_by(WorkingGroup.name)))


def _seat(group: WorkingGroup, member_ids: Sequence[str]) -> None:
    for position, user_id in enumerate(dict.fromkeys(member_ids)):
        db.session.add(GroupMember(group_id=group.id, user_id=user_id, position=position))
    db.session.flush()


def _refuse_faults(actor: User | None, plan: GroupPlan, *, of: WorkingGroup | None) -> None:
    faults = []
    if names.is_blank(plan.name):
        faults.append(Fault("/name", "请填写组名。"))
    if names.is_taken(WorkingGroup.name, plan.name, but_id=of and of.id):
        faults.append(Fault("/name", "已有同名的工作组。"))
    lead = db.session.get(User, plan.lead_id) if plan.lead_id else None
    if lead is None or "lead" not in lead.roles or not lead.is_active:
        faults.append(Fault("/lead_id", "组长必须是在用的组长账号。"))
    known = {user.id for user in db.session.scalars(select(User).where(User.id.in_(plan.member_ids)))
             if may(user, "field.file")}  # fmt: skip
    if not plan.member_ids or set(plan.member_ids) - known:
        faults.append(Fault("/member_ids", "至少一名组员，且都是在用的监督员或组长账号。"))
    locality = db.session.get(Organisation, plan.locality_id) if plan.locality_id else None
    if plan.locality_id and (locality is None or locality.kind != "locality"):
        faults.append(Fault("/locality_id", "没有这个区镇。"))
    faults += bounds.locality_faults(actor, plan.locality_id)
    if actor and actor.locality_id and plan.lead_id == actor.id != (of and of.lead_id):
        faults.append(Fault("/lead_id", "不能任命自己为组长：组长看得到本组在别处的监督，要由别的管理员任命。"))
    if faults:
        raise Refused("工作组信息有误，没有保存。", faults=faults)


def _writable(actor: User | None, group_id: str) -> WorkingGroup:
    bounds.require_within(actor, group_id=group_id)
    group = db.session.get(WorkingGroup, group_id, populate_existing=True)
    if group is None:
        raise NotFound
    return group


def _record(event: str, actor: User | None, group: WorkingGroup, plan: GroupPlan) -> None:
    record(
        event,
        actor_id=actor.id if actor else None,
        subject_kind="group",
        subject_id=group.id,
        at=now(),
        lead=plan.lead_id,
        members=sorted(set(plan.member_ids)),
        locality=plan.locality_id,
    )
