"""Filing evidence whose bytes are already safe: the rows, the audit entry and the receipt, in one transaction.

Files that arrive at the same time share the transaction, and with it the wait for the disk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, bindparam, select, update
from sqlalchemy.orm import Session

from fieldapp.bulk import among, insert_rows
from fieldapp.clock import now
from fieldapp.errors import Conflict, Erased, FieldappError, NotAllowed, NotFound, SignInNeeded
from fieldapp.evidence.counts import counted, heads_of, write_counts
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.rules import Announced
from fieldapp.evidence.sniffing import Sniffed
from fieldapp.extensions import begin_reads, db, sent_together, unit_of_work
from fieldapp.filing import batch_lookup, bearers, kinds, receipts
from fieldapp.filing.batches import queue_of_application
from fieldapp.filing.devices import SHUT_OUT
from fieldapp.filing.erasures import ERASED
from fieldapp.filing.models import Erasure, Receipt
from fieldapp.filing.parts import Held, Part
from fieldapp.filing.receipts import Filing

# Of tables, and made once: to build a statement, or to look each row up in a model, takes longer than to run it.
_evidence, _receipt = Evidence.__table__.c, Receipt.__table__.c
KNOWN = Part(
    "known",
    select(_evidence.id, _evidence.author_id, _evidence.sha256, _evidence.length_bytes, _evidence.state).where(
        among(_evidence.id, "ids")
    ),
)
_erasure = Erasure.__table__.c
GONE = Part("gone", select(_erasure.subject_id.label("id")).where(among(_erasure.subject_id, "owners")))
_BEGUN = (KNOWN, GONE, batch_lookup.SIGN_INS, batch_lookup.REVOKED)
_TOGETHER = (KNOWN, GONE, batch_lookup.FILED, batch_lookup.CHAIN)
_RECEIPTS = select(*_receipt).where(among(_receipt.subject_id, "ids"), _receipt.revision == 1)
_FINISHED = ("state", "stored_at", "sniffed_type", "width", "height", "of_sha256")
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


@dataclass(frozen=True)
class Judged:
    """What becomes of arrivals. `known`: files that were announced before, by id; `faults`: why some cannot be filed,
    by their place among the arrivals; `accepted`: what is to be written, by id.
    """

    known: dict[str, Known]
    faults: dict[int, FieldappError]
    accepted: dict[str, Arrival]


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
        "owners": [announced.id, announced.owner_id],
        "devices": [device_id] if device_id else [],
        "token_hashes": [sign_in] if sign_in else [],
        "idle_since": batch_lookup.idle_since(now()),
    }
    held = batch_lookup.ask(db.session.connection(), _BEGUN, asked)
    if not batch_lookup.is_signed_in(held, author_id, announced.owner_kind, sign_in):
        raise SignInNeeded
    if batch_lookup.is_revoked(held, device_id):
        raise NotAllowed(SHUT_OUT)
    known = next((Known(**row) for row in held.rows[KNOWN.name]), None)
    fault = fault_of(known, author_id, announced) or _erased(held, announced)
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
        judged = judge_together(held, arrivals)
        counts = counted(connection, held, [(one.author_id, one.announced) for one in judged.accepted.values()])
        given = earlier_receipts(connection, judged)
        if judged.accepted:
            with sent_together(session, with_commit=True):
                write(connection, judged, at)
                write_counts(connection, counts)
                filings = [to_receipt(one, at) for one in judged.accepted.values()]
                given |= {one.subject_id: one for one in receipts.issue_many(filings, after=held.chain_end)}
        return outcomes(judged, arrivals, given)


def _look_up_together(connection: Connection, arrivals: Sequence[Arrival]) -> Held:
    files = [arrival.announced for arrival in arrivals]
    ids, owners = {one.id for one in files}, {one.owner_id for one in files}
    asked = {"ids": list(ids), "owners": list(ids | owners)}
    return batch_lookup.ask(connection, (*_TOGETHER, bearers.part(), *heads_of(files)), asked)


def judge_together(held: Held, arrivals: Sequence[Arrival]) -> Judged:
    """What becomes of arrivals, given what is held of them. Of two for one id the second is judged by the first. Pure.

    `held` has the rows of KNOWN, and who bears which id.
    """
    known = {row["id"]: Known(**row) for row in held.rows[KNOWN.name]}
    after, faults, accepted = dict(known), dict[int, FieldappError](), dict[str, Arrival]()
    for place, arrival in enumerate(arrivals):
        announced = arrival.announced
        row = after.get(announced.id)
        fault = (
            fault_of(row, arrival.author_id, announced)
            or _erased(held, announced)
            or _borne_by(held.bearer(announced.id, "evidence"))
        )
        if fault:
            faults[place] = fault
        elif row is None or not row.is_stored:
            accepted[announced.id] = arrival
            after[announced.id] = Known(
                announced.id, arrival.author_id, announced.sha256, announced.length_bytes, "stored"
            )
    return Judged(known, faults, accepted)


def write(connection: Connection, judged: Judged, at: datetime) -> None:
    """The rows of what was accepted. Reads nothing; in the caller's unit of work."""
    accepted = judged.accepted.values()
    new = [_row(one, at) for one in accepted if one.announced.id not in judged.known]
    insert_rows(connection, Evidence.__table__, new)
    for one in accepted:
        if one.announced.id in judged.known:
            row = _row(one, at)
            finished = {f"new_{name}": row[name] for name in _FINISHED}
            connection.execute(_FINISH, {"finished_id": one.announced.id, **finished})


