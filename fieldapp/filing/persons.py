"""Sealed persons: reading one, and the right to erasure."""

import json
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import bodies, kinds, sealing
from fieldapp.filing.models import SealedPerson
from fieldapp.people.accounts import reason_digest, require_admin
from fieldapp.people.models import User


def person_of(owner_id: str, revision: int) -> dict[str, Any] | None:
    """The sealed person of one revision; None when there was none, when it has been erased, and when it is not the one
    to whom the words are bound: another's name is never shown as this one's.
    """
    row = db.session.get(SealedPerson, (owner_id, revision))
    if row is None:
        return None
    person = sealing.unseal(row.sealed, row.key, current_app.config["SETTINGS"].instance)
    return person if person is not None and sealing.commitment(person) == _bound(row) else None


def _bound(row: SealedPerson) -> Any:
    """What stands for the person in the words; None where none are, or none that speak of anybody."""
    kind = kinds.find(row.owner_kind)
    words = db.session.get(kind.revision, (row.owner_id, row.revision)) if kind else None
    if kind is None or words is None or kind.person_field is None:
        return None
    return json.loads(bodies.text_of(row.owner_id, row.revision, words.body)).get(kind.person_field)


def erased_at(owner_id: str, revision: int) -> datetime | None:
    """When the sealed person of one revision was erased; None when there was none or it has not been."""
    row = db.session.get(SealedPerson, (owner_id, revision))
    return row.erased_at if row else None


def count_sealed(owner_id: str) -> int:
    """How many sealed copies of a record's person can still be read."""
    living = select(SealedPerson.revision).where(SealedPerson.owner_id == owner_id, SealedPerson.erased_at.is_(None))
    return len(db.session.scalars(living).all())


def erase(actor: User | None, owner_id: str, revision: int | None = None, *, reason: str) -> int:
    """Destroys the keys of a sealed person: the name can never be read again, the record and its digest still stand.

    Of one revision, or of all when none is named, by an administrator or the shell (none); gives how many lost their
    key now. Raises NotAllowed, NotFound when nobody was ever sealed there, Refused without a reason.
    Source: 个人信息保护法 art. 47.
    """
    require_admin(actor)
    if not reason.strip():
        raise Refused(faults=[Fault("/reason", "请写明删除的理由")])
    chosen = select(SealedPerson).where(SealedPerson.owner_id == owner_id).order_by(SealedPerson.revision)
    if revision is not None:
        chosen = chosen.where(SealedPerson.revision == revision)
    with unit_of_work() as session:
        people = session.scalars(chosen.execution_options(populate_existing=True)).all()
        if not people:
            raise NotFound("这里没有记过当事人或受访人的信息。")
        living = [person for person in people if person.erased_at is None]
        for person in living:
            person.key, person.sealed, person.erased_at = None, b"", now()
            audit.record(
                "person.erased", actor_id=actor.id if actor else None, subject_kind=person.owner_kind,
                subject_id=owner_id, at=person.erased_at, revision=person.revision,
                reason_digest=reason_digest(reason.strip()),
            )  # fmt: skip
    return len(living)
