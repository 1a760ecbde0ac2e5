"""回避: nobody judges their own agency. Which visits are to one's own agency, and who must not be planned for one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from fieldapp.clock import china, now
from fieldapp.errors import Fault, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.folding import folded
from fieldapp.people import groups, kinship, listing
from fieldapp.people import queries as people_queries
from fieldapp.people.groups import GroupPlan
from fieldapp.people.models import Organisation, User, WorkingGroup
from fieldapp.people.scope import Reach, own_agencies
from fieldapp.visits.models import Visit


def own_visits(reach: Reach) -> Select[Any]:
    """The ids of the visits to agencies that are the user's own, chosen from the register or named in words."""
    ids = sorted(reach.recused_from)
    return select(Visit.id).where(or_(Visit.agency_id.in_(ids), Visit.named_agency_id.in_(ids)))


def not_of(reach: Reach, visit_id: ColumnElement[str]) -> list[ColumnElement[bool]]:
    """What narrows a query to rows that are not of visits to the user's own agencies; nothing for whoever has none."""
    return [visit_id.not_in(own_visits(reach))] if reach.recused_from else []


def visited(visit: Visit) -> str | None:
    """The organisation that was visited, as far as anybody knows: chosen, or called as the phone wrote it."""
    return visit.agency_id or visit.named_agency_id


def called(words: str) -> str | None:
    """The id of the organisation that these words name, written as people write (folding.folded); None for none.

    The full name goes before the short one, an agency before another body.
    """
    wanted = folded(words)
    found = [
        (folded(row.name) != wanted, row.kind != "agency", row.id)
        for row in db.session.execute(select(Organisation.id, Organisation.kind, Organisation.name,
                                             Organisation.short_name))
        if wanted and wanted in (folded(row.name), folded(row.short_name))
    ]  # fmt: skip
    return min(found)[2] if found else None


def belonging(people: Iterable[User], organisation_id: str) -> list[User]:
    """Those of `people` who are of this organisation, or of one above or below it; or whose 回避单位 it is."""
    kin, above = kinship.kin_of(organisation_id), kinship.above(organisation_id)
    return [one for one in people if one.organisation_id in kin or not above.isdisjoint(one.recusals.split())]


def is_own(person: User, organisation_id: str | None) -> bool:
    """Whether the person has to keep away from this organisation; of none, nobody knows."""
    return organisation_id is not None and bool(belonging([person], organisation_id))


def ahead_of(user: User) -> list[Visit]:
    """The planned visits from today on, of the user's groups, to agencies that the user has to keep away from."""
    groups = [group.id for group in people_queries.groups_of(user) if group.ended_at is None]
    query = select(Visit).where(
        Visit.group_id.in_(groups), Visit.agency_id.in_(sorted(own_agencies(user))), Visit.starts_at >= _midnight(),
        Visit.cancelled_at.is_(None), Visit.is_ad_hoc.is_(False),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Visit.starts_at)))


def of_group(group: WorkingGroup) -> list[User]:
    """Everybody of a group, its lead first."""
    members = [user for user in listing.members_of(group) if user.id != group.lead_id]
    return [group.lead, *members]


def faults_of(group: WorkingGroup, agency: Organisation) -> list[Fault]:
    """Why this group cannot be sent to this agency: who of it belongs there, and what to do."""
    own = belonging(of_group(group), agency.id)
    if not own:
        return []
    return [
        Fault(
            "/group_id",
            f"{_named(own)}属于或登记了回避被监督的行政执法机关，应当回避：请换一个工作组，或先把他们移出这个组。",
        )
    ]


def change_group(actor: User, group_id: str, plan: GroupPlan) -> WorkingGroup:
    """The group as planned anew (people.groups), unless somebody would then go along to their own agency.

    Raises Refused as groups.change_group does, and with the names and visits where somebody has to be left out.
    """
    with unit_of_work():
        group = groups.change_group(actor, group_id, plan)
        db.session.refresh(group)
        people = of_group(group)
        faults = []
        for visit in _planned_of(group.id, since=_midnight()):
            own = belonging(people, visit.agency_id) if visit.agency_id else []
            if own:
                pointer = "/lead_id" if own[0].id == plan.lead_id else "/member_ids"
                faults.append(Fault(pointer, _refusal(own, visit)))
        if faults:
            raise Refused("工作组没有保存。", faults=faults)
        return group


def _refusal(own: Sequence[User], visit: Visit) -> str:
    when = f"{china(visit.starts_at):%m月%d日 %H:%M}"
    return (
        f"{_named(own)}属于或登记了回避{visit.agency_name}，本组 {when} 要去那里监督，应当回避："
        "请不要选入，或先把那次活动改派、取消。"
    )


def _planned_of(group_id: str, *, since: datetime) -> Sequence[Visit]:
    query = select(Visit).where(
        Visit.group_id == group_id, Visit.starts_at >= since, Visit.cancelled_at.is_(None), Visit.is_ad_hoc.is_(False)
    )
    return db.session.scalars(query.order_by(Visit.starts_at)).all()


def _named(people: Iterable[User]) -> str:
    return "、".join(f"{person.name}（{person.organisation.short_name}）" for person in people)


def _midnight() -> datetime:
    return china(now()).replace(hour=0, minute=0, second=0, microsecond=0)
