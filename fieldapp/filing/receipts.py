"""回执: signed proof that a filing has arrived, checkable by anyone with the public key."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from cryptography.exceptions import InvalidSignature
from flask import current_app
from pydantic import StringConstraints, ValidationError
from sqlalchemy import select

from fieldapp.audit import operations as audit
from fieldapp.audit.operations import Happening
from fieldapp.bulk import insert_rows
from fieldapp.capacity import fits_integer
from fieldapp.clock import rfc3339
from fieldapp.extensions import db
from fieldapp.filing import keys
from fieldapp.filing.canonical import canonical
from fieldapp.filing.models import Receipt
from fieldapp.filing.shapes import Digest, Id, Revision, Shape

_COLUMNS = tuple(column.name for column in Receipt.__table__.columns)


@dataclass(frozen=True)
class Filing:
    """What a receipt is for. `kind`: the name of a kind of filing, visit or evidence. `digest`: 64 hex digits.

    `event`, `details`: the audit event that files it, and its fields beside revision and digest.
    """

    kind: str
    subject_id: str
    revision: int
    digest: str
    actor_id: str
    event: str
    at: datetime
    details: dict[str, Any]


def issue_many(filings: Sequence[Filing], *, after: tuple[int, str] | None = None) -> list[Receipt]:
    """Receipts for several filings, in order, with one insert for all; in the caller's unit of work.

    `after`: as in `audit.operations.record_many`.
    """
    entries = audit.record_many(
        [
            Happening(
                f.event,
                f.actor_id,
                f.kind,
                f.subject_id,
                f.at,
                {"revision": f.revision, "digest": f.digest, **f.details},
            )
            for f in filings
        ],
        after=after,
    )
    key_id, key = keys.signing_key(_instance())
    made = []
    for filing, entry in zip(filings, entries, strict=True):
        receipt = Receipt(
            subject_id=filing.subject_id,
            revision=filing.revision,
            kind=filing.kind,
            digest=filing.digest,
            received_at=filing.at,
            sequence=entry.sequence,
            chain=entry.chain,
            key_id=key_id,
            signature="",
        )
        receipt.signature = b64encode(key.sign(canonical(_unsigned(wire(receipt))))).decode()
        made.append(receipt)
    insert_rows(
        db.session.connection(), Receipt.__table__, [{name: getattr(r, name) for name in _COLUMNS} for r in made]
    )
    return made


def wire(receipt: Receipt) -> dict[str, Any]:
    """The receipt as it travels (sync.md, Receipt)."""
    return {
        "id": receipt.subject_id,
        "kind": receipt.kind,
        "revision": receipt.revision,
        "digest": receipt.digest,
        "received_at": rfc3339(receipt.received_at),
        "sequence": receipt.sequence,
        "chain": receipt.chain,
        "key_id": receipt.key_id,
        "signature": receipt.signature,
    }


def find(subject_id: str, revision: int | None = None) -> Receipt | None:
    """The receipt of one revision, or of the newest when none is named; None when there is none."""
    query = select(Receipt).where(Receipt.subject_id == subject_id)
    if revision is not None:
        if not fits_integer(revision):
            return None
        query = query.where(Receipt.revision == revision)
    return db.session.scalar(query.order_by(Receipt.revision.desc()).limit(1))


def all_of(subject_id: str) -> list[Receipt]:
    """Every receipt of one record, oldest first."""
    return list(db.session.scalars(select(Receipt).where(Receipt.subject_id == subject_id).order_by(Receipt.revision)))


class _Shown(Shape):
    """A receipt that a phone shows, in every part of the shape that ours have."""

    id: Id
    revision: Revision
    digest: Digest
    key_id: Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
    signature: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9+/]{86}==$")]  # the 64 bytes of Ed25519


def is_genuine(receipt: dict[str, Any], instance: Path | None = None) -> bool:
    """Whether this server signed exactly this receipt. Anything else, of whatever shape, is False."""
    public = keys.public_keys(instance or _instance()).get(str(receipt.get("key_id")))
    if public is None:
        return False
    try:
        public.verify(b64decode(str(receipt.get("signature")), validate=True), canonical(_unsigned(receipt)))
    except (InvalidSignature, Base64Error, ValueError):
        return False
    return True


def is_of_unknown_key(receipt: dict[str, Any]) -> bool:
    """Whether this has the shape of a receipt of ours in every part, and bears the name of a key that is not here.

    Nobody can tell such a receipt from an invented one without the key; somebody who exchanges the key and deletes
    what it has signed makes exactly this.
    """
    try:
        shown = _Shown.model_validate(receipt)
    except ValidationError:
        return False
    return shown.key_id not in keys.public_keys(_instance())


def no_longer_held(receipts: list[dict[str, Any]]) -> list[str]:
    """Of receipts that a phone shows, the ids that this server no longer has: it was restored or tampered with. The
    caller has asked `is_genuine` or `is_of_unknown_key` of each.
    """
    wanted = {(str(r["id"]), int(r["revision"])): str(r["digest"]) for r in receipts}
    rows = db.session.execute(
        select(Receipt.subject_id, Receipt.revision, Receipt.digest).where(
            Receipt.subject_id.in_({subject for subject, _ in wanted})
        )
    )
    held = {(subject, revision): digest for subject, revision, digest in rows}
    return sorted(
        {subject for (subject, revision), digest in wanted.items() if held.get((subject, revision)) != digest}
    )


def _unsigned(receipt: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in receipt.items() if name != "signature"}


def _instance() -> Path:
    return current_app.config["SETTINGS"].instance  # type: ignore[no-any-return]
