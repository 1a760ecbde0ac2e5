"""Adding to the chain."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text

from fieldapp.audit.chain import GENESIS, Link, chain_of
from fieldapp.audit.events import EVENTS
from fieldapp.audit.models import AuditEntry
from fieldapp.extensions import db, unit_of_work

_CHAIN_LOCK = 825_2026  # any fixed number: the advisory lock that orders the writers of the chain on PostgreSQL


def record(event: str, *, actor_id: str | None, subject_kind: str, subject_id: str, at: datetime,
           **details: Any) -> AuditEntry:
    """Appends one entry in the caller's unit of work and gives it back with its place in the chain.

    Call it as late as possible: from here to the commit, all other writers of the chain wait.
    Raises ValueError when `event` is not declared with exactly these details.
    """
    if set(details) != set(EVENTS.get(event, ("?",))):
        raise ValueError(f"event {event} is not declared with the fields {sorted(details)}")
    with unit_of_work() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CHAIN_LOCK})
        newest = session.execute(
            select(AuditEntry.sequence, AuditEntry.chain).order_by(AuditEntry.sequence.desc()).limit(1)).first()
        sequence, previous = (newest.sequence + 1, newest.chain) if newest else (1, GENESIS)
        link = Link(sequence, at, event, actor_id, subject_kind, subject_id, json.dumps(details, sort_keys=True, separators=(",", ":")))
        entry = AuditEntry(sequence=sequence, at=at, event=event, actor_id=actor_id, subject_kind=subject_kind,
                           subject_id=subject_id, details=link.details, chain=chain_of(previous, link))
        db.session.execute(insert(AuditEntry).values(
            sequence=sequence, at=at, event=event, actor_id=actor_id, subject_kind=subject_kind,
            subject_id=subject_id, details=link.details, chain=entry.chain))
        return entry
