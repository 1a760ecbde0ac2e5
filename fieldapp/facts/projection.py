"""答题明细 follows the chain: whatever changes a filed record replaces all rows of it."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, select

from fieldapp.audit import projections
from fieldapp.audit.projections import Heard, Projection
from fieldapp.checklists import queries as checklists
from fieldapp.checklists.content import Content
from fieldapp.extensions import db
from fieldapp.facts.models import AnswerFact, RecordFact
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.queries import newest_submitted
from fieldapp.observations.rules import UNFILED
from fieldapp.reviews.models import Review
from fieldapp.visits.models import Visit

RULE = 1
_OF_RECORD = ("observation.filed", "review.approve", "review.return")
_OF_VISIT = ("visit.filed", "visit.changed", "visit.agency_bound")
_TAKEN_OVER = (
    "visit_id", "author_id", "group_id", "agency_id", "locality_id", "domain", "mode", "checklist_version_id", "state",
    "started_at", "submitted_at", "revision", "received_at", "source", "decided_at",
)  # fmt: skip

Rows = list[dict[str, Any]]


def _touched(heard: Sequence[Heard]) -> set[str]:
    records = {entry.subject_id for entry in heard if entry.subject_kind == "observation"}
    visits = {entry.subject_id for entry in heard if entry.subject_kind == "visit"}
    if visits:
        records |= set(db.session.scalars(select(Observation.id).where(Observation.visit_id.in_(visits))))
    return records


def _rows_of(record_ids: Collection[str]) -> tuple[Rows, Rows]:
    records: Rows = []
    answers: Rows = []
    for row in _filed(record_ids):
        records.append({"observation_id": row.id, "rule": RULE, **{name: getattr(row, name) for name in _TAKEN_OVER}})
        content = checklists.content_of(row.checklist_version_id)
        given = json.loads(row.body).get("answers") or {}
        answers.extend(_answer(row.id, code, answer, content) for code, answer in given.items() if answer.get("value"))
    return records, answers


def _answer(record_id: str, code: str, answer: Mapping[str, Any], content: Content) -> dict[str, Any]:
    item = content.by_code.get(code)
    return {
        "observation_id": record_id,
        "item": code,
        "value": answer["value"],
        "stage": item.stage if item else "",
        "critical": bool(item and item.critical),
        "weight": item.weight if item else 0,
        "corrected_on_spot": bool(answer.get("corrected_on_spot")),
    }


def _filed(record_ids: Collection[str]) -> Sequence[Any]:
    """Of each record the newest revision that was submitted: one that was returned still says what was submitted."""
    newest = newest_submitted()
    revision = ObservationRevision
    return db.session.execute(
        select(
            *(column for column in Observation.__table__.c if column.name in {"id", *_TAKEN_OVER}),
            revision.revision, revision.received_at, revision.body, Visit.source, Review.decided_at,
        )
        .join_from(Observation, revision, (revision.observation_id == Observation.id) & (revision.revision == newest))
        .join(Visit, Visit.id == Observation.visit_id)
        .outerjoin(Review, (Review.observation_id == Observation.id) & (Review.revision == revision.revision))
        .where(Observation.id.in_(record_ids), Observation.state.not_in(UNFILED))
        .order_by(Observation.id)
    ).all()  # fmt: skip


PROJECTION = projections.register(
    Projection(
        name="answer_facts",
        words="答题明细",
        events=frozenset({*_OF_RECORD, *_OF_VISIT}),
        key="observation_id",
        tables=(cast(Table, RecordFact.__table__), cast(Table, AnswerFact.__table__)),
        rule=RULE,
        touched=_touched,
        rows_of=_rows_of,
        step=100,  # records, with up to fifty rows each
    )
)
