"""The one place that decides what of its ratings a rated agency reads: closed months, coarse figures, written once.

Each month is closed once it has ended, and what is written then never changes: not by a slip that is bound late, nor by
a rating that is found to be suspect or misrated later. So nothing that the agency sees moves with a rating of its own.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from fieldapp.clock import china
from fieldapp.extensions import db, unit_of_work
from fieldapp.ratings import queries, totals
from fieldapp.ratings.models import DisclosedMonth, Rating
from fieldapp.ratings.tallies import Totals

STEP = 5  # per cent
POSTERS_FOR_A_SLIP = 4  # times as many: an agency can rate itself at a poster, and is never given a slip
DETAILS_FROM = 4  # times as many: with fewer, whoever knows one of them could guess from the levels what it said
BANDS = (5, 10, 20, 50, 100, 200, 500, 1000)
# When a rating came to be this agency's: a slip's, once its visit is known.
_ARRIVED = case((Rating.joined_at > Rating.submitted_at, Rating.joined_at), else_=Rating.submitted_at)


@dataclass(frozen=True)
class Shares:
    """What is disclosed of several ratings, in per cent, each a multiple of STEP.

    `at_least`: one of BANDS, how many they are. `good`: 好评率. `levels` by level, 5 … 1, and `facts` by fact and
    answer: empty where too few rated for them.
    """

    at_least: int
    good: int
    levels: dict[int, int]
    facts: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Month:
    """A closed month of an agency, from the first instant to the last. `shares`: None where too few had rated by then;
    those are counted with the next month. `since` lies before the month when some were.
    """

    since: datetime
    until: datetime
    shares: Shares | None

    @property
    def months(self) -> tuple[datetime, datetime]:
        """An instant in the first month that is counted here, and one in the last."""
        return self.since, self.until - timedelta(microseconds=1)


@dataclass(frozen=True)
class Disclosed:
    """What an agency reads. `months`: newest first, of those without shares only the newest. `comments`: released ones
    of these months, as (month, words).
    """

    months: list[Month]
    comments: list[tuple[datetime, str]]


def disclosed(agency_id: str) -> Disclosed:
    """What an agency may read today: as it was written when each month was closed.

    Source: 评价明细只给监督机构，被评机关只看汇总 (domain.md 4.2).
    """
    rows = db.session.scalars(
        select(DisclosedMonth).where(DisclosedMonth.agency_id == agency_id).order_by(DisclosedMonth.until.desc())
    )
    closed = [Month(row.since, row.until, _read(row.figures)) for row in rows]
    months = [one for one in closed if one.shares or one is closed[0]]
    until = next((one.until for one in months if one.shares), None)
    comments = queries.released_comments(agency_id, until > _ARRIVED) if until else []
    return Disclosed(months, [(one.submitted_at, one.released_comment or "") for one in comments])


def close_months(at: datetime, *, minimum: int) -> int:
    """Closes every month that has ended and is not closed yet, for each agency that was rated; gives how many.

    `minimum`: how many different senders a figure has behind it at least. The same once more closes nothing.
    """
    with unit_of_work() as session:
        agencies = session.scalars(select(Rating.agency_id).where(Rating.agency_id.is_not(None)).distinct()).all()
        return sum(_close(session, agency_id, at, minimum) for agency_id in agencies if agency_id)


def is_enough(slips: int, poster_senders: int, *, minimum: int) -> bool:
    """Whether so many ratings may be told of together.

    `minimum` slips hide each other, for the agency holds none of them. Posters it can reach itself: of these it takes
    four times as many senders, known by network and device.
    """
    return slips >= minimum or slips + poster_senders >= POSTERS_FOR_A_SLIP * minimum


def shares_of(found: Totals, *, in_detail: bool) -> Shares:
    """The shares of those counted, which is one at least. Without `in_detail`: of 好评率 only."""
    counted = found.counted

    def share(count: int) -> int:
        return STEP * round(100 * count / counted.count / STEP)

    at_least = max((band for band in BANDS if band <= counted.count), default=1)
    good = share(counted.count - counted.bad)
    if not in_detail:
        return Shares(at_least, good, {}, {})
    return Shares(
        at_least,
        good,
        {level: share(count) for level, count in counted.by_level.items()},
        {fact: {answer: share(count) for answer, count in answers.items()} for fact, answers in found.facts.items()},
    )


def _close(session: Session, agency_id: str, at: datetime, minimum: int) -> int:
    last = session.scalar(
        select(DisclosedMonth).where(DisclosedMonth.agency_id == agency_id)
        .order_by(DisclosedMonth.until.desc()).limit(1)
    )  # fmt: skip
    begin = last.until if last else session.scalar(select(func.min(_ARRIVED)).where(Rating.agency_id == agency_id))
    if begin is None:
        return 0
    since = last.since if last and last.figures is None else _month_of(begin)
    closed = 0
    for until in _ends(begin, at):
        arrived = (since <= _ARRIVED, until > _ARRIVED)
        found = totals.of_agency(agency_id, *arrived)
        slips, posters = found.counted.slips, _poster_senders(session, agency_id, *arrived)
        may = is_enough(slips, posters, minimum=minimum)
        in_detail = is_enough(slips, posters, minimum=DETAILS_FROM * minimum)
        figures = json.dumps(asdict(shares_of(found, in_detail=in_detail))) if may else None
        session.add(DisclosedMonth(agency_id=agency_id, since=since, until=until, closed_at=at, figures=figures))
        closed, since = closed + 1, until if may else since
    return closed


def _poster_senders(session: Session, agency_id: str, *within: ColumnElement[bool]) -> int:
    """How many networks and devices posters were rated from; whose marks have run out is known no more."""
    senders = (
        select(Rating.network_tag, Rating.device_tag)
        .where(Rating.agency_id == agency_id, totals.COUNTED, Rating.kind == "poster", Rating.network_tag.is_not(None))
        .where(*within)
        .distinct()
    )
    return session.scalar(select(func.count()).select_from(senders.subquery())) or 0


def _ends(begin: datetime, at: datetime) -> Iterator[datetime]:
    """The ends of the months from that of `begin` on that have ended by `at`."""
    month = _month_of(begin)
    while (month := _month_of(month + timedelta(days=32))) <= at:
        yield month


def _month_of(moment: datetime) -> datetime:
    """The first instant of its month on a Chinese calendar."""
    return china(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _read(figures: str | None) -> Shares | None:
    if figures is None:
        return None
    said = json.loads(figures)
    return Shares(**said | {"levels": {int(level): share for level, share in said["levels"].items()}})
