"""What the server holds of everything that a batch of filings touches: a handful of queries, however large the
batch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldapp.evidence.models import Evidence
from fieldapp.observations.filing import FiledObservation
from fieldapp.observations.models import Observation
from fieldapp.observations.rules import evidence_named
from fieldapp.people.models import GroupMember, WorkingGroup
from fieldapp.sync.models import Device, Receipt
from fieldapp.visits.models import Visit


@dataclass
class Held:
    """Rows by id. `arrived`: ids of named evidence that is stored, with its author."""

    observations: dict[str, Any] = field(default_factory=dict)
    receipts: dict[tuple[str, int], Receipt] = field(default_factory=dict)
    visits: dict[str, Any] = field(default_factory=dict)
    members: set[tuple[str, str]] = field(default_factory=set)
    arrived: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)

    def may_file_for(self, author_id: str, visit_id: str) -> bool:
        """Whether the author goes along on this visit: its own ad-hoc one, or one of a group that he belongs to."""
        visit = self.visits.get(visit_id)
        return visit is not None and (visit.created_by_id == author_id or (visit.group_id, author_id) in self.members)

    def arrived_of(self, author_id: str, named: Iterable[str]) -> list[str]:
        """Which of the named evidence is here and the author's own, in the order of naming."""
        return [evidence_id for evidence_id in named if self.arrived.get(evidence_id) == author_id]


def look_up(session: Session, filings: Sequence[tuple[str, FiledObservation]]) -> Held:
    """Everything needed to judge `filings` (author id, filing), in the caller's unit of work."""
    held = Held()
    ids = {filed.id for _, filed in filings}
    columns = (
        Observation.id,
        Observation.author_id,
        Observation.visit_id,
        Observation.state,
        Observation.number,
        Observation.head_revision,
        Observation.submitted_at,
        Observation.checklist_version_id,
    )
    held.observations = {row.id: row for row in session.execute(select(*columns).where(Observation.id.in_(ids)))}
    if held.observations:
        # Receipts of their own, outside the session: they are handed to other threads, and a rollback would empty them.
        receipts = session.execute(select(*Receipt.__table__.c).where(Receipt.subject_id.in_(list(held.observations))))
        held.receipts = {(row.subject_id, row.revision): Receipt(**row._mapping) for row in receipts}
    _look_up_visits(session, held, filings)
    named = {evidence_id for _, filed in filings for evidence_id in evidence_named(filed.body)}
    if named:
        rows = session.execute(
            select(Evidence.id, Evidence.author_id).where(Evidence.id.in_(named), Evidence.state == "stored")
        )
        held.arrived = {row.id: row.author_id for row in rows}
    devices = {filed.device_id for _, filed in filings if filed.device_id}
    if devices:
        held.revoked = set(
            session.scalars(select(Device.id).where(Device.id.in_(devices), Device.revoked_at.is_not(None)))
        )
    return held


def _look_up_visits(session: Session, held: Held, filings: Sequence[tuple[str, FiledObservation]]) -> None:
    columns = (
        Visit.id,
        Visit.mode,
        Visit.domain,
        Visit.agency_id,
        Visit.group_id,
        Visit.locality_id,
        Visit.created_by_id,
        Visit.cancelled_at,
    )
    wanted = {filed.visit_id for _, filed in filings}
    held.visits = {row.id: row for row in session.execute(select(*columns).where(Visit.id.in_(wanted)))}
    groups = {visit.group_id for visit in held.visits.values() if visit.group_id}
    if not groups:
        return
    authors = {author_id for author_id, _ in filings}
    held.members = {
        tuple(row)
        for row in session.execute(
            select(GroupMember.group_id, GroupMember.user_id)
            .where(GroupMember.group_id.in_(groups), GroupMember.user_id.in_(authors))
            .union(
                select(WorkingGroup.id, WorkingGroup.lead_id).where(
                    WorkingGroup.id.in_(groups), WorkingGroup.lead_id.in_(authors)
                )
            )
        )
    }
