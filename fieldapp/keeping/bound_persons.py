"""Whether a sealed person is still the one to whom the words are bound: the commitment in the words says which."""

import json
from typing import Any

from flask import current_app
from sqlalchemy import and_, null, select

from fieldapp.audit import queries as audit
from fieldapp.audit.models import AuditEntry
from fieldapp.extensions import db
from fieldapp.filing import sealing
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import SealedPerson


def with_persons(query: Any, kind: Kind) -> Any:
    """`query` (a Select) over the revisions of a kind, with what `fault_of` needs: `person_of`, `sealed`, `key`."""
    if kind.person_field is None:
        return query.add_columns(null().label("person_of"), null().label("sealed"), null().label("key"))
    person = SealedPerson.__table__.c
    its_own = and_(person.owner_id == kind.owner, person.revision == kind.revision.__table__.c.revision)
    columns = (person.owner_id.label("person_of"), person.sealed, person.key)
    return query.add_columns(*columns).outerjoin(SealedPerson.__table__, its_own)


def fault_of(kind: Kind, text: str, row: Any, *, is_erased: bool) -> str | None:
    """What is wrong with the person of a revision whose words, `text`, are as they were filed; None for nothing.

    `row`: of a query `with_persons`. `is_erased`: the chain says that this person was erased by law.
    """
    if kind.person_field is None:
        return None
    bound = json.loads(text).get(kind.person_field)
    if not isinstance(bound, dict):
        return "是后加的" if row.person_of else None
    if not row.person_of:
        return "已被删除"
    if row.key is None:
        return None if is_erased else "解不开，审计链里没有依法删除它的一条"
    person = sealing.unseal(row.sealed, row.key, current_app.config["SETTINGS"].instance)
    if person is None:
        return "解不开"
    return None if sealing.commitment(person) == bound else "被换成了别人的"


def erased() -> set[tuple[str, int]]:
    """The revisions, as (owner, revision), whose person the chain says was erased by law."""
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "person.erased"))
    return {(entry.subject_id, audit.details_of(entry)["revision"]) for entry in entries}
