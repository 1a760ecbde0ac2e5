"""Reading evidence. Whose it is, decides the record that it belongs to: the doors ask that room first."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import BinaryIO

from sqlalchemy import select

from fieldapp.errors import Erased, FieldappError, NotFound
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.store import storage
from fieldapp.extensions import db
from fieldapp.filing import receipts
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
    """The stored evidence of one record, in the order of arrival.

    `author_id`: the record's author; what anybody else has attached to its id is left out then.
    """
    query = select(Evidence).where(
        Evidence.owner_kind == owner_kind, Evidence.owner_id == owner_id, Evidence.state == "stored"
    )
    if author_id is not None:
        query = query.where(Evidence.author_id == author_id)
    return list(db.session.scalars(query.order_by(Evidence.stored_at, Evidence.id)))


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
