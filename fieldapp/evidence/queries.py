"""Reading evidence. Whose it is, decides the record that it belongs to: the doors ask that room first."""

import logging
import mmap
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from fieldapp.errors import Erased, FieldappError, NotFound
from fieldapp.evidence import exif, layers
from fieldapp.evidence.layers import Mark
from fieldapp.evidence.models import Evidence, PhotoCheck
from fieldapp.evidence.store import storage
from fieldapp.extensions import db
from fieldapp.filing import kinds, receipts, records
from fieldapp.filing.erasures import ERASED
from fieldapp.filing.models import Receipt
from fieldapp.people.models import User

log = logging.getLogger(__name__)


class OriginalMissing(FieldappError):
    """The row is here, the file is not: somebody has taken it away, or a restore forgot it."""

    status, kind, title = 410, "original-missing", "服务器上的原件缺失，请立即联系管理员核查。"


def find(evidence_id: str) -> Evidence:
    """One evidence file, whoever's it is. Raises NotFound, Erased."""
    found = db.session.get(Evidence, evidence_id)
    if found is None:
        raise NotFound("没有这个文件，或您无权查看。")
    return _here(found)


def own(author: User, evidence_id: str) -> Evidence:
    """One evidence file of `author`. Raises NotFound for anybody else's, Erased."""
    found = db.session.get(Evidence, evidence_id)
    if found is None or found.author_id != author.id:
        raise NotFound("没有这个上传，请重新开始上传。")
    return _here(found)


def _here(evidence: Evidence) -> Evidence:
    if evidence.state == ERASED:
        raise Erased("这个文件已依法删除，只留编号、摘要和回执。", erased=evidence.id)
    return evidence


def named(evidence_ids: Iterable[str]) -> dict[str, Evidence]:
    """The evidence of these ids that is known, by id."""
    rows = db.session.scalars(select(Evidence).where(Evidence.id.in_(set(evidence_ids))))
    return {row.id: row for row in rows}


def of_owner(owner_kind: str, owner_id: str, *, author_id: str | None = None) -> list[Evidence]:
    """The stored evidence of one record, in the order of arrival, without what stands beside photos.

    `author_id`: the record's author; what anybody else has attached to its id is left out then.
    """
    query = select(Evidence).where(
        Evidence.owner_kind == owner_kind,
        Evidence.owner_id == owner_id,
        Evidence.state == "stored",
        Evidence.of_id.is_(None),
    )
    if author_id is not None:
        query = query.where(Evidence.author_id == author_id)
    return list(db.session.scalars(query.order_by(Evidence.stored_at, Evidence.id)))


def layers_of(owner_kind: str, owner_id: str, *, author_id: str) -> list[Evidence]:
    """What `author_id` has drawn over the photos of one record, oldest first: of each photo the last one stands.

    A layer over other bytes than the photo's is none.
    """
    layer, photo = Evidence, aliased(Evidence)
    return list(
        db.session.scalars(
            select(layer)
            .join(photo, (photo.id == layer.of_id) & (photo.sha256 == layer.of_sha256))
            .where(layer.owner_kind == owner_kind, layer.owner_id == owner_id, layer.author_id == author_id)
            .where(layer.source == "layer", layer.state == "stored", photo.author_id == author_id)
            .order_by(layer.stored_at, layer.id)
        )
    )


def copies_of(photo_ids: Iterable[str], *, author_id: str) -> dict[str, Evidence]:
    """The small copies that `author_id` has sent of photos, by the photo's id."""
    rows = db.session.scalars(
        select(Evidence)
        .where(Evidence.of_id.in_(set(photo_ids)), Evidence.source == "copy", Evidence.state == "stored")
        .where(Evidence.author_id == author_id)
        .order_by(Evidence.stored_at, Evidence.id)
    )
    return {str(row.of_id): row for row in rows}


def in_reach(viewer: User, evidence_id: str) -> tuple[Evidence, Any]:
    """One evidence file and the record that it belongs to (none as yet, when the file came first), if `viewer` may see
    it. Raises NotFound.

    Who may see a record sees the files of its author, and nothing that anybody else has hung onto its id.
    """
    evidence = find(evidence_id)
    try:
        record = records.find(kinds.of(evidence.owner_kind), viewer, evidence.owner_id)
    except NotFound:
        record = None
    if evidence.author_id != viewer.id and (record is None or record.author_id != evidence.author_id):
        raise NotFound("没有这个文件，或您无权查看。")
    return evidence, record


@dataclass(frozen=True)
class Standing:
    """How a photo stands: what is drawn over it now, and who has checked just that; none while nobody has."""

    layer: Evidence | None
    check: PhotoCheck | None

    @property
    def layer_id(self) -> str | None:
        return self.layer.id if self.layer else None


def standing_of(photo: Evidence) -> Standing:
    """How one photo stands. A layer over other bytes, or by somebody who is neither its author nor at the desk, is no
    layer of it; a check is of one picture, and lapses with the next layer.
    """
    over = select(Evidence).where(Evidence.of_id == photo.id, Evidence.of_sha256 == photo.sha256)
    is_its = or_(
        Evidence.source == "desk_layer", (Evidence.source == "layer") & (Evidence.author_id == photo.author_id)
    )
    stored = over.where(Evidence.state == "stored", is_its)
    layer = db.session.scalar(stored.order_by(Evidence.stored_at.desc(), Evidence.id.desc()).limit(1))
    check = db.session.scalar(
        select(PhotoCheck)
        .where(PhotoCheck.evidence_id == photo.id, PhotoCheck.layer_id == (layer.id if layer else None))
        .order_by(PhotoCheck.checked_at.desc())
        .limit(1)
    )
    return Standing(layer, check)


def marks_of(layer: Evidence) -> tuple[Mark, ...]:
    """What a layer draws. Raises OriginalMissing."""
    with open_original(layer) as file:
        return layers.parse(file.read()).marks


def newest_digest() -> str | None:
    """The SHA-256 of the original that was stored last; None before the first."""
    query = select(Evidence.sha256).where(Evidence.state == "stored").order_by(Evidence.stored_at.desc()).limit(1)
    return db.session.scalar(query)


def receipt_of(evidence_id: str) -> Receipt | None:
    """The receipt of an evidence file; None while it has not arrived."""
    return receipts.find(evidence_id, 1)


def open_original(evidence: Evidence) -> BinaryIO:
    """The original of `evidence`, opened for reading. Raises OriginalMissing."""
    try:
        return storage().open(evidence.sha256)
    except FileNotFoundError as error:
        log.error("original of evidence %s is missing", evidence.id)
        raise OriginalMissing from error


def exif_time(photo: Evidence) -> str | None:
    """When a photo was taken as it says itself, which nobody has verified; None when it does not, or is not here."""
    try:
        with storage().open(photo.sha256) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return exif.taken_at(content)
    except FileNotFoundError:
        return None


def verify_original(evidence: Evidence) -> bool:
    """Whether the bytes that lie in the store now are still those that arrived. Reads the whole file."""
    try:
        return storage().digest(evidence.sha256) == evidence.sha256
    except FileNotFoundError:
        return False


def intact(files: Iterable[Evidence]) -> frozenset[str]:
    """The ids of those of `files` whose bytes are still those that arrived. Each original is read once, whole."""
    by_digest: dict[str, list[Evidence]] = defaultdict(list)
    for one in files:
        by_digest[one.sha256].append(one)
    return frozenset(one.id for same in by_digest.values() if verify_original(same[0]) for one in same)
