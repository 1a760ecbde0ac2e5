"""Projections: rows that are made from what was filed, kept by following the chain, and can be thrown away.

Every filing and every decision has its entry in the chain, in the order of the transactions: whoever reads it in order
misses nothing, and who files pays nothing. The chain says *what* has changed; the rows are then made from what stands
in the tables now, so making them twice, or after a crash once more, gives the same rows. See docs/decisions/0011.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, delete, func, select, text
from sqlalchemy.orm import Session

from fieldapp.audit.models import AuditEntry, ProjectionProgress
from fieldapp.bulk import insert_rows
from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work

LATE_SECONDS = 60
_AT_ONCE: dict[str, threading.RLock] = {}
_KNOWN: dict[str, "Projection"] = {}


class Heard(NamedTuple):
    """An entry of the chain that a projection listens to."""

    sequence: int
    event: str
    subject_kind: str
    subject_id: str


@dataclass(frozen=True)
class Projection:
    """One set of derived rows. `words`: what it is called on a page. `events`: what it listens to.

    `tables` each have the column `key`, which names what a row is about (a visit, a record): all rows of one key are
    replaced together. `touched`: the keys that entries are about. `rows_of`: for some keys, the rows of each table, in
    the order of `tables`; it reads before the database is locked for writing. `rule` is raised when the same words make
    other rows: the first table's column `rule` says under which a row was made. `step`: entries read at once.
    """

    name: str
    words: str
    events: frozenset[str]
    key: str
    tables: tuple[Table, ...]
    rule: int
    touched: Callable[[Sequence[Heard]], Iterable[str]]
    rows_of: Callable[[Collection[str]], Sequence[Sequence[dict[str, Any]]]]
    step: int = 500


@dataclass(frozen=True)
class Standing:
    """How far a projection is behind. `entries`: those that it has still to hear. `as_of`: everything before this
    moment is in its rows; None when nothing is missing. `is_renewing`: rows of an older rule wait to be made anew.
    """

    entries: int
    as_of: datetime | None
    is_renewing: bool

    @property
    def seconds(self) -> int:
        """The age of the oldest entry that is not in the rows yet."""
        return max(0, int((now() - self.as_of).total_seconds())) if self.as_of else 0

    @property
    def is_late(self) -> bool:
        """Whether a reader has to be told."""
        return self.is_renewing or self.seconds > LATE_SECONDS


def register(projection: Projection) -> Projection:
    """Makes a projection known to the worker and to `flask audit project`. Raises ValueError for a name twice."""
    if projection.name in _KNOWN:
        raise ValueError(f"projection {projection.name} twice")
    _AT_ONCE[projection.name] = threading.RLock()
    _KNOWN[projection.name] = projection
    return projection


def known() -> list[Projection]:
    """Every projection, by name."""
    return [_KNOWN[name] for name in sorted(_KNOWN)]


def catch_up(projection: Projection, step: int | None = None) -> bool:
    """Makes anew the rows of what has happened since the last time, at most `step` entries of it, and as many of those
    that were made under an older rule. Gives whether nothing is left.

    Rows are made before the database is locked; when another process was quicker, its result stands. Within a process
    who comes second waits: the same work at once in many threads would only cost memory.
    """
    step = step or projection.step
    with _AT_ONCE[projection.name]:
        is_all_new = _renew(projection, step)
        return _follow(projection, step) and is_all_new


def rebuild(projection: Projection) -> Iterator[int]:
    """Throws all rows away and makes them anew from the beginning of the chain; gives after each step how many entries
    are still to be heard. The tables stay: they are emptied, never dropped.
    """
    with unit_of_work() as session:
        for table in projection.tables:
            _empty(session, table)
        _note(session, projection, sequence=0, rule=projection.rule)
    yield from until_caught_up(projection)


def until_caught_up(projection: Projection) -> Iterator[int]:
    """Catches up step by step; gives after each how many entries are still to be heard."""
    while not catch_up(projection):
        yield standing(projection).entries
    yield 0


def standing(projection: Projection, *, counts: bool = True) -> Standing:
    """How far the projection is behind. Without `counts` only the first entry is looked for, and `entries` is 0 or 1:
    enough for a page that says up to when its figures are.
    """
    progress = _progress(projection)
    sequence, rule = progress or (0, projection.rule)
    waiting = AuditEntry.sequence > sequence, AuditEntry.event.in_(projection.events)
    first = db.session.scalar(select(AuditEntry.at).where(*waiting).order_by(AuditEntry.sequence).limit(1))
    number = 1 if first else 0
    if first and counts:
        number = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*waiting)) or 0
    return Standing(number, first, is_renewing=rule != projection.rule)


def _progress(projection: Projection) -> tuple[int, int] | None:
    row = db.session.execute(
        select(ProjectionProgress.sequence, ProjectionProgress.rule).where(ProjectionProgress.name == projection.name)
    ).first()
    return (row.sequence, row.rule) if row else None


def _renew(projection: Projection, step: int) -> bool:
    """Makes anew what was made under an older rule. Gives whether nothing of it is left."""
    progress = _progress(projection)
    if progress is None or progress[1] == projection.rule:
        return True
    table = projection.tables[0]
    key = table.c[projection.key]
    outdated = select(key).where(table.c.rule != projection.rule)
    stale = list(db.session.scalars(outdated.order_by(key).limit(step)))
    made = projection.rows_of(stale) if stale else ()
    with unit_of_work() as session:
        # What another process has made meanwhile stands: it may have heard more than was read here.
        still = set(session.scalars(outdated.where(key.in_(stale)))) if stale else set()
        _replace(session, projection, still, made)
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
    is_all = len(fresh) < step
    if not heard and is_all:
        return True
    keys = set(projection.touched(heard))
    made = projection.rows_of(keys) if keys else ()
    with unit_of_work() as session:
        progress = session.get(ProjectionProgress, projection.name, populate_existing=True)
        if (progress.sequence if progress else 0) == last:  # else another process was quicker
            _replace(session, projection, keys, made)
            _note(session, projection, sequence=fresh[-1].sequence)
    return is_all


def _replace(
    session: Session, projection: Projection, keys: Collection[str], made: Sequence[Sequence[dict[str, Any]]]
) -> None:
    if not keys:
        return
    for table, rows in zip(projection.tables, made, strict=True):
        session.execute(delete(table).where(table.c[projection.key].in_(sorted(keys))))
        insert_rows(session.connection(), table, [row for row in rows if row[projection.key] in keys])


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
