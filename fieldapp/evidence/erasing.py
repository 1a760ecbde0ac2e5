"""Erasing by law: a record with its words, persons and files, or one file whose term has run out.

The rows are changed and the keys destroyed in one transaction; after it the bytes of the files leave the folder by
`sweep`, which the next night makes good where something stopped in between.
"""

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from fieldapp.clock import now
from fieldapp.errors import Fault, Refused
from fieldapp.evidence import uploads
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.store import storage
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import erasures
from fieldapp.filing.erasures import ERASED, GROUNDS
from fieldapp.filing.kinds import Kind
from fieldapp.people.models import User

Heard = Callable[[str, str, datetime], None]
_heard: list[Heard] = []


def on_erased(hear: Heard) -> Heard:
    """Has `hear` told (kind, id, moment) of each record that is erased, in the same unit of work."""
    _heard.append(hear)
    return hear


def erase_record(actor: User | None, kind: Kind, record_id: str, *, ground: str, reason: str) -> int:
    """Erases the words, persons and files of a record of a sealed kind; gives how many files went. Once more: nothing.

    The caller has decided that `actor` may (none: the shell, or the night). Raises Refused without a reason, or for a
    ground that is none. Source: 个人信息保护法 art. 47.
    """
    _refuse_unsaid(ground, reason)
    with unit_of_work() as session:
        record = session.get(kind.row, record_id, populate_existing=True)
        if record is None or record.state == ERASED:
            return 0
        at = now()
        files = session.scalars(_of_owner(kind.name, record.id)).all()
        erasures.note(
            kind=kind.name, subject_id=record.id, author_id=record.author_id, ground=ground, reason=reason, actor=actor,
            at=at, files=len(files),
        )  # fmt: skip
        erasures.erase_words(kind, record, at)
        _erase_rows(files, ground=ground, reason=reason, actor=actor, at=at)
        session.execute(delete(Evidence).where(Evidence.owner_id == record.id, Evidence.state == "uploading"))
        for hear in _heard:
            hear(kind.name, record.id, at)
    return len(files)


def erase_files(actor: User | None, files: Iterable[Evidence], *, ground: str, reason: str) -> int:
    """Erases originals and every copy of them; their ids, digests and receipts stay. Gives how many went.

    Raises Refused as `erase_record`.
    """
    _refuse_unsaid(ground, reason)
    wanted = {one.id for one in files}
    with unit_of_work() as session:
        living = select(Evidence).where(Evidence.id.in_(wanted), Evidence.state == "stored")
        found = session.scalars(living.execution_options(populate_existing=True)).all()
        _erase_rows(found, ground=ground, reason=reason, actor=actor, at=now())
    return len(found)


def sweep() -> int:
    """Takes the bytes of erased files out of the folder, with the copies made of them; gives how many originals went.

    What another record has stored too, byte for byte, stays. The caller holds no unit of work: an erasure that is
    undone must not have taken the files.
    """
    living = select(Evidence.sha256).where(Evidence.state != ERASED)
    gone = select(Evidence.sha256).where(Evidence.state == ERASED, Evidence.sha256.not_in(living)).distinct()
    swept = 0
    for digest in db.session.scalars(gone).all():
        if storage().exists(digest):
            storage().remove(digest)
            swept += 1
        shutil.rmtree(storage().views / digest[:2] / digest[2:4], ignore_errors=True)  # others are made again
    return swept


def _refuse_unsaid(ground: str, reason: str) -> None:
    if ground not in GROUNDS:
        raise Refused(faults=[Fault("/ground", "请选择删除的依据")])
    if not reason.strip():
        raise Refused(faults=[Fault("/reason", "请写明删除的理由")])


def _of_owner(kind: str, record_id: str) -> Any:
    return select(Evidence).where(
        Evidence.owner_kind == kind, Evidence.owner_id == record_id, Evidence.state == "stored"
    )


def _erase_rows(files: Iterable[Evidence], *, ground: str, reason: str, actor: User | None, at: datetime) -> None:
    for one in files:
        uploads.drop(storage().scratch, one.id)
        one.state, one.filename, one.declared_type = ERASED, "", ""
        one.taken_at = one.latitude = one.longitude = one.accuracy_m = None
        erasures.note(
            kind="evidence", subject_id=one.id, author_id=one.author_id,
            ground=ground, reason=reason, actor=actor, at=at,
        )  # fmt: skip
