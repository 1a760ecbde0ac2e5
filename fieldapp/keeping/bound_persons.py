"""Whether each sealed person is still the one to whom its filing is bound: the commitment in the words says which."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import and_, select

from fieldapp.audit.models import AuditEntry
from fieldapp.extensions import db
from fieldapp.filing import bodies, kinds, sealing
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import Receipt, SealedPerson

_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class FaultOfPerson:
    """`sequence`: the place in the chain of the revision's filing; None when it has none."""

    sequence: int | None
    words: str


def faults_of_persons(receipts: Mapping[tuple[str, int], Receipt]) -> Iterator[FaultOfPerson]:
    """Every sealed person that was exchanged, taken away, added, or made unreadable without an entry of its erasure."""
    erased = _erased()
    for kind in kinds.every():
        if kind.person_field is None:
            continue
        for row in _rows(kind):
            if words := _fault(kind.person_field, row, erased):
                receipt = receipts.get((row.owner, row.revision))
                name = f"{kind.words} {row.owner} 第 {row.revision} 版的{kind.person_words}信息"
                yield FaultOfPerson(receipt and receipt.sequence, f"{name}{words}")


def _rows(kind: Kind) -> Iterator[Any]:
    table, person = kind.revision, SealedPerson.__table__.c
    its_own = and_(person.owner_id == kind.owner, person.revision == table.revision)
    wanted = select(
        kind.owner.label("owner"), table.revision.label("revision"), table.body.label("body"),
        person.owner_id.label("is_there"), person.sealed, person.key, person.erased_at,
    ).outerjoin(SealedPerson.__table__, its_own)  # fmt: skip
    yield from db.session.execute(bodies.with_keys(wanted, kind).execution_options(yield_per=_ROWS_AT_ONCE))


def _fault(field: str, row: Any, erased: set[tuple[str, int]]) -> str | None:
    body = _readable(bodies.opened(row.body, row.body_key))
    if body is None:  # erased as a whole, or named by the look at the words
        return None
    bound = body.get(field)
    if not isinstance(bound, dict):
        return "是后加的" if row.is_there else None
    if not row.is_there:
        return "已被删除"
    if row.key is None:
        return None if (row.owner, row.revision) in erased else "解不开，审计链里没有依法删除它的一条"
    person = sealing.unseal(row.sealed, row.key, current_app.config["SETTINGS"].instance)
    if person is None:
        return "解不开"
    return None if sealing.is_bound(person, bound) else "被换成了别人的"


def _readable(text: str | None) -> dict[str, Any] | None:
    try:
        body = json.loads(text or "null")
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _erased() -> set[tuple[str, int]]:
    """The revisions whose person the chain says was erased by law."""
    rows = db.session.execute(
        select(AuditEntry.subject_id, AuditEntry.details).where(AuditEntry.event == "person.erased")
    )
    return {(owner, json.loads(details)["revision"]) for owner, details in rows}
