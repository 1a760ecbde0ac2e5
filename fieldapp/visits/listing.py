"""The desk's list of visits."""

from datetime import datetime

from sqlalchemy import func, select

from fieldapp.extensions import db
from fieldapp.paging import Page, page_of
from fieldapp.people.models import User
from fieldapp.visits.models import Visit
from fieldapp.visits.queries import visible_to

PERIODS = {"upcoming": "今天及以后", "past": "已过去", "cancelled": "已取消", "all": "全部"}


def arranged(user: User, *, period: str, today_at: datetime, group_id: str = "", page: int = 1) -> Page:
    """The visits in the user's reach. `period`: one of PERIODS; `today_at`: when today began.

    What is to come soonest first, what is past latest first.
    """
    query = visible_to(user)
    if group_id:
        query = query.where(Visit.group_id == group_id)
    if period == "cancelled":
        return page_of(query.where(Visit.cancelled_at.is_not(None)).order_by(Visit.starts_at.desc(), Visit.id), page)
    if period == "upcoming":
        query = query.where(Visit.cancelled_at.is_(None), Visit.starts_at >= today_at)
        return page_of(query.order_by(Visit.starts_at, Visit.id), page)
    if period == "past":
        query = query.where(Visit.cancelled_at.is_(None), Visit.starts_at < today_at)
    return page_of(query.order_by(Visit.starts_at.desc(), Visit.id), page)


def count_between(user: User, since: datetime, until: datetime) -> int:
    """How many visits in the user's reach start from `since` up to, not including, `until`, without cancelled ones."""
    query = visible_to(user).with_only_columns(Visit.id)
    query = query.where(Visit.starts_at >= since, Visit.starts_at < until, Visit.cancelled_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
