"""What the server holds of everything that a batch of filings touches: one query, however large the batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from fieldapp.audit.chain import GENESIS
from fieldapp.audit.queries import HEAD
from fieldapp.bulk import among
from fieldapp.clock import china
from fieldapp.evidence.models import Evidence
from fieldapp.filing.models import Device, Receipt
from fieldapp.observations.marks import AUTHORS, LINES, WHO_GOES, Facts, today_of
from fieldapp.observations.models import NumberSeries, Observation
from fieldapp.observations.rules import evidence_named
from fieldapp.observations.wire import FiledObservation
from fieldapp.people.models import GroupMember, WorkingGroup
from fieldapp.people.queries import WHO_MAY_FILE
from fieldapp.visits.models import Visit

_observation, _receipt, _visit = Observation.__table__.c, Receipt.__table__.c, Visit.__table__.c
_evidence, _device, _series = Evidence.__table__.c, Device.__table__.c, NumberSeries.__table__.c
_member, _group = GroupMember.__table__.c, WorkingGroup.__table__.c


def _listed(rows: Select[Any]) -> Any:
    """All values of all rows as one text, with blanks between: ids and hashes, which hold none."""
    first: ColumnElement[Any]
    first, *more = rows.subquery().c
    for column in more:
        first = first + " " + column
    return select(func.aggregate_strings(first, " ")).scalar_subquery()


class VisitHeld(NamedTuple):
    """What filing has to know of a visit. `members`: which of the authors belong to its group, with blanks between.

    `named_agency_id`: the organisation that is called as the phone wrote, when no agency was chosen.
    """

    id: str
    mode: str
    domain: str
    agency_id: str | None
    group_id: str | None
    locality_id: str | None
    created_by_id: str
    lead_id: str | None
    named_agency_id: str | None
    members: str | None


# Made once: to build a statement takes longer than to run it. Columns of tables, not of models, for the same reason.
# A row for each visit, and one for the rest: each query is a wait for the database while others wait for this one.
_LOOK = union_all(
    select(
        literal_column("'visit'"),
        _visit.id,
        _visit.mode,
        _visit.domain,
        _visit.agency_id,
        _visit.group_id,
        _visit.locality_id,
        _visit.created_by_id,
        _group.lead_id,
        _visit.named_agency_id,
        select(func.aggregate_strings(_member.user_id, " "))
        .where(_member.group_id == _visit.group_id, among(_member.user_id, "authors"))
        .scalar_subquery(),
    )
    .join_from(Visit.__table__, WorkingGroup.__table__, _group.id == _visit.group_id, isouter=True)
    .where(among(_visit.id, "visits")),
    select(
        literal_column("'rest'"),
        _listed(select(_observation.id).where(among(_observation.id, "ids"))),
        _listed(
            select(_evidence.id, _evidence.author_id).where(
                among(_evidence.id, "named"), _evidence.stored_at.is_not(None)
            )
        ),
        _listed(select(_device.id).where(among(_device.id, "devices"), _device.revoked_at.is_not(None))),
        _listed(WHO_MAY_FILE),
        cast(HEAD.with_only_columns(HEAD.selected_columns.sequence).scalar_subquery(), Text),
        HEAD.with_only_columns(HEAD.selected_columns.chain).scalar_subquery(),
        select(cast(_series.last, Text)).where(_series.name == bindparam("series")).scalar_subquery(),
        _listed(WHO_GOES),
        _listed(AUTHORS),
        _listed(LINES),
    ),
)
# Asked only when a record comes that is here already.
_OBSERVATIONS = select(
    _observation.id,
    _observation.author_id,
    _observation.visit_id,
    _observation.state,
    _observation.number,
    _observation.head_revision,
    _observation.submitted_at,
    _observation.checklist_version_id,
    _observation.marks,
).where(among(_observation.id, "ids"))
_RECEIPTS = select(*_receipt).where(among(_receipt.subject_id, "ids"))


@dataclass
class Held:
    """Rows by id. `arrived`: ids of named evidence that is stored, with its author. `sign_ins`: who signed in, by the
    hash of the token. `last_number`: the last number given in this year's series, None before the first. `chain_end`:
    sequence and chain value of the newest entry in the audit chain. `facts`: by which records are marked.
    """

    observations: dict[str, Any] = field(default_factory=dict)
    receipts: dict[tuple[str, int], Receipt] = field(default_factory=dict)
    visits: dict[str, VisitHeld] = field(default_factory=dict)
    arrived: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    sign_ins: dict[str, str] = field(default_factory=dict)
    last_number: int | None = None
    chain_end: tuple[int, str] = (0, GENESIS)
    facts: Facts = field(default_factory=Facts)

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


def series_of(at: datetime) -> str:
    """The series that numbers are given in at this moment: one for each year in China, e.g. JD-2026."""
    return f"JD-{china(at).year}"


def look_up(session: Session, filings: Sequence[tuple[str, FiledObservation]], at: datetime) -> Held:
    """Everything needed to judge and write `filings` (author id, filing), in the caller's unit of work."""
    held, connection = Held(), session.connection()
    for kind, *values in connection.execute(_LOOK, _asked(filings, at)):
        if kind == "visit":
            held.visits[values[0]] = VisitHeld(*values)
            continue
        known, arrived, revoked, sign_ins, sequence, chain, last, *facts = values
        held.facts.take(*((text or "").split() for text in facts))
        held.arrived, held.sign_ins, held.revoked = _pairs(arrived), _pairs(sign_ins), set((revoked or "").split())
        held.last_number = None if last is None else int(last)
        if chain is not None:
            held.chain_end = int(sequence), chain
    if known:
        ids = {"ids": known.split()}
        held.observations = {row.id: row for row in connection.execute(_OBSERVATIONS, ids)}
        # Receipts of their own, outside the session: they are handed to other threads, and a rollback would empty them.
        receipts = connection.execute(_RECEIPTS, ids)
        held.receipts = {(row.subject_id, row.revision): Receipt(**row._mapping) for row in receipts}
    return held


def _asked(filings: Sequence[tuple[str, FiledObservation]], at: datetime) -> dict[str, Any]:
    return {
        "ids": list({filed.id for _, filed in filings}),
        "visits": list({filed.visit_id for _, filed in filings}),
        "authors": list({author_id for author_id, _ in filings}),
        "named": list({evidence_id for _, filed in filings for evidence_id in evidence_named(filed.body)}),
        "devices": list({filed.device_id for _, filed in filings if filed.device_id}),
        "token_hashes": list({filed.sign_in for _, filed in filings if filed.sign_in}),
        "idle_since": at - timedelta(hours=current_app.config["SETTINGS"].session_hours),
        "series": series_of(at),
        "today": today_of(at),
    }


def _pairs(text: str | None) -> dict[str, str]:
    words = iter((text or "").split())
    return dict(zip(words, words, strict=True))
