"""Filing evidence whose bytes are already safe: the rows, the audit entry and the receipt, in one transaction.

Files that arrive at the same time share the transaction, and with it the wait for the disk.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, func, select, update
from sqlalchemy.orm import Session

from fieldapp.bulk import among
from fieldapp.clock import now
from fieldapp.errors import Conflict, FieldappError, NotFound
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.rules import Announced
from fieldapp.evidence.sniffing import Sniffed
from fieldapp.extensions import unit_of_work
from fieldapp.filing import bearers, kinds, receipts
from fieldapp.filing.batches import queue_of_application
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import Receipt
from fieldapp.filing.receipts import Filing

_evidence = Evidence.__table__.c
# Made once: every photo that arrives asks these.
_COUNT_STORED = select(func.count()).where(
    among(_evidence.id, "named"), _evidence.state == "stored", _evidence.author_id == bindparam("author_id")
)


@dataclass(frozen=True)
class Arrival:
    """A whole file, proven and kept."""

    author_id: str
    announced: Announced
    sniffed: Sniffed


def open_upload(author_id: str, announced: Announced) -> Evidence:
    """The row of an upload of which not all has come; the one that another request has just made is as good.

    Raises what `fault_of` gives.
    """
    with unit_of_work() as session:
        row = session.get(Evidence, announced.id, populate_existing=True)
        fault = fault_of(row, author_id, announced) or _borne_by_others(session, [announced.id]).get(announced.id)
        if fault:
            raise fault
        if row is None:
            row = _new(author_id, announced, now())
            session.add(row)
        return row


def file(arrival: Arrival) -> Receipt:
    """Files one arrival, with others that come now; the same once more gives the same receipt.

    Raises as `open_upload`.
    """
    outcome = queue_of_application("evidence", file_together).file(arrival)
    if isinstance(outcome, FieldappError):
        raise outcome
    return outcome


def file_together(arrivals: Sequence[Arrival]) -> list[Receipt | FieldappError]:
    """Files several arrivals in one transaction: an outcome for each, in order."""
    at = now()
    faults: dict[int, FieldappError] = {}
    with unit_of_work() as session:
        evidence_ids = [arrival.announced.id for arrival in arrivals]
        rows, borne = _rows(session, evidence_ids), _borne_by_others(session, evidence_ids)
        stored: list[tuple[Evidence, Arrival]] = []
        for place, arrival in enumerate(arrivals):
            announced = arrival.announced
            row = rows.get(announced.id)
            fault = fault_of(row, arrival.author_id, announced) or borne.get(announced.id)
            if fault:
                faults[place] = fault
            elif row is None or not row.is_stored:
                rows[announced.id] = _stored(session, row or _new(arrival.author_id, announced, at), arrival, at)
                stored.append((rows[announced.id], arrival))
        session.flush()
        _count([row for row, _ in stored])
        made = {receipt.subject_id: receipt for receipt in receipts.issue_many([_filing(row, at) for row, _ in stored])}
        return [
            faults.get(place) or made.get(arrival.announced.id) or _earlier_receipt(session, arrival.announced.id)
            for place, arrival in enumerate(arrivals)
        ]


def fault_of(row: Evidence | None, author_id: str, announced: Announced) -> FieldappError | None:
    """Why `announced` cannot be `row`: NotFound when it is somebody else's, Conflict when it has another content."""
    if row is None:
        return None
    if row.author_id != author_id:
        return NotFound("没有这个上传，或它不是您的。")
    if (row.sha256, row.length_bytes) != (announced.sha256, announced.length_bytes):
        return Conflict(
            "同一编号的文件此前已上传过另一内容，两份都未丢失；请把这个文件作为新文件重新添加。",
            stored_sha256=row.sha256,
        )
    return None


def _borne_by_others(session: Session, evidence_ids: list[str]) -> dict[str, FieldappError]:
    """Why each of these ids cannot be a file's: something else bears it."""
    found = bearers.bearers_of(session.connection(), evidence_ids, but=("evidence",))
    words = "编号已经用于另一样内容（{}），未上传，原件仍在本机；请把这个文件作为新文件重新添加。"
    return {evidence_id: Conflict(words.format(kinds.words_of(name))) for evidence_id, name in found.items()}


def _count(arrived: Sequence[Evidence]) -> None:
    """Notes on each record that names some of these files how many of its files are here; in the same transaction.

    A record that has not come yet counts them itself when it does. What others have hung onto its id does not count.
    """
    with unit_of_work() as session:
        connection = session.connection()
        for kind, owner_id, author_id in {(row.owner_kind, row.owner_id, row.author_id) for row in arrived}:
            owner = {"owner_id": owner_id, "author_id": author_id}
            head: str | None = connection.execute(_head_body(kinds.of(kind)), owner).scalar()
            named = set(kinds.of(kind).evidence_named(json.loads(head))) if head is not None else set()
            if named & {row.id for row in arrived}:
                here = connection.execute(_COUNT_STORED, {"named": list(named), "author_id": author_id}).scalar()
                connection.execute(_note(kinds.of(kind)), {"owner_id": owner_id, "here": here})


@cache  # made once: every photo that arrives asks it
def _head_body(kind: Kind) -> Select[Any]:
    row, revision = kind.row.__table__.c, kind.revision.__table__.c
    return (
        select(revision.body)
        .join_from(
            kind.row.__table__,
            kind.revision.__table__,
            (kind.owner == row.id) & (revision.revision == row.head_revision),
        )
        .where(row.id == bindparam("owner_id"), row.author_id == bindparam("author_id"))
    )


@cache
def _note(kind: Kind) -> Update:
    table = kind.row.__table__
    return update(table).where(table.c.id == bindparam("owner_id")).values(evidence_arrived=bindparam("here"))


def _rows(session: Session, evidence_ids: list[str]) -> dict[str, Evidence]:
    query = select(Evidence).where(Evidence.id.in_(evidence_ids)).execution_options(populate_existing=True)
    return {row.id: row for row in session.scalars(query)}


def _new(author_id: str, announced: Announced, at: datetime) -> Evidence:
    return Evidence(author_id=author_id, state="uploading", created_at=at, **vars(announced))


def _stored(session: Session, row: Evidence, arrival: Arrival, at: datetime) -> Evidence:
    sniffed = arrival.sniffed
    row.state, row.stored_at = "stored", at
    row.sniffed_type, row.width, row.height = sniffed.media_type, sniffed.width, sniffed.height
    session.add(row)
    return row


def _filing(row: Evidence, at: datetime) -> Filing:
    return Filing(
        "evidence",
        row.id,
        1,
        row.sha256,
        row.author_id,
        "evidence.stored",
        at,
        {"length_bytes": row.length_bytes, "owner": row.owner_id, "source": row.source},
    )


def _earlier_receipt(session: Session, evidence_id: str) -> Receipt:
    receipt = receipts.find(evidence_id, 1)
    if receipt is None:
        raise RuntimeError(f"evidence {evidence_id} is stored without a receipt")
    session.expunge(receipt)  # it goes to another thread than the one whose session has read it
    return receipt
