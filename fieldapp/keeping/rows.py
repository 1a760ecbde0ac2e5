"""Whether the rows that lists, counts and statistics read still say what the words and the chain say.

What a row took from its visit (group, place, agency, kind) is not looked at: a plan may be corrected later.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from fieldapp.audit.models import AuditEntry
from fieldapp.checklists import queries as checklists
from fieldapp.clock import parse_rfc3339
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.filing.models import Receipt
from fieldapp.interviews.models import Interview, InterviewRevision
from fieldapp.interviews.rules import evidence_named as named_in_interview
from fieldapp.observations.batch_rows import repeated
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.rules import evidence_named, next_state

Repeats = Callable[[dict[str, Any]], dict[str, Any]]  # a body → what its row repeats of it, by column

_ROWS_AT_ONCE = 2000
_DECISIONS = {"review.approve": "approve", "review.return": "return"}
_FILINGS = ("observation.filed", "interview.filed")


@dataclass
class Course:
    """What the chain says became of a record."""

    author_id: str
    state: str | None
    submitted_at: datetime | None


@dataclass(frozen=True)
class FaultOfRow:
    """`sequence`: the place in the chain of the record's newest filing; None when it has none."""

    sequence: int | None
    kind: str
    record_id: str
    words: str


def faults_of_rows(receipts: Mapping[tuple[str, int], Receipt], *, chain_is_whole: bool) -> Iterator[FaultOfRow]:
    """Every row that says something else than what was filed.

    Author, state and time of submission are held against the chain only while that is whole: else it is named itself.
    """
    courses = _courses() if chain_is_whole else {}
    for kind, row_of, revision_of, repeats in _KINDS:
        heads = _heads(receipts, kind)
        for row in _rows(row_of, revision_of):
            head = heads.pop(row.id, None)
            if words := _fault(row, head, courses.get(row.id), repeats):
                yield FaultOfRow(head and head.sequence, kind, row.id, words)
        for record_id, head in heads.items():
            yield FaultOfRow(head.sequence, kind, record_id, "在列表里的一行已被删除")


def _fault(row: Any, head: Receipt | None, course: Course | None, repeats: Repeats) -> str | None:
    if head is None or row.body is None:
        return "在列表里的一行没有对应的内容"
    try:
        expected = {"head_revision": head.revision, **repeats(json.loads(row.body))}
    except (ValueError, KeyError, TypeError, AttributeError):  # whoever changed the words may write anything
        return "的内容读不出"
    if course is not None:
        expected |= asdict(course)
    changed = [column for column, value in expected.items() if getattr(row, column) != value]
    return f"在列表里的一行被改动（{'、'.join(changed)}）" if changed else None


def _courses() -> dict[str, Course]:
    entry = AuditEntry.__table__.c
    events = db.session.execute(
        select(entry.subject_id, entry.event, entry.actor_id, entry.at, entry.details)
        .where(entry.event.in_([*_FILINGS, *_DECISIONS]))
        .order_by(entry.sequence)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    courses: dict[str, Course] = {}
    for subject_id, event, actor_id, at, details in events:
        course = courses.setdefault(subject_id, Course(actor_id, None, None))
        is_submitted = event in _FILINGS and json.loads(details).get("state") == "submitted"
        action = _DECISIONS.get(event) or ("submit" if is_submitted else "save")
        course.state = next_state(course.state, action)
        course.submitted_at = at if is_submitted else course.submitted_at
    return courses


def _heads(receipts: Mapping[tuple[str, int], Receipt], kind: str) -> dict[str, Receipt]:
    oldest_first = sorted(receipts.values(), key=lambda receipt: receipt.revision)
    return {receipt.subject_id: receipt for receipt in oldest_first if receipt.kind == kind}


def _rows(row_of: Any, revision_of: Any) -> Iterable[Any]:
    row, revision = row_of.__table__, revision_of.__table__
    owner = revision.c[f"{row.name}_id"]
    return db.session.execute(
        select(*row.c, revision.c.body)
        .join_from(row, revision, and_(owner == row.c.id, revision.c.revision == row.c.head_revision), isouter=True)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )


def _repeated_of_observation(body: dict[str, Any]) -> dict[str, Any]:
    try:
        content = checklists.content_of(body["checklist_version"])
    except NotFound:
        return {"checklist_version_id": body["checklist_version"]}
    return {
        **repeated(body.get("answers") or {}, content),
        "visit_id": body["visit"],
        "checklist_version_id": body["checklist_version"],
        "started_at": parse_rfc3339(body["started_at"]),
        "evidence_named": len(evidence_named(body)),
    }


def _repeated_of_interview(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "visit_id": body["visit"],
        "level": body.get("level"),
        "started_at": parse_rfc3339(body["started_at"]),
        "evidence_named": len(named_in_interview(body)),
    }


_KINDS = (
    ("observation", Observation, ObservationRevision, _repeated_of_observation),
    ("interview", Interview, InterviewRevision, _repeated_of_interview),
)
