"""The desks' lists: follow-ups with the overdue ones on top, ratings, opinions, who may own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from fieldapp.extensions import db
from fieldapp.matters import owners as matter_owners
from fieldapp.matters import queries as matters
from fieldapp.people.models import User
from fieldapp.rating_codes import spelling
from fieldapp.ratings import queries
from fieldapp.ratings.models import FollowUp, Opinion, Rating
from fieldapp.ratings.totals import COUNTED

OPINION_VIEWS = {"open": "待答复", "answered": "已答复", "all": "全部"}
COUNT_VIEWS = {"counted": "计入统计", "suspect": "可疑", "misrated": "误评"}


@dataclass(frozen=True)
class FollowUpFilter:
    """What the list of follow-ups is narrowed to. `view`: a key of matters.queries.VIEWS; `state`: of rules.STATES."""

    view: str = "open"
    state: str = ""
    owner_id: str = ""
    agency_id: str = ""
    locality_id: str = ""


@dataclass(frozen=True)
class RatingFilter:
    """What the list of ratings is narrowed to. `view`: a key of COUNT_VIEWS; `since` inclusive, `until` exclusive.

    `receipt`: a 查询码 as somebody reads it out.
    """

    view: str = ""
    level: int | None = None
    agency_id: str = ""
    locality_id: str = ""
    contact_point_id: str = ""
    domain: str = ""
    since: datetime | None = None
    until: datetime | None = None
    receipt: str = ""


def follow_ups(user: User, wanted: FollowUpFilter, today: date) -> Select[FollowUp]:
    """The follow-ups in the user's reach: the overdue first, then whose term ends soonest, then the closed.

    Anonymous ones of a burst come after the others that are open: a robot's thousand must not bury a person's one.
    """
    query = (
        queries.follow_ups_visible_to(user)
        .options(joinedload(FollowUp.rating).joinedload(Rating.agency))
        .join(Rating, Rating.id == FollowUp.rating_id)
        .where(*matters.in_view(FollowUp, wanted.view, today))
        .order_by(*matters.by_urgency(FollowUp, today, later=_is_of_a_burst()))
    )
    for column, value in (
        (FollowUp.state, wanted.state), (FollowUp.owner_id, wanted.owner_id), (Rating.agency_id, wanted.agency_id),
        (Rating.locality_id, wanted.locality_id),
    ):  # fmt: skip
        if value:
            query = query.where(column == value)
    return query


def _is_of_a_burst() -> ColumnElement[bool]:
    return FollowUp.is_real_name.is_(False) & Rating.suspect_reasons.like("%burst%")


def counts(user: User, today: date) -> dict[str, int]:
    """How many follow-ups stand under each of matters.queries.VIEWS."""
    return matters.counts(FollowUp, queries.follow_ups_visible_to(user).with_only_columns(FollowUp.id), today)


def ratings(user: User, wanted: RatingFilter) -> Select[Rating]:
    """The ratings in the user's reach that fit, newest first."""
    query = (
        queries.visible_to(user)
        .options(joinedload(Rating.agency), joinedload(Rating.locality))
        .order_by(Rating.submitted_at.desc(), Rating.id.desc())
    )
    for column, value in (
        (Rating.level, wanted.level), (Rating.agency_id, wanted.agency_id), (Rating.locality_id, wanted.locality_id),
        (Rating.contact_point_id, wanted.contact_point_id), (Rating.domain, wanted.domain),
    ):  # fmt: skip
        if value:
            query = query.where(column == value)
    views = {"counted": COUNTED, "suspect": Rating.suspect_reasons != "", "misrated": Rating.misrated_at.is_not(None)}
    if wanted.view in views:
        query = query.where(views[wanted.view])
    if wanted.since:
        query = query.where(Rating.submitted_at >= wanted.since)
    if wanted.until:
        query = query.where(Rating.submitted_at < wanted.until)
    if wanted.receipt:
        code = spelling.canonical_code(wanted.receipt, characters=spelling.RECEIPT_CHARACTERS)
        query = query.where(Rating.receipt_code == (code or ""))
    return query


def opinions(user: User, view: str = "open") -> Select[Opinion]:
    """The opinions in the user's reach: those that wait for an answer oldest first, else newest first."""
    query = queries.opinions_visible_to(user)
    if view == "open":
        return query.where(Opinion.answered_at.is_(None)).order_by(Opinion.submitted_at, Opinion.id)
    if view == "answered":
        query = query.where(Opinion.answered_at.is_not(None))
    return query.order_by(Opinion.submitted_at.desc(), Opinion.id.desc())


def opinions_waiting(user: User) -> int:
    """How many opinions in the user's reach have no answer yet."""
    waiting = opinions(user).order_by(None).with_only_columns(Opinion.id).subquery()
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def possible_owners(rating: Rating) -> Sequence[User]:
    """Who may take the follow-up of a rating."""
    return matter_owners.possible(queries.rated_agency(rating), rating.locality_id)


def owners() -> Sequence[User]:
    """Everybody who owns a follow-up, to filter by."""
    owning = select(FollowUp.owner_id).where(FollowUp.owner_id.is_not(None))
    return db.session.scalars(select(User).where(User.id.in_(owning)).order_by(User.username)).all()


def ratings_with(code_id: str) -> int:
    """How many ratings came with one code; for admins."""
    return db.session.scalar(select(func.count()).select_from(Rating).where(Rating.code_id == code_id)) or 0


def follow_ups_of(rating_ids: Sequence[str]) -> Select[FollowUp]:
    """The follow-ups of ratings that the caller may see."""
    return select(FollowUp).where(FollowUp.rating_id.in_(rating_ids))
