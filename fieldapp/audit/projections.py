"""Projections: rows that are made from what was filed, kept by following the chain, and can be thrown away.

Every filing and every decision has its entry in the chain, in the order of the transactions: whoever reads it in order
misses nothing, and who files pays nothing. The chain says *what* has changed; the rows are then made from what stands
in the tables now, so making them twice, or after a crash once more, gives the same rows. The worker does it, never a
page: who reads is told how far the rows are. See docs/decisions/0011.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from fieldapp.audit.models import AuditEntry, ProjectionProgress
from fieldapp.bulk import among, insert_rows
from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work

COUNTED = 1_000  # entries that a page has counted of those that are missing
_UNHEARD = 200  # so many entries that it does not listen to are passed over for good, and not read again and again
_KNOWN: dict[str, "Projection"] = {}
_entry, _progress_of = AuditEntry.__table__.c, ProjectionProgress.__table__.c

Row = dict[str, Any]


class Heard(NamedTuple):
    """An entry of the chain that a projection listens to."""

    sequence: int
    event: str
    subject_kind: str
    subject_id: str


@dataclass(frozen=True)
class Summary:
    """Rows that sum up those of a projection's first table: one for each value of the column `by`, which `table` has,
    too.

    `rows_of(groups, made, replaced)`: the rows of some values of `by`, from `made`, the rows that are about to be
    written, and from what stands in the first table, save under the keys `replaced`, which make way for them.
    """

    table: Table
    by: str
    rows_of: Callable[[Collection[str], Sequence[Row], Collection[str]], list[Row]]


@dataclass(frozen=True)
class Projection:
    """One set of derived rows. `words`: what it is called on a page. `events`: what it listens to.

    `tables` each have the column `key`, which names what a row is about (a visit, a record): all rows of one key are
    replaced together. `touched`: the keys that entries are about. `rows_of`: for some keys, the rows of each table, in
    the order of `tables`; it reads before the database is locked for writing, and so does `summary`. `rule` is raised
    when the same words make other rows: the first table's column `rule` says under which a row was made. `step`:
    entries read at once.
    """

    name: str
    words: str
    events: frozenset[str]
    key: str
    tables: tuple[Table, ...]
    rule: int
    touched: Callable[[Sequence[Heard]], Iterable[str]]
    rows_of: Callable[[Collection[str]], Sequence[Sequence[Row]]]
    step: int = 500
    summary: Summary | None = None

    def every_table(self) -> list[Table]:
        """Its tables, and that of its summary."""
        return [*self.tables, *([self.summary.table] if self.summary else [])]


@dataclass(frozen=True)
class Standing:
    """How far a projection is behind. `entries`: those that it has still to hear, and of how many `things` they are.

    `as_of`: everything before this moment is in its rows; None when nothing is missing. `is_renewing`: rows of an older
    rule wait to be made anew.
    """

    entries: int
    things: int
    as_of: datetime | None
    is_renewing: bool

    @property
    def seconds(self) -> int:
        """The age of the oldest entry that is not in the rows yet."""
        return max(0, int((now() - self.as_of).total_seconds())) if self.as_of else 0

    @property
    def is_current(self) -> bool:
        """Whether the rows say what was filed, with nothing missing."""
        return self.as_of is None and not self.is_renewing


def register(projection: Projection) -> Projection:
    """Makes a projection known to the worker and to `flask audit project`. Raises ValueError for a name twice."""
    if projection.name in _KNOWN:
        raise ValueError(f"projection {projection.name} twice")
    _KNOWN[projection.name] = projection
    return projection


def known() -> list[Projection]:
    """Every projection, by name."""
    return [_KNOWN[name] for name in sorted(_KNOWN)]


def catch_up(projection: Projection, step: int | None = None) -> bool:
    """Makes anew the rows of what has happened since the last time, at most `step` entries of it, and as many of those
    that were made under an older rule. Gives whether nothing is left.

    Rows are made before the database is locked; when another process was quicker, its result stands.
    """
    step = step or projection.step
    is_all_new = _renew(projection, step)
    return _follow(projection, step) and is_all_new


def rebuild(projection: Projection) -> Iterator[int]:
    """Throws all rows away and makes them anew from the beginning of the chain; gives after each step how many entries
    are still to be heard. The tables stay: they are emptied, never dropped.
    """
    with unit_of_work() as session:
        for table in projection.every_table():
            _empty(session, table)
        _note(session, projection, sequence=0, rule=projection.rule)
    yield from until_caught_up(projection)


def until_caught_up(projection: Projection) -> Iterator[int]:
    """Catches up step by step; gives after each how many entries are still to be heard."""
    while not catch_up(projection):
        yield standing(projection).entries
    yield 0


def standing(projection: Projection, *, most: int | None = None) -> Standing:
    """How far the projection is behind: one query when nothing is missing, else two. `most`: entries looked at."""
    found = db.session.execute(_look(projection.events), {"name": projection.name}).one()
    entries = things = 0
    if found.first is not None:
        waiting = select(_entry.subject_id).where(
            _entry.sequence > (found.sequence or 0), _entry.event.in_(projection.events)
        )
        those = waiting.order_by(_entry.sequence).limit(most).subquery()
        entries, things = db.session.execute(select(func.count(), func.count(those.c.subject_id.distinct()))).one()
    return Standing(entries, things, found.first, is_renewing=found.rule not in (None, projection.rule))


@cache  # asked by every page that shows derived rows
def _look(events: frozenset[str]) -> Select[Any]:
    """Where the projection `name` stands, and the moment of the first entry after that of these events."""
    own = _progress_of.name == bindparam("name")
    sequence, rule = (
        select(column).where(own).scalar_subquery() for column in (_progress_of.sequence, _progress_of.rule)
    )
    first = (
        select(_entry.at)
        .where(_entry.sequence > func.coalesce(sequence, 0), _entry.event.in_(events))
        .order_by(_entry.sequence)
        .limit(1)
    )
    return select(sequence.label("sequence"), rule.label("rule"), first.scalar_subquery().label("first"))


def _progress(projection: Projection) -> tuple[int, int] | None:
    row = db.session.execute(
        select(ProjectionProgress.sequence, ProjectionProgress.rule).where(ProjectionProgress.name == projection.name)
    ).first()
    return (row.sequence, row.rule) if row else None


@dataclass(frozen=True)
class _Made:
    """The rows that `keys` get in each table, and those that `groups` get in the summary."""

    keys: Collection[str]
    rows: Sequence[Sequence[Row]] = ()
    groups: Collection[str] = ()
    summed: Sequence[Row] = field(default_factory=list)


def _make(projection: Projection, keys: Collection[str]) -> _Made:
    if not keys:
        return _Made(keys)
    made, summary = projection.rows_of(keys), projection.summary
    if summary is None:
        return _Made(keys, made)
    first = projection.tables[0]
    key, by = first.c[projection.key], first.c[summary.by]
    standing_now = db.session.execute(select(key, by).where(among(key, "keys")), {"keys": sorted(keys)}).all()
    # What a key belonged to, and what it belongs to now.
    groups = {*(group for _, group in standing_now), *(row[summary.by] for row in made[0])}
    summed = summary.rows_of(groups, made[0], {replaced for replaced, _ in standing_now})
    return _Made(keys, made, groups, summed)


def _renew(projection: Projection, step: int) -> bool:
    """Makes anew what was made under an older rule. Gives whether nothing of it is left."""
    progress = _progress(projection)
    if progress is None or progress[1] == projection.rule:
        return True
    table = projection.tables[0]
    key = table.c[projection.key]
    outdated = select(key).where(table.c.rule != projection.rule).order_by(key).limit(step)
    stale = list(db.session.scalars(outdated))
    made = _make(projection, stale)
    with unit_of_work() as session:
        if _progress(projection) != progress or list(session.scalars(outdated)) != stale:
            return False  # another process was quicker, and may have heard more than was read here
        _replace(session, projection, made)
        if len(stale) == step:
            return False
        _note(session, projection, rule=projection.rule)
        return True


def _follow(projection: Projection, step: int) -> bool:
    last = (_progress(projection) or (0, 0))[0]
    fresh = db.session.execute(
        select(AuditEntry.sequence, AuditEntry.event, AuditEntry.subject_kind, AuditEntry.subject_id)
        .where(AuditEntry.sequence > last).order_by(AuditEntry.sequence).limit(step)
    ).all()  # fmt: skip
    heard = [Heard(*row) for row in fresh if row.event in projection.events]
    if not heard and len(fresh) < min(step, _UNHEARD):
        return True
    made = _make(projection, set(projection.touched(heard)))
    with unit_of_work() as session:
        if (_progress(projection) or (0, 0))[0] == last:  # else another process was quicker
            _replace(session, projection, made)
            _note(session, projection, sequence=fresh[-1].sequence)
    return len(fresh) < step


def _replace(session: Session, projection: Projection, made: _Made) -> None:
    if not made.keys:
        return
    for table, rows in zip(projection.tables, made.rows, strict=True):
        _put(session, table, projection.key, made.keys, rows)
    if projection.summary and made.groups:
        _put(session, projection.summary.table, projection.summary.by, made.groups, made.summed)


def _put(session: Session, table: Table, key: str, keys: Collection[str], rows: Sequence[Row]) -> None:
    """All rows of `keys` make way for `rows`; what is of no key of them does not get in."""
    session.execute(delete(table).where(among(table.c[key], "keys")), {"keys": sorted(keys)})
    insert_rows(session.connection(), table, [row for row in rows if row[key] in keys])


def _note(session: Session, projection: Projection, *, sequence: int | None = None, rule: int | None = None) -> None:
    progress = session.get(ProjectionProgress, projection.name, populate_existing=True)
    if progress is None:
        progress = ProjectionProgress(name=projection.name, sequence=0, rule=projection.rule)
        session.add(progress)
    progress.sequence = progress.sequence if sequence is None else sequence
    progress.rule = progress.rule if rule is None else rule


def _empty(session: Session, table: Table) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"TRUNCATE {table.name}"))
    else:
        session.execute(delete(table))
