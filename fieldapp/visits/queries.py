"""Reading visits: every list starts at what the user may see."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select

from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.people.models import Organisation, User
from fieldapp.people.scope import Columns, narrow, nothing, reach_of
from fieldapp.visits.models import Visit

# Also the visits to one's own agency: who plans must see them, and what is found there is another room's row.
COLUMNS = Columns(
    author=Visit.created_by_id, locality=Visit.locality_id, group=Visit.group_id, agency=Visit.agency_id,
    is_shared=True, apart=nothing,
)  # fmt: skip

_ON_PHONES = (
    "id", "mode", "domain", "agency_id", "named_agency_id", "agency_name", "group_id", "locality_id", "place",
    "matter", "source", "starts_at", "is_ad_hoc", "cancelled_at", "cancelled_reason",
)  # fmt: skip


def visible_to(user: User) -> Select[Visit]:
    """The visits of the user's groups and the user's own ad-hoc ones; for leads and admins, those in their reach
    too.
    """
    return narrow(select(Visit), reach_of(user), COLUMNS)


def going_along(user: User, *, since: datetime) -> list[Visit]:
    """The visits that the user takes part in (own groups, own ad-hoc ones) starting after `since`, soonest first."""
    return list(db.session.scalars(select(Visit).where(*_goes_along(user, since)).order_by(Visit.starts_at, Visit.id)))


def rows_going_along(user: User, *, since: datetime) -> list[Row[Any]]:
    """The same as rows of what a phone shows of them, with `locality_name`: it carries a thousand of them, and their
    groups and people would be made with each.
    """
    visit, place = Visit.__table__, Organisation.__table__
    return list(
        db.session.execute(
            select(*(visit.c[name] for name in _ON_PHONES), place.c.name.label("locality_name"))
            .outerjoin_from(visit, place, place.c.id == visit.c.locality_id)
            .where(*_goes_along(user, since))
            .order_by(visit.c.starts_at, visit.c.id)
        )
    )


def _goes_along(user: User, since: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    groups = sorted(reach_of(user).group_ids)
    return Visit.starts_at >= since, or_(Visit.created_by_id == user.id, Visit.group_id.in_(groups))


def find(user: User, visit_id: str) -> Visit:
    """One visit in the user's reach. Raises NotFound otherwise."""
    visit: Visit | None = db.session.scalar(visible_to(user).where(Visit.id == visit_id))
    if visit is None:
        raise NotFound("没有这次监督活动，或您不在该组。")
    return visit
