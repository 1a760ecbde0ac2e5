"""What somebody had written into a desk form when their sign-in had ended: kept a day, given back to them alone."""

import json
from datetime import timedelta

from sqlalchemy import delete, select

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import KeptForm, User

KEPT = timedelta(hours=24)
MOST_OF_ONE_PERSON = 20
MOST_CHARACTERS = 200_000
Fields = list[tuple[str, str]]


def keep(user_id: str, fields: Fields) -> str | None:
    """The id under which the fields are kept for this user; none when there is no such user or it is too much.

    Only the newest of one person are kept, so that nobody fills the database with them.
    """
    if sum(len(name) + len(text) for name, text in fields) > MOST_CHARACTERS or db.session.get(User, user_id) is None:
        return None
    with unit_of_work() as session:
        at, kept_id = now(), ids.mint()
        older = select(KeptForm.id).where(KeptForm.user_id == user_id).order_by(KeptForm.at.desc())
        surplus = list(session.scalars(older.offset(MOST_OF_ONE_PERSON - 1)))
        session.execute(delete(KeptForm).where((KeptForm.at < at - KEPT) | KeptForm.id.in_(surplus)))
        session.add(KeptForm(id=kept_id, user_id=user_id, at=at, fields=json.dumps(fields, ensure_ascii=False)))
        return kept_id


def fields_of(user: User, kept_id: str) -> Fields | None:
    """What this user wrote; none for what is another's, gone, or too old."""
    found = db.session.get(KeptForm, kept_id)
    if found is None or found.user_id != user.id or found.at < now() - KEPT:
        return None
    return [(str(name), str(text)) for name, text in json.loads(found.fields)]


def forget(user: User, kept_id: str) -> None:
    """The user has sent it: nothing more to keep."""
    with unit_of_work() as session:
        session.execute(delete(KeptForm).where(KeptForm.id == kept_id, KeptForm.user_id == user.id))
