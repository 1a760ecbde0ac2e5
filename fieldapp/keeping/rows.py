"""Whether the rows that lists, counts and statistics read still say what the words and the chain say.

What a row took from its visit (group, place, agency, kind) is not looked at: a plan may be corrected later.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from fieldapp.audit.models import AuditEntry
from fieldapp.clock import parse_rfc3339
from fieldapp.extensions import db
from fieldapp.filing import bodies, kinds
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import Receipt

_ROWS_AT_ONCE = 2000
_DECISIONS = {"review.approve": "approve", "review.return": "return", "filing.erased": "erase"}


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
    for kind in kinds.every():
        heads = _heads(receipts, kind.name)
        for row in _rows(kind):
            head = heads.pop(row.id, None)
            if words := _fault(kind, row, head, courses.get(row.id)):
                yield FaultOfRow(head and head.sequence, kind.name, row.id, words)
        for record_id, head in heads.items():
            yield FaultOfRow(head.sequence, kind.name, record_id, "在列表里的一行已被删除")


def _fault(kind: Kind, row: Any, head: Receipt | None, course: Course | None) -> str | None:
    if head is None or row.body is None:
        return "在列表里的一行没有对应的内容"
    text = bodies.opened(row.body, row.body_key)
    try:
        if text is None:  # erased; that the chain says so too is looked at with the words
            expected = {"head_revision": head.revision, **kind.blanked}
        else:
            expected = {"head_revision": head.revision, **_repeated(kind, json.loads(text))}
    except (ValueError, KeyError, TypeError, AttributeError):  # whoever changed the words may write anything
        return "的内容读不出"
    if course is not None:
        expected |= asdict(course)
    changed = [column for column, value in expected.items() if getattr(row, column) != value]
    return f"在列表里的一行被改动（{'、'.join(changed)}）" if changed else None


def _repeated(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """What a row repeats of its words, by column."""
    return {
        **kind.repeats(body),
        "visit_id": body.get("visit"),
        "started_at": parse_rfc3339(body["started_at"]),
        "evidence_named": len(kind.files_of(body)),
    }


def _courses() -> dict[str, Course]:
    entry = AuditEntry.__table__.c
    events = db.session.execute(
        select(entry.subject_kind, entry.subject_id, entry.event, entry.actor_id, entry.at, entry.details)
        .where(entry.event.in_([*(kind.event for kind in kinds.every()), *_DECISIONS]))
        .order_by(entry.sequence)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    courses: dict[str, Course] = {}
    for subject_kind, subject_id, event, actor_id, at, details in events:
        course = courses.setdefault(subject_id, Course(actor_id, None, None))
        filed_as = "" if event in _DECISIONS else json.loads(details).get("state", "")
        action = _DECISIONS.get(event) or kinds.ACTIONS.get(filed_as, "save")
        course.state = kinds.of(subject_kind).transitions.get((course.state, action))
        course.submitted_at = at if filed_as == "submitted" else course.submitted_at
    return courses


def _heads(receipts: Mapping[tuple[str, int], Receipt], kind: str) -> dict[str, Receipt]:
    oldest_first = sorted(receipts.values(), key=lambda receipt: receipt.revision)
    return {receipt.subject_id: receipt for receipt in oldest_first if receipt.kind == kind}


def _rows(kind: Kind) -> Iterable[Any]:
    row, revision = kind.row.__table__, kind.revision.__table__
    return db.session.execute(
        bodies.with_keys(
            select(*row.c, revision.c.body).join_from(
                row, revision, and_(kind.owner == row.c.id, revision.c.revision == row.c.head_revision), isouter=True
            ),
            kind,
        ).execution_options(yield_per=_ROWS_AT_ONCE)
    )
