"""What the server holds of everything that a batch of filings touches: a handful of queries, however large the
batch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from fieldapp.evidence.models import Evidence
from fieldapp.observations.filing import FiledObservation
from fieldapp.observations.models import Observation
from fieldapp.observations.rules import evidence_named
from fieldapp.people import queries as people
from fieldapp.people.models import GroupMember, WorkingGroup
from fieldapp.sync.models import Device, Receipt
from fieldapp.visits.models import Visit

_observation, _receipt, _visit = Observation.__table__.c, Receipt.__table__.c, Visit.__table__.c
_evidence, _device = Evidence.__table__.c, Device.__table__.c
_member, _group = GroupMember.__table__.c, WorkingGroup.__table__.c


def _each(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


# Made once: to build a statement takes longer than to run it. Columns of tables, not of models, for the same reason.
_OBSERVATIONS = select(
    _observation.id,
    _observation.author_id,
    _observation.visit_id,
    _observation.state,
    _observation.number,
    _observation.head_revision,
    _observation.submitted_at,
    _observation.checklist_version_id,
).where(_observation.id.in_(_each("ids")))
_RECEIPTS = select(*_receipt).where(_receipt.subject_id.in_(_each("ids")))
_EVIDENCE = select(_evidence.id, _evidence.author_id).where(_evidence.id.in_(_each("ids")), _evidence.state == "stored")
_REVOKED = select(_device.id).where(_device.id.in_(_each("ids")), _device.revoked_at.is_not(None))
_MEMBERS_AMONG_AUTHORS = (
    select(func.aggregate_strings(_member.user_id, " "))
    .where(_member.group_id == _visit.group_id, _member.user_id.in_(_each("authors")))
    .scalar_subquery()
)
_VISITS = (
    select(
        _visit.id,
        _visit.mode,
        _visit.domain,
        _visit.agency_id,
        _visit.group_id,
        _visit.locality_id,
        _visit.created_by_id,
        _group.lead_id,
        _MEMBERS_AMONG_AUTHORS.label("members"),
    )
    .join_from(Visit.__table__, WorkingGroup.__table__, _group.id == _visit.group_id, isouter=True)
    .where(_visit.id.in_(_each("ids")))
)


@dataclass
class Held:
    """Rows by id. `arrived`: ids of named evidence that is stored, with its author. `sign_ins`: who signed in, by the
    hash of the token.
    """

    observations: dict[str, Any] = field(default_factory=dict)
    receipts: dict[tuple[str, int], Receipt] = field(default_factory=dict)
    visits: dict[str, Any] = field(default_factory=dict)
    arrived: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    sign_ins: dict[str, str] = field(default_factory=dict)

    def is_signed_in(self, author_id: str, filed: FiledObservation) -> bool:
        """Whether the sign-in that the filing came with still counts, where filing has to ask."""
        return filed.sign_in is None or self.sign_ins.get(filed.sign_in) == author_id

    def may_file_for(self, author_id: str, visit_id: str) -> bool:
        """Whether the author goes along on this visit: its own ad-hoc one, or one of a group that he belongs to."""
        visit = self.visits.get(visit_id)
        return visit is not None and (
            author_id in (visit.created_by_id, visit.lead_id) or author_id in (visit.members or "").split()
        )

    def arrived_of(self, author_id: str, named: Iterable[str]) -> list[str]:
        """Which of the named evidence is here and the author's own, in the order of naming."""
        return [evidence_id for evidence_id in named if self.arrived.get(evidence_id) == author_id]


def look_up(session: Session, filings: Sequence[tuple[str, FiledObservation]], at: datetime) -> Held:
    """Everything needed to judge `filings` (author id, filing), in the caller's unit of work."""
    held, connection = Held(), session.connection()
    ids = list({filed.id for _, filed in filings})
    held.observations = {row.id: row for row in connection.execute(_OBSERVATIONS, {"ids": ids})}
    if held.observations:
        # Receipts of their own, outside the session: they are handed to other threads, and a rollback would empty them.
        receipts = connection.execute(_RECEIPTS, {"ids": list(held.observations)})
        held.receipts = {(row.subject_id, row.revision): Receipt(**row._mapping) for row in receipts}
    asked = {"ids": list({filed.visit_id for _, filed in filings}), "authors": list({author for author, _ in filings})}
    held.visits = {row.id: row for row in connection.execute(_VISITS, asked)}
    named = {evidence_id for _, filed in filings for evidence_id in evidence_named(filed.body)}
    if named:
        rows = connection.execute(_EVIDENCE, {"ids": list(named)})
        held.arrived = {row.id: row.author_id for row in rows}
    devices = {filed.device_id for _, filed in filings if filed.device_id}
    if devices:
        held.revoked = set(connection.scalars(_REVOKED, {"ids": list(devices)}))
    sign_ins = {filed.sign_in for _, filed in filings if filed.sign_in}
    if sign_ins:
        hours = current_app.config["SETTINGS"].session_hours
        held.sign_ins = people.who_may_file(connection, sign_ins, at=at, hours=hours)
    return held
