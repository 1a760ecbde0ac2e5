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
from fieldapp.observations.queries import FiledBy
from fieldapp.people.models import MEMBER_ORIGINS, User, WorkingGroup
from fieldapp.visits.models import VISIT_SOURCES, Visit


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


def layers_of(owner_kind: str, owner_id: str, author_id: str) -> list[dict[str, Any]]:
    """What the author drew over the photos of one record, oldest first: each as evidence is written, with the id of its
    photo (`of`) and its marks.
    """
    return [_layer_wire(row) for row in evidence.layers_of(owner_kind, owner_id, author_id=author_id)]


def _layer_wire(row: Evidence) -> dict[str, Any]:
    try:
        marks = list(evidence.marks_of(row))
    except evidence.OriginalMissing:  # the verification says so; here the rest of the record has to open
        marks = []
    return evidence_wire(row) | {"of": row.of_id, "marks": marks}


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


def visit(row: Visit) -> dict[str, Any]:
    """One visit as a phone shows it, without who has filed a record of it."""
    return visit_row(row, row.group and group(row.group), row.locality and row.locality.name, [])


def visit_row(
    row: Any, its_group: Any, locality: str | None, filed: Iterable[FiledBy], cautions: Sequence[str] = ()
) -> dict[str, Any]:
    """One visit as a phone shows it. `row`: the visit, or the columns of it; `its_group`: as `group` writes it;
    `filed`: who has filed a record of it; `cautions`: sentences to this user.
    """
    return {
        "id": row.id,
        "mode": row.mode,
        "domain": row.domain,
        "agency": {"id": row.agency_id, "name": row.agency_name},
        "starts_at": rfc3339(row.starts_at),
        "place": row.place,
        "matter": row.matter,
        "source": row.source,
        "source_label": VISIT_SOURCES.get(row.source, row.source),
        "group": its_group,
        "locality": {"id": row.locality_id, "name": locality} if row.locality_id else None,
        "is_ad_hoc": row.is_ad_hoc,
        "cancelled": row.cancelled_at is not None,
        "cancelled_reason": row.cancelled_reason,
        "filed": [{"author": {"id": one.author_id, "name": one.author_name}, "state": one.state} for one in filed],
        "cautions": list(cautions),
    }


def group(row: WorkingGroup) -> dict[str, Any]:
    """A working group and its people."""
    return {
        "id": row.id,
        "name": row.name,
        "lead": {"id": row.lead_id, "name": row.lead.name},
        "members": [
            {
                "id": member.user_id,
                "name": member.user.name,
                "origin_label": MEMBER_ORIGINS.get(member.user.origin or "", ""),
            }
            for member in row.members
        ],
    }
