"""The desk's list of visits."""

from datetime import datetime, timedelta

from fieldapp.extensions import db
from fieldapp.paging import Page, page_of
from fieldapp.people.models import User
from fieldapp.visits.models import Visit
from fieldapp.visits.queries import visible_to

PERIODS = {
    "upcoming": "今天及以后",
    "today": "今天",
    "week": "本周",
    "past": "已过去",
    "cancelled": "已取消",
    "all": "全部",
}


def arranged(user: User, *, period: str, today_at: datetime, group_id: str = "", page: int = 1) -> Page:
    """The visits in the user's reach. `period`: one of PERIODS; `today_at`: when today began.

    What is to come soonest first, what is past latest first.
    """
    query = visible_to(user)
    if group_id:
        query = query.where(Visit.group_id == group_id)
    if period == "cancelled":
        return page_of(query.where(Visit.cancelled_at.is_not(None)).order_by(Visit.starts_at.desc(), Visit.id), page)
    if period in ("today", "week"):
        since, until = bounds_of(period, today_at)
        query = query.where(Visit.cancelled_at.is_(None), Visit.starts_at >= since, Visit.starts_at < until)
        return page_of(query.order_by(Visit.starts_at, Visit.id), page)
    if period == "upcoming":
        query = query.where(Visit.cancelled_at.is_(None), Visit.starts_at >= today_at)
        return page_of(query.order_by(Visit.starts_at, Visit.id), page)
    if period == "past":
        query = query.where(Visit.cancelled_at.is_(None), Visit.starts_at < today_at)
    return page_of(query.order_by(Visit.starts_at.desc(), Visit.id), page)


def bounds_of(period: str, today_at: datetime) -> tuple[datetime, datetime]:
    """When `today` or the `week` (Monday to Sunday) begins and ends; `today_at`: when today began."""
    if period == "today":
        return today_at, today_at + timedelta(days=1)
    monday = today_at - timedelta(days=today_at.weekday())
    return monday, monday + timedelta(days=7)


def has_any(user: User) -> bool:
    """Whether there is a visit in the user's reach, whenever it is."""
    return db.session.scalar(visible_to(user).with_only_columns(Visit.id).limit(1)) is not None
