"""Filing evidence whose bytes are already safe: the rows, the audit entry and the receipt, in one transaction.

Files that arrive at the same time share the transaction, and with it the wait for the disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, bindparam, select, update
from sqlalchemy.orm import Session

from fieldapp.bulk import among, insert_rows
from fieldapp.clock import now
from fieldapp.errors import Conflict, FieldappError, NotAllowed, NotFound, SignInNeeded
from fieldapp.evidence.counts import counted, head_bodies, write_counts
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.rules import Announced
from fieldapp.evidence.sniffing import Sniffed
from fieldapp.extensions import begin_reads, db, sent_together, unit_of_work
from fieldapp.filing import batch_lookup, bearers, kinds, receipts
from fieldapp.filing.batches import queue_of_application
from fieldapp.filing.devices import SHUT_OUT
from fieldapp.filing.models import Receipt
from fieldapp.filing.parts import Held, Part
from fieldapp.filing.receipts import Filing

# Of tables, and made once: to build a statement, or to look each row up in a model, takes longer than to run it.
_evidence, _receipt = Evidence.__table__.c, Receipt.__table__.c
_KNOWN = Part(
    "known",
    select(_evidence.id, _evidence.author_id, _evidence.sha256, _evidence.length_bytes, _evidence.state).where(
        among(_evidence.id, "ids")
    ),
)
_BEGUN = (_KNOWN, batch_lookup.SIGN_INS, batch_lookup.REVOKED)
_TOGETHER = (_KNOWN, batch_lookup.FILED, batch_lookup.CHAIN)
_RECEIPTS = select(*_receipt).where(among(_receipt.subject_id, "ids"), _receipt.revision == 1)
_FINISHED = ("state", "stored_at", "sniffed_type", "width", "height")
_FINISH: Update = (
    update(Evidence.__table__)
    .where(_evidence.id == bindparam("finished_id"))
    .values({name: bindparam(f"new_{name}") for name in _FINISHED})
)


@dataclass(frozen=True)
class Known:
    """A file that has been announced before. `state`: as in `Evidence`."""

    id: str
    author_id: str
    sha256: str
    length_bytes: int
    state: str

    @property
    def is_stored(self) -> bool:
        return self.state == "stored"


@dataclass(frozen=True)
class Arrival:
    """A whole file, proven and kept."""

    author_id: str
    announced: Announced
    sniffed: Sniffed


def look_up(
    author_id: str, announced: Announced, *, device_id: str | None = None, sign_in: str | None = None
) -> Known | None:
    """What is known of a file before its bytes come; None when it is new. One query.

    Raises SignInNeeded when the sign-in that it came with has ended (`sign_in`: the hash of its token; None when it
    need not be asked for), NotAllowed for a revoked phone, and what `fault_of` gives.
    """
    begin_reads()
    asked = {
        "ids": [announced.id],
        "devices": [device_id] if device_id else [],
        "token_hashes": [sign_in] if sign_in else [],
        "idle_since": batch_lookup.idle_since(now()),
    }
    held = batch_lookup.ask(db.session.connection(), _BEGUN, asked)
    if not batch_lookup.is_signed_in(held, author_id, announced.owner_kind, sign_in):
        raise SignInNeeded
    if batch_lookup.is_revoked(held, device_id):
        raise NotAllowed(SHUT_OUT)
    known = _known(held).get(announced.id)
    fault = fault_of(known, author_id, announced)
    if fault:
        raise fault
    return known


def open_upload(author_id: str, announced: Announced) -> Evidence:
    """The row of an upload of which not all has come; the one that another request has just made is as good.

    Raises what `fault_of` gives.
    """
    with unit_of_work() as session:
        row = session.get(Evidence, announced.id, populate_existing=True)
        fault = fault_of(row, author_id, announced) or _borne_by_others(session, announced.id)
        if fault:
            raise fault
        if row is None:
            row = Evidence(author_id=author_id, state="uploading", created_at=now(), **vars(announced))
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
    with unit_of_work() as session:
        connection = session.connection()
        held = _look_up_together(connection, arrivals)
        known, faults, accepted = _judged(held, arrivals)
        counts = counted(connection, held, [(one.author_id, one.announced) for one in accepted.values()])
        given = _receipts_of(connection, [one for one in known if one not in accepted])
        if accepted:
            with sent_together(session, with_commit=True):
                _write(connection, known, list(accepted.values()), at)
                write_counts(connection, counts)
                filings = [_filing(one, at) for one in accepted.values()]
                given |= {one.subject_id: one for one in receipts.issue_many(filings, after=held.chain_end)}
        return [faults.get(place) or given[one.announced.id] for place, one in enumerate(arrivals)]


def _look_up_together(connection: Connection, arrivals: Sequence[Arrival]) -> Held:
    owners = {arrival.announced.owner_id for arrival in arrivals}
    present = {arrival.announced.owner_kind for arrival in arrivals}
    heads = tuple(head_bodies(kind) for kind in kinds.every() if kind.name in present)
    asked = {"ids": list({arrival.announced.id for arrival in arrivals}), "owners": list(owners)}
    return batch_lookup.ask(connection, (*_TOGETHER, *bearers.parts(), *heads), asked)


def _judged(
    held: Held, arrivals: Sequence[Arrival]
) -> tuple[dict[str, Known], dict[int, FieldappError], dict[str, Arrival]]:
    """(what was known before, by id; why some cannot be filed, by place; those to be filed, by id).

    Of two arrivals for one id the second is judged by the first.
    """
    before = _known(held)
    after, faults, accepted = dict(before), dict[int, FieldappError](), dict[str, Arrival]()
    for place, arrival in enumerate(arrivals):
        announced = arrival.announced
        row = after.get(announced.id)
        fault = fault_of(row, arrival.author_id, announced) or _borne_by(held.bearer(announced.id, "evidence"))
        if fault:
            faults[place] = fault
        elif row is None or not row.is_stored:
            accepted[announced.id] = arrival
            after[announced.id] = Known(
                announced.id, arrival.author_id, announced.sha256, announced.length_bytes, "stored"
            )
    return before, faults, accepted


def _write(connection: Connection, known: dict[str, Known], accepted: Sequence[Arrival], at: datetime) -> None:
    new = [one for one in accepted if one.announced.id not in known]
    insert_rows(connection, Evidence.__table__, [_row(one, at) for one in new])
    for one in accepted:
        if one.announced.id in known:
            row = _row(one, at)
            finished = {f"new_{name}": row[name] for name in _FINISHED}
            connection.execute(_FINISH, {"finished_id": one.announced.id, **finished})


def _row(arrival: Arrival, at: datetime) -> dict[str, Any]:
    sniffed = arrival.sniffed
    return {
        **vars(arrival.announced),
        "author_id": arrival.author_id,
        "state": "stored",
        "sniffed_type": sniffed.media_type,
        "width": sniffed.width,
        "height": sniffed.height,
        "created_at": at,
        "stored_at": at,
    }


def _known(held: Held) -> dict[str, Known]:
    return {row["id"]: Known(**row) for row in held.rows[_KNOWN.name]}


def _receipts_of(connection: Connection, stored: Sequence[str]) -> dict[str, Receipt]:
    """The receipts of files that had arrived before; outside the session, for they go to other threads."""
    if not stored:
        return {}
    return {row.subject_id: Receipt(**row._mapping) for row in connection.execute(_RECEIPTS, {"ids": list(stored)})}


def fault_of(row: Evidence | Known | None, author_id: str, announced: Announced) -> FieldappError | None:
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


def _borne_by(name: str | None) -> FieldappError | None:
    """Why an id that `name` bears already (a kind, or what `bearers` knows) cannot be a file's."""
    if name is None:
        return None
    words = "编号已经用于另一样内容（{}），未上传，原件仍在本机；请把这个文件作为新文件重新添加。"
    return Conflict(words.format(kinds.words_of(name)))


def _borne_by_others(session: Session, evidence_id: str) -> FieldappError | None:
    found = bearers.bearers_of(session.connection(), [evidence_id], but=("evidence",))
    return _borne_by(found.get(evidence_id))


def _filing(arrival: Arrival, at: datetime) -> Filing:
    announced = arrival.announced
    return Filing(
        "evidence",
        announced.id,
        1,
        announced.sha256,
        arrival.author_id,
        "evidence.stored",
        at,
        {"length_bytes": announced.length_bytes, "owner": announced.owner_id, "source": announced.source},
    )