def earlier_receipts(connection: Connection, judged: Judged) -> dict[str, Receipt]:
    """The receipts of files that had arrived before, by id; outside the session, for they go to other threads."""
    before = [one for one in judged.known if one not in judged.accepted]
    if not before:
        return {}
    return {row.subject_id: Receipt(**row._mapping) for row in connection.execute(_RECEIPTS, {"ids": before})}


def to_receipt(arrival: Arrival, at: datetime) -> Filing:
    """What the receipt of an arrival is for."""
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


def outcomes(
    judged: Judged, arrivals: Sequence[Arrival], given: Mapping[str, Receipt]
) -> list[Receipt | FieldappError]:
    """What each of the arrivals that were judged is told, in order. `given`: every receipt, by id."""
    return [judged.faults.get(place) or given[one.announced.id] for place, one in enumerate(arrivals)]


def _row(arrival: Arrival, at: datetime) -> dict[str, Any]:
    sniffed = arrival.sniffed
    return {
        **vars(arrival.announced),
        "author_id": arrival.author_id,
        "state": "stored",
        "sniffed_type": sniffed.media_type,
        "width": sniffed.width,
        "height": sniffed.height,
        "of_sha256": sniffed.of_sha256,
        "created_at": at,
        "stored_at": at,
    }


def fault_of(row: Evidence | Known | None, author_id: str, announced: Announced) -> FieldappError | None:
    """Why `announced` cannot be `row`: NotFound when it is somebody else's, Erased when it was erased by law, Conflict
    when it has another content.
    """
    if row is None:
        return None
    if row.author_id != author_id:
        return NotFound("没有这个上传，或它不是您的。")
    if row.state == ERASED:
        return Erased(erased=row.id)
    if (row.sha256, row.length_bytes) != (announced.sha256, announced.length_bytes):
        return Conflict(
            "同一编号的文件此前已上传过另一内容，两份都未丢失；请把这个文件作为新文件重新添加。",
            stored_sha256=row.sha256,
        )
    return None


def _erased(held: Held, announced: Announced) -> FieldappError | None:
    """Erased, when the file or the record that it belongs to was erased by law. `held` has the rows of GONE, if any."""
    gone = {row["id"] for row in held.rows.get(GONE.name, ())} & {announced.id, announced.owner_id}
    return Erased(erased=min(gone)) if gone else None


def _borne_by(name: str | None) -> FieldappError | None:
    """Why an id that `name` bears already (a kind, or what `bearers` knows) cannot be a file's."""
    if name is None:
        return None
    words = "编号已经用于另一样内容（{}），未上传，原件仍在本机；请把这个文件作为新文件重新添加。"
    return Conflict(words.format(kinds.words_of(name)))


def _borne_by_others(session: Session, evidence_id: str) -> FieldappError | None:
    found = bearers.bearers_of(session.connection(), [evidence_id], but=("evidence",))
    return _borne_by(found.get(evidence_id))
