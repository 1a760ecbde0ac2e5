"""Reading visits: every list starts at what the user may see."""

from datetime import datetime

from sqlalchemy import Select, or_, select

from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.people.models import User
from fieldapp.people.scope import Columns, narrow, nothing, reach_of
from fieldapp.visits.models import Visit

# Also the visits to one's own agency: who plans must see them, and what is found there is another room's row.
COLUMNS = Columns(
    author=Visit.created_by_id, locality=Visit.locality_id, group=Visit.group_id, agency=Visit.agency_id,
    is_shared=True, apart=nothing,
)  # fmt: skip


def visible_to(user: User) -> Select[Visit]:
    """The visits of the user's groups and the user's own ad-hoc ones; for leads and admins, those in their reach
    too.
    """
    return narrow(select(Visit), reach_of(user), COLUMNS)


def going_along(user: User, *, since: datetime) -> list[Visit]:
    """The visits that the user takes part in (own groups, own ad-hoc ones) starting after `since`, soonest first."""
    reach = reach_of(user)
    return list(
        db.session.scalars(
            select(Visit)
            .where(Visit.starts_at >= since)
            .where(or_(Visit.created_by_id == user.id, Visit.group_id.in_(sorted(reach.group_ids))))
            .order_by(Visit.starts_at, Visit.id)
        )
    )


def find(user: User, visit_id: str) -> Visit:
    """One visit in the user's reach. Raises NotFound otherwise."""
    visit: Visit | None = db.session.scalar(visible_to(user).where(Visit.id == visit_id))
    if visit is None:
        raise NotFound("没有这次监督活动，或您不在该组。")
    return visit
