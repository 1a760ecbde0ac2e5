"""Which organisations are one body for the question who may judge whom: above and below each other in the tree."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import CTE, Select, bindparam, select
from sqlalchemy.sql.expression import SelectBase

from fieldapp.bulk import among
from fieldapp.extensions import db
from fieldapp.people.models import Organisation

_organisation = Organisation.__table__.c


def lineage(starts: SelectBase) -> CTE:
    """Pairs (start, above): each organisation of `starts` (one column of ids) with itself and everything above it.

    Two organisations are kin when one of them stands above the other. UNION ends a circle, should there be one.
    """
    seeds = starts.subquery()
    (seed,) = seeds.c
    line = select(seed.label("start"), seed.label("above")).where(seed.is_not(None)).cte("lineage", recursive=True)
    return line.union(
        select(line.c.start, _organisation.parent_id)
        .join_from(line, Organisation.__table__, _organisation.id == line.c.above)
        .where(_organisation.parent_id.is_not(None))
    )


def _below(starts: Select[Any]) -> CTE:
    seeds = starts.subquery()
    (seed,) = seeds.c
    line = select(seed.label("id")).cte("below", recursive=True)
    return line.union(
        select(_organisation.id).join_from(line, Organisation.__table__, _organisation.parent_id == line.c.id)
    )


# Made once: whoever looks at a desk's list asks it.
_START = select(_organisation.id).where(_organisation.id == bindparam("start"))
_KIN = select(_organisation.id, _organisation.kind).where(
    _organisation.id.in_(select(lineage(_START).c.above)) | _organisation.id.in_(select(_below(_START).c.id))
)


_ABOVE = select(lineage(_START).c.above)
_BELOW_ALL = select(_below(select(_organisation.id).where(among(_organisation.id, "starts"))).c.id)


def above(organisation_id: str) -> frozenset[str]:
    """The ids of the organisation and of everything above it."""
    return frozenset(db.session.scalars(_ABOVE, {"start": organisation_id}))


def below(organisation_ids: Collection[str]) -> frozenset[str]:
    """The ids of these organisations and of everything below them; none asks no database."""
    wanted = sorted(organisation_ids)
    return frozenset(db.session.scalars(_BELOW_ALL, {"starts": wanted})) if wanted else frozenset()


def kin_of(organisation_id: str, *, kind: str | None = None) -> frozenset[str]:
    """The ids of the organisation and of everything above and below it; of one `kind` only when one is named."""
    rows = db.session.execute(_KIN, {"start": organisation_id})
    return frozenset(row.id for row in rows if kind in (None, row.kind))
