"""Cancelling a visit: what is written of it, and what stands against it where it was opened by mistake."""

from sqlalchemy import Column, select

from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.extensions import db
from fieldapp.filing import kinds
from fieldapp.people.accounts import reason_digest
from fieldapp.people.models import User
from fieldapp.visits.models import Visit

REASON_CHARACTERS = 200
_USES: list[tuple[str, Column[str]]] = []


def register_use(words: str, visit_id: Column[str]) -> None:
    """Makes known what else happens at a visit than filings: for rooms downstream. `words`: what is said of it;
    `visit_id`: the column that names the visit.
    """
    _USES.append((words, visit_id))


def obstacle(visit_id: str) -> str | None:
    """What has happened at a visit already, in words, so that it was no mistake; None for nothing but drafts."""
    filed = [
        (f"已提交{kind.words}", kind.row.__table__.c.visit_id, kind.row.__table__.c.submitted_at.is_not(None))
        for kind in kinds.every()
    ]
    used = [(words, column, column.is_not(None)) for words, column in _USES]
    for words, column, condition in (*filed, *used):
        if db.session.execute(select(column).where(column == visit_id, condition).limit(1)).first():
            return words
    return None


def cancel(actor: User, visit: Visit, reason: str) -> None:
    """Notes in the caller's unit of work that `visit` is cancelled, why and by whom."""
    visit.cancelled_at, visit.cancelled_reason = now(), reason.strip()[:REASON_CHARACTERS]
    visit.revision += 1
    db.session.flush()
    record(
        "visit.cancelled",
        actor_id=actor.id,
        subject_kind="visit",
        subject_id=visit.id,
        at=visit.cancelled_at,
        reason_digest=reason_digest(visit.cancelled_reason),
    )


def reopen(visit: Visit) -> None:
    """An ad-hoc visit at which something happens after all counts again; why it had been cancelled stays."""
    if visit.is_ad_hoc:
        visit.cancelled_at = None
