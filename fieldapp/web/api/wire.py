"""How rows of several rooms are written in JSON."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from flask import url_for

from fieldapp.access import ordered
from fieldapp.clock import rfc3339
from fieldapp.evidence import queries as evidence
from fieldapp.evidence.models import Evidence
from fieldapp.filing import persons, receipts
from fieldapp.filing.models import Receipt
from fieldapp.people.models import User


class Revision(Protocol):
    """What revisions of all kinds have in common."""

    revision: int
    state: str
    digest: str
    received_at: datetime


def revisions(rows: Iterable[Revision], issued: Sequence[Receipt]) -> list[dict[str, Any]]:
    """Every revision with its number, digest and receipt, oldest first."""
    by_revision = {receipt.revision: receipt for receipt in issued}
    return [
        {
            "revision": row.revision,
            "state": row.state,
            "digest": row.digest,
            "received_at": rfc3339(row.received_at),
            "receipt": receipts.wire(by_revision[row.revision]) if row.revision in by_revision else None,
        }
        for row in rows
    ]


def with_person(
    body: dict[str, Any], field: str | None, owner_id: str, revision: int, *, is_shown: bool = True
) -> None:
    """Puts the person of `field` into `body` in clear (`is_shown`: for who may read it); an erased one stays a
    commitment, with `erased_at` beside it.
    """
    if field is None or not isinstance(body.get(field), dict):
        return
    gone = persons.erased_at(owner_id, revision)
    if gone:
        body[field] = {**body[field], "erased_at": rfc3339(gone)}
    elif is_shown:
        body[field] = persons.person_of(owner_id, revision) or body[field]


def to_edit(body: dict[str, Any], field: str | None) -> dict[str, Any]:
    """`body` for a phone that goes on writing it: an erased person is none, for nobody could be sealed from a
    commitment again.
    """
    return body | {field: None} if field and "erased_at" in (body.get(field) or {}) else body


def evidence_of(owner_kind: str, owner_id: str, author_id: str) -> list[dict[str, Any]]:
    """The evidence that has arrived from the author of one record, with the addresses of its views."""
    return [evidence_wire(row) for row in evidence.of_owner(owner_kind, owner_id, author_id=author_id)]


def evidence_wire(row: Evidence) -> dict[str, Any]:
    """One stored original: its hash, what it is, where its views are."""
    is_picture = (row.sniffed_type or "").startswith("image/")
    return {
        "id": row.id,
        "sha256": row.sha256,
        "filetype": row.sniffed_type,
        "length": row.length_bytes,
        "item": row.item,
        "source": row.source,
        "taken_at": rfc3339(row.taken_at) if row.taken_at else None,
        "thumbnail_url": url_for("api.evidence_thumbnail", evidence_id=row.id) if is_picture else None,
        "original_url": url_for("api.evidence_original", evidence_id=row.id),
    }


# The one role of people that phone apps of before know; what came later is called by what it could do then.
_ROLES_OF_BEFORE = {
    "lead": "lead", "bureau": "lead", "supervisor": "supervisor", "invited": "supervisor", "system": "admin",
    "security": "admin", "auditor": "admin", "liaison": "liaison",
}  # fmt: skip


def roles(user: User) -> dict[str, Any]:
    """`role`, the first of them in the words of before, and `roles`, all of them in the order of access.ROLES."""
    held = ordered(user.roles)
    return {"role": next((_ROLES_OF_BEFORE[role] for role in held), ""), "roles": list(held)}
