"""What the rated agency reads of its ratings, made so that no rating can be told from the change that it makes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from fieldapp.extensions import db
from fieldapp.ratings import queries, totals
from fieldapp.ratings.models import Rating
from fieldapp.ratings.tallies import LEAST_FOR_A_SHARE, Totals, published_count


@dataclass(frozen=True)
class Published:
    """What an agency reads. `figures`: None below the minimum; `comments`: released ones as (month, words)."""

    figures: Totals | None
    comments: list[tuple[datetime, str]]
    minimum: int

    @property
    def may_show_share(self) -> bool:
        return self.figures is not None and self.figures.counted.count >= LEAST_FOR_A_SHARE


def published(agency_id: str, *, minimum: int) -> Published:
    """The figures of an agency, renewed only at every full `minimum` of counted ratings, and its released comments.

    If the figures moved with each rating, whoever looks every day would know what the party of yesterday's visit had
    said.
    Source: 评价明细只给监督机构,被评机关只看汇总 (domain.md 4.2); 样本 <10 不公布比率 (4.1).
    """
    counted = [Rating.agency_id == agency_id, totals.COUNTED]
    count = db.session.scalar(select(func.count()).select_from(Rating).where(*counted)) or 0
    shown = published_count(count, minimum=minimum)
    if not shown:
        return Published(None, [], minimum)
    newest = db.session.scalar(
        select(Rating.submitted_at).where(*counted).order_by(Rating.submitted_at, Rating.id).offset(shown - 1).limit(1)
    )
    until = newest + timedelta(microseconds=1) if newest else None
    comments = queries.released_comments(agency_id, minimum=minimum)
    return Published(
        totals.totals_for_agency(agency_id, minimum=minimum, until=until),
        [(one.submitted_at, one.released_comment or "") for one in comments],
        minimum,
    )
