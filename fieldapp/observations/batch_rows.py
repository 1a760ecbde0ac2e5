"""How accepted revisions get into the tables: one statement a table, however large the batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.orm import Session

from fieldapp.bulk import insert_rows
from fieldapp.checklists import queries as checklists
from fieldapp.checklists.content import Content
from fieldapp.checklists.rules import critical_noes
from fieldapp.filing import sealing
from fieldapp.observations.batch_lookup import Held, series_of
from fieldapp.observations.models import NumberSeries, Observation, ObservationRevision, SealedPerson
from fieldapp.observations.rules import count_answers
from fieldapp.observations.wire import FiledObservation

_KEPT = {"id", "created_at"}  # of a record that is filed again
# Made once, and for tables: to build a statement, or to look each row up in a model, takes longer than to run it.
_OBSERVATION, _REVISION, _PERSON = Observation.__table__, ObservationRevision.__table__, SealedPerson.__table__
_observation = Observation.__table__.c
_UPDATE_OBSERVATION = (
    update(Observation.__table__)
    .where(_observation.id == bindparam("new_id"))
    .values({column: bindparam(f"new_{column.name}") for column in _observation if column.name not in _KEPT})
)
_series = NumberSeries.__table__.c
_FIRST_NUMBERS = insert(NumberSeries.__table__)
_NEXT_NUMBERS = update(NumberSeries.__table__).where(_series.name == bindparam("series")).values(last=bindparam("last"))


@dataclass
class Accepted:
    """A new revision on its way into the tables. `marks`: what stands against the record, as its row keeps it."""

    author_id: str
    filed: FiledObservation
    next_state: str
    is_first: bool
    number: str | None
    submitted_at: datetime | None
    named: list[str]
    arrived: list[str]
    marks: str = ""


def write(session: Session, held: Held, accepted: list[Accepted], at: datetime) -> None:
    """Numbers first submissions; writes records, revisions and sealed parties. Reads nothing; in the caller's unit of
    work.
    """
    connection = session.connection()
    _give_numbers(connection, held, accepted, at)
    new = [_row(held, a, at) for a in accepted if a.is_first]
    changed = [_row(held, a, at) for a in accepted if not a.is_first]
    insert_rows(connection, _OBSERVATION, new)
    for row in changed:
        connection.execute(_UPDATE_OBSERVATION, {f"new_{name}": value for name, value in row.items()})
    insert_rows(
        connection,
        _REVISION,
        [
            {
                "observation_id": a.filed.id,
                "revision": a.filed.revision,
                "base_revision": a.filed.base_revision,
                "state": a.filed.state,
                "body": a.filed.canonical_body,
                "digest": a.filed.digest,
                "device_id": a.filed.device_id,
                "received_at": at,
            }
            for a in accepted
        ],
    )
    people = [a for a in accepted if a.filed.person is not None]
    insert_rows(connection, _PERSON, [_sealed(a) for a in people])


def _give_numbers(connection: Connection, held: Held, accepted: list[Accepted], at: datetime) -> None:
    """Gives each first submission the next number of its year, in order. Nobody else can: there is one writer."""
    last, series = held.last_number or 0, series_of(at)
    for one in accepted:
        if one.filed.state == "submitted" and one.number is None:
            last += 1
            one.number = f"{series}-{last:06d}"
    if held.last_number is None and last:
        connection.execute(_FIRST_NUMBERS, {"name": series, "last": last})
    elif last != held.last_number:
        connection.execute(_NEXT_NUMBERS, {"series": series, "last": last})


def _row(held: Held, accepted: Accepted, at: datetime) -> dict[str, Any]:
    filed, visit = accepted.filed, held.visits[accepted.filed.visit_id]
    return {
        **repeated(filed.body.get("answers") or {}, checklists.content_of(filed.checklist_version_id)),
        "id": filed.id,
        "number": accepted.number,
        "visit_id": filed.visit_id,
        "author_id": accepted.author_id,
        "checklist_version_id": filed.checklist_version_id,
        "state": accepted.next_state,
        "head_revision": filed.revision,
        "group_id": visit.group_id,
        "locality_id": visit.locality_id,
        "agency_id": visit.agency_id,
        "domain": visit.domain,
        "mode": visit.mode,
        "started_at": filed.started_at,
        "submitted_at": accepted.submitted_at,
        "created_at": at,
        "changed_at": at,
        "evidence_named": len(accepted.named),
        "evidence_arrived": len(accepted.arrived),
        "marks": accepted.marks,
    }


def repeated(answers: Mapping[str, Mapping[str, Any]], content: Content) -> dict[str, Any]:
    """What a record's row repeats of its answers, by column."""
    counts = count_answers(answers)
    return {
        "yes_count": counts.yes,
        "no_count": counts.no,
        "na_count": counts.na,
        "not_observed_count": counts.not_observed,
        "no_items": " ".join(counts.no_items),
        "critical_no_items": " ".join(critical_noes(content, answers, uncorrected_only=False)),
    }


def _sealed(accepted: Accepted) -> dict[str, Any]:
    person = accepted.filed.person
    if person is None:
        raise ValueError("nobody to seal")
    sealed, key = sealing.seal(person, current_app.config["SETTINGS"].instance)
    return {
        "owner_id": accepted.filed.id,
        "revision": accepted.filed.revision,
        "owner_kind": "observation",
        "sealed": sealed,
        "key": key,
        "erased_at": None,
    }
