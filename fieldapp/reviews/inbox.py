"""The reviewer's lists: filtered, in pages, and quick at a hundred thousand records."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from fieldapp.extensions import db
from fieldapp.observations.models import Observation
from fieldapp.observations.queries import filed_visible_to
from fieldapp.observations.rules import FILED
from fieldapp.paging import Page
from fieldapp.people.models import User
from fieldapp.reviews.models import VisitVoices
from fieldapp.reviews.three_voices import FACTS, RULE
from fieldapp.searching import every_word, in_any
from fieldapp.visits.models import Visit

ROWS_PER_PAGE = 50

_SHOWN = (
    Observation.id,
    Observation.visit_id,
    Observation.number,
    Observation.state,
    Observation.submitted_at,
    Observation.domain,
    Observation.mode,
    Observation.no_count,
    Observation.critical_no_items,
    Observation.evidence_named,
    Observation.evidence_arrived,
    Observation.author_id,
    Observation.marks,
    User.name.label("author_name"),
    Visit.agency_name,
    Visit.place,
)


@dataclass(frozen=True)
class Filters:
    """What the reviewer asks for; an empty field asks for nothing. `since` inclusive, `until` exclusive, of submission.

    `text`: words, each part of a record number, an agency's name, a place or the author's name. `is_contradicted`:
    three_voices found a contradiction.
    `no_item`: the code of an item that was answered 否.
    """

    state: str = ""
    locality_id: str = ""
    agency_id: str = ""
    domain: str = ""
    mode: str = ""
    since: datetime | None = None
    until: datetime | None = None
    has_no: bool = False
    has_critical: bool = False
    is_contradicted: bool = False
    text: str = ""
    no_item: str = ""


@dataclass(frozen=True)
class Inbox(Page):
    """A page of the list. `waiting`: how many records wait for review in the user's reach, whatever is asked for."""

    waiting: int


def inbox(user: User, filters: Filters, *, page: int = 1) -> Inbox:
    """The filed records that `user` may see and `filters` ask for.

    What waits for review comes oldest first, everything else newest first. Pages past the middle are read from the
    end, so the last page costs no more than the first.
    """
    filed = filed_visible_to(user).with_only_columns(Observation.id)
    wanted = _filtered(filed, filters)
    total, waiting = _numbers(wanted, filed.where(Observation.state == "submitted"), filters)
    pages = max(1, -(-total // ROWS_PER_PAGE))
    number = min(max(1, page), pages)
    rows = _rows(wanted, oldest_first=filters.state == "submitted", number=number, total=total)
    return Inbox(rows, number, pages, total, waiting)


def neighbours(user: User, filters: Filters, observation: Observation) -> tuple[str | None, str | None]:
    """The ids before and after `observation` in the list that `filters` ask for; None at its ends."""
    wanted = _filtered(filed_visible_to(user).with_only_columns(Observation.id), filters)
    key = (Observation.submitted_at, Observation.id)
    at = (observation.submitted_at, observation.id)
    earlier = db.session.scalar(
        wanted.where((key[0] < at[0]) | ((key[0] == at[0]) & (key[1] < at[1])))
        .order_by(key[0].desc(), key[1].desc())
        .limit(1)
    )
    later = db.session.scalar(
        wanted.where((key[0] > at[0]) | ((key[0] == at[0]) & (key[1] > at[1]))).order_by(*key).limit(1)
    )
    return (earlier, later) if filters.state == "submitted" else (later, earlier)


def count(user: User, filters: Filters) -> int:
    """How many records `inbox` would list."""
    return _number_of(_filtered(filed_visible_to(user).with_only_columns(Observation.id), filters))


def _numbers(wanted: Select[Any], waiting: Select[Any], filters: Filters) -> tuple[int, int]:
    """How many rows are wanted, and how many wait for review: the same where nothing else is asked for."""
    if filters == Filters(state="submitted"):
        number = _number_of(wanted)
        return number, number
    counts = db.session.execute(select(_counted(wanted).scalar_subquery(), _counted(waiting).scalar_subquery())).one()
    return counts[0], counts[1]


def _number_of(wanted: Select[Any]) -> int:
    return db.session.scalar(_counted(wanted)) or 0


def _counted(wanted: Select[Any]) -> Select[Any]:
    """How many rows. The states are spelled out, so that they are counted in the index that begins with the state."""
    return wanted.where(Observation.state.in_(FILED)).with_only_columns(func.count())


def _filtered(query: Select[Any], filters: Filters) -> Select[Any]:
    query = query.where(Observation.submitted_at.is_not(None))
    for column, value in (
        (Observation.state, filters.state),
        (Observation.locality_id, filters.locality_id),
        (Observation.agency_id, filters.agency_id),
        (Observation.domain, filters.domain),
        (Observation.mode, filters.mode),
    ):
        if value:
            query = query.where(column == value)
    if filters.since:
        query = query.where(Observation.submitted_at >= filters.since)
    if filters.until:
        query = query.where(Observation.submitted_at < filters.until)
    if filters.has_no:
        query = query.where(Observation.no_count > 0)
    if filters.no_item:
        query = query.where((" " + Observation.no_items + " ").contains(f" {filters.no_item} ", autoescape=True))
    if filters.has_critical:
        query = query.where(Observation.critical_no_items != "")
    if filters.is_contradicted:
        # Joined, and each count named: so that even without statistics the few marked visits are read first.
        query = query.join_from(Observation, VisitVoices, VisitVoices.visit_id == Observation.visit_id).where(
            VisitVoices.contradiction_count.in_(range(1, len(FACTS) + 1)), VisitVoices.rule == RULE
        )
    return query.where(*every_word(filters.text, _holds))


def _holds(word: str) -> ColumnElement[bool]:
    return (
        in_any(word, Observation.number)
        | Observation.visit_id.in_(select(Visit.id).where(in_any(word, Visit.agency_name, Visit.place)))
        | Observation.author_id.in_(select(User.id).where(in_any(word, User.name)))
    )


def _rows(wanted: Select[Any], *, oldest_first: bool, number: int, total: int) -> list[Any]:
    """The rows of one page: which they are is found in an index, and only those are read."""
    first = (number - 1) * ROWS_PER_PAGE
    count = min(ROWS_PER_PAGE, total - first)
    if count <= 0:
        return []
    from_the_end = first > total // 2
    skip = total - first - count if from_the_end else first
    page = wanted.order_by(*_order(oldest_first is not from_the_end)).offset(skip).limit(count).subquery()
    found = db.session.execute(
        select(*_SHOWN)
        .join_from(page, Observation, Observation.id == page.c.id)
        .join(User, User.id == Observation.author_id)
        .join(Visit, Visit.id == Observation.visit_id)
        .order_by(*_order(oldest_first))
    )
    return list(found)


def _order(ascending: bool) -> list[Any]:
    columns = [Observation.submitted_at, Observation.id]
    return columns if ascending else [column.desc() for column in columns]
