"""The end of a working group, and what becomes of the visits that were planned for it."""

from collections.abc import Sequence

from sqlalchemy import select

from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import groups
from fieldapp.people.models import User, WorkingGroup
from fieldapp.visits.models import Visit
from fieldapp.visits.planning import cancel_visit


def still_planned(group_id: str) -> Sequence[Visit]:
    """The planned visits of a group that have not begun and are not cancelled, soonest first; for admins."""
    return db.session.scalars(
        select(Visit)
        .where(Visit.group_id == group_id, Visit.is_ad_hoc.is_(False), Visit.cancelled_at.is_(None))
        .where(Visit.starts_at >= now())
        .order_by(Visit.starts_at, Visit.id)
    ).all()


def end_group(actor: User, group_id: str, *, reason: str, cancels_visits: bool) -> tuple[WorkingGroup, int]:
    """Ends the group and, when asked, cancels what was planned for it, in one unit of work; how many were cancelled.

    Raises Refused without a reason; NotFound; NotAllowed.
    """
    with unit_of_work():
        cancelled = still_planned(group_id) if cancels_visits else []
        for visit in cancelled:
            cancel_visit(actor, visit.id, reason=f"工作组已结束：{reason.strip()}")
        return groups.end_group(actor, group_id, reason=reason), len(cancelled)
