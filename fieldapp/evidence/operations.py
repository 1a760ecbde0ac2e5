"""Taking evidence in: begin an upload, go on with it, finish it; and what is noted when an original is looked at.

Bytes are written, hashed and fsynced before any transaction begins; the transaction then files what is already safe.
The record that names a file counts it in that same transaction.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select

from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Conflict, NotAllowed, Refused, TooLarge, Unavailable
from fieldapp.evidence import arrivals, layers, queries, rules, sniffing, uploads
from fieldapp.evidence.arrivals import Arrival
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.rules import Announced
from fieldapp.evidence.store import storage
from fieldapp.evidence.uploads import Checksum, Piece
from fieldapp.extensions import end_reads, unit_of_work
from fieldapp.filing import kinds
from fieldapp.filing.models import Receipt
from fieldapp.people.models import User

log = logging.getLogger(__name__)

_NOTHING: tuple[bytes, ...] = ()


class WrongOffset(Conflict):
    """The sender is not where the server is; `extra["offset"]`, in bytes, is. Source: tus 1.0.0, PATCH."""

    kind, title = "wrong-offset", "续传位置不一致，请从服务器已收到的位置继续。本机文件不受影响。"


class OverTheLimit(TooLarge):
    """`extra["limit_bytes"]` is what may come from such a source."""


@dataclass(frozen=True)
class Upload:
    """Where an upload stands. `receipt`: once it has arrived as a whole. `is_new`: this call has begun it."""

    id: str
    length_bytes: int
    offset_bytes: int
    receipt: Receipt | None = None
    is_new: bool = False


def begin_upload(
    author: User,
    announced: Announced,
    chunks: Iterable[bytes] = _NOTHING,
    *,
    checksum: Checksum | None = None,
    device_id: str | None = None,
    sign_in: str | None = None,
) -> Upload:
    """Begins the upload of one file, with its first bytes, which may be all of them.

    `device_id`, `sign_in`: the phone and the sign-in that it came with, as in `filing.wire.Filed`; both are asked for
    before a byte is read. Once more with the same id and digest: the same upload, as far as it is. Raises NotAllowed
    for who files nothing of that kind and for a revoked phone, SignInNeeded when the sign-in has ended, NotFound for
    somebody else's id, Conflict for another content under a known id, TooLarge, Refused when the file is not what it
    says or nothing that is taken, ChecksumMismatch.
    """
    if not author.is_active or kinds.of(announced.owner_kind).filers.isdisjoint(author.roles):
        raise NotAllowed  # also who was only remembered: to sign in again would not help them
    known = arrivals.look_up(author.id, announced, device_id=device_id, sign_in=sign_in)
    refuse_too_large(announced)
    if known is not None and known.is_stored:
        return Upload(known.id, known.length_bytes, known.length_bytes, queries.receipt_of(known.id))
    end_reads()
    with uploads.receive(storage().scratch, chunks, limit_bytes=announced.length_bytes, checksum=checksum) as piece:
        if piece.length_bytes == announced.length_bytes:
            receipt = _take_in(author, announced, piece)
            return Upload(announced.id, announced.length_bytes, announced.length_bytes, receipt, known is None)
        if known is None:
            arrivals.open_upload(author.id, announced)
        if piece.length_bytes:
            uploads.add_piece(storage().scratch, announced.id, piece, offset_bytes=0)
    upload = proceed(author, announced.id)
    return Upload(upload.id, upload.length_bytes, upload.offset_bytes, upload.receipt, known is None)


def append(
    author: User,
    evidence_id: str,
    chunks: Iterable[bytes],
    *,
    offset_bytes: int,
    checksum: Checksum | None = None,
) -> Upload:
    """Adds bytes at `offset_bytes`; with the last ones the file is taken in. What came before a broken line is kept.

    Raises NotFound, WrongOffset, TooLarge, ChecksumMismatch (nothing of the piece is kept), Refused as `begin_upload`.
    """
    row = queries.own(author, evidence_id)
    here = _offset(row)
    if offset_bytes != here or row.is_stored:
        if offset_bytes == here:
            return _standing(row)
        raise WrongOffset(offset=here)
    end_reads()
    scratch = storage().scratch
    with uploads.receive(scratch, chunks, limit_bytes=row.length_bytes - here, checksum=checksum) as piece:
        if here == 0 and piece.length_bytes == row.length_bytes:
            return Upload(row.id, row.length_bytes, row.length_bytes, _take_in(author, _announced(row), piece))
        if piece.length_bytes and not uploads.add_piece(scratch, row.id, piece, offset_bytes=here):
            raise WrongOffset(offset=_offset(row))
    return proceed(author, row.id)


def proceed(author: User, evidence_id: str) -> Upload:
    """Where an upload of `author` stands. All bytes here but not yet taken in (the server was stopped): taken in now.

    Raises NotFound, Refused.
    """
    row = queries.own(author, evidence_id)
    if row.is_stored or _offset(row) < row.length_bytes:
        return _standing(row)
    try:
        with uploads.assembled(storage().scratch, row.id) as whole:
            receipt = _take_in(author, _announced(row), whole)
    except FileNotFoundError as gone:  # another request has just taken it in, or it was given up
        raise Unavailable from gone
    return Upload(row.id, row.length_bytes, row.length_bytes, receipt)


def give_up(author: User, evidence_id: str) -> None:
    """Forgets an unfinished upload of `author`. Raises NotFound, NotAllowed for what has arrived: that stays."""
    row = queries.own(author, evidence_id)
    if row.is_stored:
        raise NotAllowed("已送达的原件不能删除。")
    _drop(row.id)


def note_original_viewed(viewer: User, evidence: Evidence) -> None:
    """Puts into the chain that `viewer` has taken the original of `evidence`."""
    with unit_of_work():
        audit.record(
            "evidence.original_viewed",
            actor_id=viewer.id,
            subject_kind="evidence",
            subject_id=evidence.id,
            at=now(),
            digest=evidence.sha256,
        )


def sweep_unfinished(at: datetime | None = None, *, is_rehearsal: bool = False) -> int:
    """Removes uploads that nobody has continued for rules.UNFINISHED_DAYS; gives how many. Phones keep the files.

    `at`: the moment from which the days are counted back, now when not given. `is_rehearsal`: only counts.
    """
    at, days = at or now(), timedelta(days=rules.UNFINISHED_DAYS)
    swept = uploads.sweep(
        storage().scratch, older_than_s=days.total_seconds(), now_s=at.timestamp(), is_rehearsal=is_rehearsal
    )
    if is_rehearsal:
        return swept
    with unit_of_work() as session:
        if swept:
            audit.record(
                "evidence.unfinished_swept", actor_id=None, subject_kind="evidence", subject_id="unfinished", at=now(),
                count=swept,
            )  # fmt: skip
        old = select(Evidence).where(Evidence.state == "uploading", Evidence.created_at < at - days)
        for row in session.scalars(old):
            if uploads.offset_bytes(storage().scratch, row.id) == 0:
                session.delete(row)
    return swept


def refuse_too_large(announced: Announced) -> None:
    """Raises OverTheLimit for what is larger than may come from its source."""
    settings = current_app.config["SETTINGS"]
    limit = rules.limit_bytes(
        announced.source, photo_limit_bytes=settings.photo_limit_bytes, file_limit_bytes=settings.file_limit_bytes
    )
    if announced.length_bytes > limit:
        raise OverTheLimit(
            rules.too_large_words(announced.source, length_bytes=announced.length_bytes, limit_bytes=limit),
            limit_bytes=limit,
        )


def _take_in(author: User, announced: Announced, whole: Piece) -> Receipt:
    """Proves the bytes, keeps them, files them. When they prove false, the upload is dropped: it may start anew."""
    try:
        sniffed = prove(announced, whole)
    except Refused:
        _drop(announced.id)
        raise
    storage().keep(whole.path, announced.sha256)
    receipt = arrivals.file(Arrival(author.id, announced, sniffed))
    uploads.drop(storage().scratch, announced.id)
    return receipt


def prove(announced: Announced, whole: Piece) -> sniffing.Sniffed:
    """What the bytes of a whole file are. Raises Refused when they are not what was said, or nothing that is taken.

    A picture that breaks off, or has more pixels than anybody opens, is kept all the same: the scene cannot be
    photographed again, and whether anything is to be seen in it is asked when somebody looks.
    """
    if whole.sha256 != announced.sha256:
        raise _refusal(announced, "digest")
    if announced.source.endswith("layer"):
        return _prove_layer(announced, whole)
    try:
        sniffed = sniffing.sniff(whole.path)
    except sniffing.NotEvidence as wrong:
        if wrong.media_type is None:
            raise _refusal(announced, wrong.reason) from wrong
        sniffed = sniffing.Sniffed(wrong.media_type)
    if (sniffed.media_type in sniffing.PICTURES) != (announced.source in rules.PICTURE_SOURCES):
        raise _refusal(announced, "type")
    return sniffed


def _prove_layer(announced: Announced, whole: Piece) -> sniffing.Sniffed:
    try:
        layer = layers.parse(whole.path.read_bytes())
    except layers.NotALayer as wrong:
        raise _refusal(announced, "layer") from wrong
    if layer.photo_id != announced.of_id:
        raise _refusal(announced, "layer")
    return sniffing.Sniffed(sniffing.LAYER_TYPE, of_sha256=layer.photo_sha256)


def _refusal(announced: Announced, reason: str) -> Refused:
    log.info("evidence %s refused: %s", announced.id, reason)
    return Refused(rules.refusal_words(reason, source=announced.source, filename=announced.filename), reason=reason)


def _drop(evidence_id: str) -> None:
    with unit_of_work() as session:
        session.execute(delete(Evidence).where(Evidence.id == evidence_id, Evidence.state == "uploading"))
    uploads.drop(storage().scratch, evidence_id)


def _standing(row: Evidence) -> Upload:
    receipt = queries.receipt_of(row.id) if row.is_stored else None
    return Upload(row.id, row.length_bytes, _offset(row), receipt)


def _offset(row: Evidence) -> int:
    return row.length_bytes if row.is_stored else uploads.offset_bytes(storage().scratch, row.id)


def _announced(row: Evidence) -> Announced:
    return Announced(**{name: getattr(row, name) for name in Announced.__dataclass_fields__})
