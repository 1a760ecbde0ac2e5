"""What was erased by law: the ledger that phones, checks and repeated filings are answered from."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from fieldapp.audit import operations as audit
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import Erasure, SealedBody, SealedPerson
from fieldapp.people.accounts import reason_digest
from fieldapp.people.models import User

ERASED = "erased"  # the state of a record whose words are gone
AT_ONCE = 500  # told to a phone in one answer
# Source: 个人信息保护法 art. 47 (consent withdrawn, request, term run out).
GROUNDS = {"withdrawn": "本人撤回同意", "request": "本人要求删除", "term": "保存期满"}


def note(
    *,
    kind: str,
    subject_id: str,
    author_id: str,
    ground: str,
    reason: str,
    actor: User | None,
    at: datetime,
    files: int = 0,
) -> None:
    """Puts an erasure into the chain and the ledger, in the caller's unit of work. `files`: that go with a record."""
    event = "evidence.erased" if kind == "evidence" else "filing.erased"
    details: dict[str, Any] = {"ground": ground, "reason_digest": reason_digest(reason.strip())}
    if kind != "evidence":
        details["files"] = files
    with unit_of_work() as session:
        entry = audit.record(
            event, actor_id=actor.id if actor else None, subject_kind=kind, subject_id=subject_id, at=at, **details
        )
        said = {"kind": kind, "author_id": author_id, "ground": ground, "erased_at": _to_the_millisecond(at)}
        session.add(Erasure(subject_id=subject_id, sequence=entry.sequence, **said))


def erase_words(kind: Kind, record: Any, at: datetime) -> None:
    """Destroys the keys of every revision of a record and of its persons, in the caller's unit of work; the row says
    so and repeats nothing of the words any more.
    """
    with unit_of_work() as session:
        session.execute(update(SealedBody).where(SealedBody.owner_id == record.id).values(key=None))
        session.execute(
            update(SealedPerson)
            .where(SealedPerson.owner_id == record.id, SealedPerson.erased_at.is_(None))
            .values(key=None, sealed=b"", erased_at=at)
        )
        for column, value in kind.blanked.items():
            setattr(record, column, value)
        record.state, record.changed_at = ERASED, at


def told_to(user: User, after_ms: int) -> tuple[list[str], int]:
    """The ids of a user's records and files that were erased after this moment, in milliseconds since 1970, and the
    moment that these reach to: AT_ONCE at most, and what was erased together with the last of them.

    By time and not by place in the chain: a server that was set back counts its places anew.
    """
    since = datetime.fromtimestamp(after_ms / 1000, UTC)
    rows = db.session.execute(
        select(Erasure.subject_id, Erasure.erased_at)
        .where(Erasure.author_id == user.id, Erasure.erased_at > since)
        .order_by(Erasure.erased_at)
    ).all()
    last = rows[min(len(rows), AT_ONCE) - 1].erased_at if rows else since
    return [row.subject_id for row in rows if row.erased_at <= last], round(last.timestamp() * 1000)


def _to_the_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def find(subject_id: str) -> Erasure | None:
    """The erasure of a record or file; None when it was not erased."""
    return db.session.get(Erasure, subject_id)


def among(subject_ids: Iterable[str]) -> set[str]:
    """Which of these were erased."""
    return set(db.session.scalars(select(Erasure.subject_id).where(Erasure.subject_id.in_(set(subject_ids)))))
