"""Adding to the chain."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.audit import queries
from fieldapp.audit.chain import GENESIS, Link, chain_of
from fieldapp.audit.events import EVENTS
from fieldapp.audit.models import AuditEntry
from fieldapp.bulk import insert_rows
from fieldapp.extensions import unit_of_work


@dataclass(frozen=True)
class Happening:
    """Something that was done, before it has its place in the chain. `details`: exactly the fields that its event
    declares.
    """

    event: str
    actor_id: str | None
    subject_kind: str
    subject_id: str
    at: datetime
    details: dict[str, Any]


def record(
    event: str, *, actor_id: str | None, subject_kind: str, subject_id: str, at: datetime, **details: Any
) -> AuditEntry:
    """Appends one entry in the caller's unit of work and gives it back with its place in the chain.

    Raises ValueError when `event` is not declared with exactly these details.
    """
    return record_many([Happening(event, actor_id, subject_kind, subject_id, at, details)])[0]


def record_many(happenings: Sequence[Happening], *, after: tuple[int, str] | None = None) -> list[AuditEntry]:
    """Appends entries in order, in the caller's unit of work: one look at the chain's end and one insert for all.

    `after`: the chain's end, from a caller who has looked in the same unit of work and cannot read now.
    The order of the chain is the order of the units of work, of which there is one at a time.
    Raises ValueError as `record` does.
    """
    if not happenings:
        return []
    with unit_of_work() as session:
        connection = session.connection()
        sequence, chain = after or queries.head() or (0, GENESIS)
        entries = []
        for happening in happenings:
            sequence += 1
            link = _link(sequence, happening)
            chain = chain_of(chain, link)
            entries.append(AuditEntry(**vars(link), chain=chain))
        insert_rows(
            connection,
            AuditEntry.__table__,
            [
                {
                    "sequence": e.sequence,
                    "at": e.at,
                    "event": e.event,
                    "actor_id": e.actor_id,
                    "subject_kind": e.subject_kind,
                    "subject_id": e.subject_id,
                    "details": e.details,
                    "chain": e.chain,
                }
                for e in entries
            ],
        )
        return entries


def _link(sequence: int, happening: Happening) -> Link:
    declared = EVENTS.get(happening.event)
    if declared is None or set(happening.details) != set(declared):
        raise ValueError(f"event {happening.event} is not declared with the fields {sorted(happening.details)}")
    details = json.dumps(happening.details, sort_keys=True, separators=(",", ":"))
    return Link(
        sequence,
        happening.at,
        happening.event,
        happening.actor_id,
        happening.subject_kind,
        happening.subject_id,
        details,
    )
