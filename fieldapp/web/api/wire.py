"""How rows of several rooms are written in JSON."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from flask import url_for

from fieldapp.clock import datetime, rfc3339
from fieldapp.evidence import queries as evidence
from fieldapp.evidence.models import Evidence
from fieldapp.sync import receipts
from fieldapp.sync.models import Receipt


class Revision(Protocol):
    """What revisions of observations and interviews have in common."""

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
