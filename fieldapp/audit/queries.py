"""Reading the chain."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from fieldapp.audit.chain import Break, Link, first_break
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import rfc3339
from fieldapp.extensions import db

_ROWS_AT_ONCE = 5000
# Made once, and of the table: every writer asks it, and building a statement takes longer than running it.
_columns = AuditEntry.__table__.c
HEAD = select(_columns.sequence, _columns.chain).order_by(_columns.sequence.desc()).limit(1)


def of_subject(subject_id: str) -> list[AuditEntry]:
    """What was done to one thing, oldest first."""
    return list(
        db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == subject_id).order_by(AuditEntry.sequence))
    )


def entry(sequence: int) -> AuditEntry | None:
    """The entry at one place of the chain; None when there is none."""
    return db.session.get(AuditEntry, sequence)


def newest(
    *, event: str = "", actor_id: str = "", subject_id: str = "", since: datetime | None = None
) -> Select[AuditEntry]:
    """The entries that match, newest first, to be cut into pages by the caller. `event` may be a prefix such as
    `review.`; `since` is included.
    """
    query = select(AuditEntry).order_by(AuditEntry.sequence.desc())
    if event:
        query = query.where(AuditEntry.event.startswith(event, autoescape=True))
    if actor_id:
        query = query.where(AuditEntry.actor_id == actor_id)
    if subject_id:
        query = query.where(AuditEntry.subject_id == subject_id)
    return query.where(AuditEntry.at >= since) if since else query


def count(wanted: Select[AuditEntry]) -> int:
    """How many entries a `newest` selects."""
    return db.session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0


def head() -> tuple[int, str] | None:
    """Sequence and chain value of the newest entry; None for an empty chain."""
    row = db.session.connection().execute(HEAD).first()
    return (row.sequence, row.chain) if row else None


def details_of(entry: AuditEntry) -> dict[str, Any]:
    """The declared fields of an entry."""
    return json.loads(entry.details)  # type: ignore[no-any-return]


def every_entry() -> Iterator[dict[str, Any]]:
    """Every entry, oldest first, with its fields as they are hashed: enough to check the chain elsewhere."""
    rows = db.session.execute(
        select(*AuditEntry.__table__.c).order_by(AuditEntry.sequence).execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for row in rows:
        yield {**row._mapping, "at": rfc3339(row.at)}


def verify_chain(heads: dict[int, str] | None = None) -> tuple[int, Break | None]:
    """How many entries there are, and the first bad one (None when the chain is whole).

    `heads`: chain values by sequence kept outside the database (from receipts or exported heads).
    """
    counted = 0

    def entries() -> Iterator[tuple[Link, str]]:
        nonlocal counted
        rows = db.session.execute(
            select(
                AuditEntry.sequence,
                AuditEntry.at,
                AuditEntry.event,
                AuditEntry.actor_id,
                AuditEntry.subject_kind,
                AuditEntry.subject_id,
                AuditEntry.details,
                AuditEntry.chain,
            )
            .order_by(AuditEntry.sequence)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        for sequence, at, event, actor_id, subject_kind, subject_id, details, chain in rows:
            counted += 1
            yield Link(sequence, at, event, actor_id, subject_kind, subject_id, details), chain

    broken = first_break(entries(), heads=heads or {})
    return counted, broken
