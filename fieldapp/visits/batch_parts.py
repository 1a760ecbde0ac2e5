"""What filing has to know of visits: asked together with everything else that a batch touches."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from fieldapp.bulk import among
from fieldapp.errors import Fault
from fieldapp.filing import bearers, kinds
from fieldapp.filing.kinds import Accepted
from fieldapp.filing.parts import Held, Part
from fieldapp.filing.wire import Filed
from fieldapp.people.models import GroupMember, WorkingGroup
from fieldapp.visits.models import Visit, VisitAttendance

# Columns of tables, not of models: to look each row up in a model takes longer than to read it.
_visit, _group, _member = Visit.__table__.c, WorkingGroup.__table__.c, GroupMember.__table__.c
# The visits in the parameter `visits`, with the lead of the group. Parts that start here share it in their one query.
ASKED = (
    select(
        _visit.id,
        _visit.mode,
        _visit.domain,
        _visit.agency_id,
        _visit.group_id,
        _visit.locality_id,
        _visit.created_by_id,
        _visit.named_agency_id,
        _visit.is_ad_hoc,
        _visit.cancelled_at.is_not(None).label("is_cancelled"),
        _group.lead_id,
    )
    .join_from(Visit.__table__, WorkingGroup.__table__, _group.id == _visit.group_id, isouter=True)
    .where(among(_visit.id, "visits"))
    .cte("asked")
)
_VISITS = Part("visits", select(ASKED))
# Which of the authors belong to the group of which visit.
_MEMBERS = Part(
    "members",
    select(ASKED.c.id.label("visit"), _member.user_id.label("person"))
    .join_from(ASKED, GroupMember.__table__, _member.group_id == ASKED.c.group_id)
    .where(among(_member.user_id, "authors")),
)
PARTS = (_VISITS, _MEMBERS)
_REOPEN = update(Visit.__table__).where(_visit.id == bindparam("visit")).values(cancelled_at=None)
bearers.register("visit", "监督活动", _visit.id)


def visits_of(held: Held) -> dict[str, dict[str, Any]]:
    """The visits that a batch is about, by id: named columns, `lead_id` of the group among them."""
    return held.once(_by_id)


def visit_of(held: Held, filed: Filed) -> dict[str, Any]:
    """The visit that a filing is about. Raises KeyError for none, which `faults` has refused."""
    return visits_of(held)[filed.visit_id or ""]


def faults(held: Held, author_id: str, filed: Filed) -> list[Fault]:
    """What is wrong with the visit of a filing: the author does not go along, or the record belonged to another one."""
    kind, row = kinds.of(filed.kind), held.records.get(filed.id)
    if not may_file(held, author_id, filed):
        return [Fault("/visit", f"没有这次监督活动，或您不在该组。{kind.words}仍在本机。")]
    if row is not None and row.visit_id != filed.visit_id:
        return [Fault("/visit", f"{kind.words}不能改到另一次监督活动。")]
    return []


def goes_along(held: Held, author_id: str, visit_id: str | None) -> bool:
    """Whether there is such a visit and the author takes part in it."""
    visit = visits_of(held).get(visit_id or "")
    return visit is not None and (
        author_id in (visit["created_by_id"], visit["lead_id"]) or (visit_id, author_id) in held.once(_who_belongs)
    )


def may_file(held: Held, author_id: str, filed: Filed) -> bool:
    """Whether the author may file this of its visit: who takes part in it, and who discards a draft that was filed
    when they did.
    """
    row = held.records.get(filed.id)
    is_taken_back = filed.state == "discarded" and row is not None and row.visit_id == filed.visit_id
    return is_taken_back or goes_along(held, author_id, filed.visit_id)


def reopen(connection: Connection, held: Held, accepted: Sequence[Accepted]) -> None:
    """An ad-hoc visit that was cancelled counts again as soon as something of it is submitted; the reason stays.

    It has no audit entry of its own: it follows from the filing, which has one.
    """
    visits = visits_of(held)
    submitted = {one.filed.visit_id for one in accepted if one.is_submitted and one.filed.visit_id}
    cancelled = [one for one in sorted(submitted) if visits[one]["is_ad_hoc"] and visits[one]["is_cancelled"]]
    if cancelled:
        connection.execute(_REOPEN, [{"visit": visit_id} for visit_id in cancelled])


def attend(connection: Connection, said: Iterable[tuple[str, str, datetime | None]]) -> None:
    """Notes who says to have gone along: visit, user, when. Once for each; it follows from the filing, as `reopen`."""
    table = VisitAttendance.__table__
    known = select(table.c.visit_id).where(
        table.c.visit_id == bindparam("visit"), table.c.user_id == bindparam("person")
    )
    for visit_id, user_id, at in said:
        if connection.execute(known, {"visit": visit_id, "person": user_id}).first() is None:
            connection.execute(insert(table).values(visit_id=visit_id, user_id=user_id, said_at=at))


def _by_id(held: Held) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in held.rows["visits"]}


def _who_belongs(held: Held) -> set[tuple[str, str]]:
    return {(row["visit"], row["person"]) for row in held.rows["members"]}
