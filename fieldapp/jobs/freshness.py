"""What a page that reads a projection says of how new its figures are. The worker makes them; no page does."""

from dataclasses import dataclass
from datetime import datetime

from fieldapp.audit import projections
from fieldapp.audit.projections import COUNTED, Projection
from fieldapp.jobs import queries


@dataclass(frozen=True)
class Freshness:
    """How new the rows of a projection are. `as_of`: everything before this moment is in them; None when nothing is
    missing. `things`: how many records, ratings … are not, at most those of COUNTED entries (`is_more`).

    `is_worker_running`: whether somebody is about to make up for it.
    """

    as_of: datetime | None
    things: int
    is_more: bool
    is_renewing: bool
    is_worker_running: bool

    @property
    def is_current(self) -> bool:
        """Whether nothing has to be said."""
        return self.as_of is None and not self.is_renewing


def look(projection: Projection) -> Freshness:
    """How new the projection is, for a page to say when it is behind. Ask before the rows are read, not after."""
    standing = projections.standing(projection, most=COUNTED)
    return Freshness(
        as_of=standing.as_of,
        things=standing.things,
        is_more=standing.entries == COUNTED,
        is_renewing=standing.is_renewing,
        is_worker_running=standing.is_current or queries.is_running(),
    )
