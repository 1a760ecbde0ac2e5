"""Reading records of whatever kind: every list starts at what the user may see."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select

from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.filing import bodies
from fieldapp.filing.erasures import ERASED
from fieldapp.filing.kinds import Kind
from fieldapp.people.models import User

MINE_AT_MOST = 500  # of the author's own records, on the phone: more than anybody files in the days it looks back

_STANDING = frozenset(
    {"id", "visit_id", "checklist_version_id", "state", "head_revision", "number", "changed_at", "evidence_named",
     "evidence_arrived"}
)  # fmt: skip


def find(kind: Kind, user: User, record_id: str) -> Any:
    """One record in the user's reach. Raises NotFound otherwise."""
    found = db.session.scalar(kind.visible_to(user).where(kind.row.id == record_id))
    if found is None:
        raise NotFound(f"没有这份{kind.words}，或您无权查看。")
    return found


def find_by_number(kind: Kind, identity: str) -> Any:
    """The record with this id or, where its kind has numbers, this number; None for none. For the shell."""
    is_it = kind.row.id == identity
    return db.session.scalar(
        select(kind.row).where(is_it | (kind.row.number == identity) if kind.number_prefix else is_it)
    )


def mine_since(kind: Kind, user: User, since: datetime) -> list[Row[Any]]:
    """How the user's own records stand that were changed after `since` (the newest MINE_AT_MOST of them), and all that
    wait to be corrected whatever their age, newest first. Rows of the columns in _STANDING that the kind has: whole
    records would bring their visits, groups and people along.
    """
    table = kind.row.__table__
    standing = [column for column in table.c if column.name in _STANDING]
    mine = (
        select(*standing)
        .where(table.c.author_id == user.id, table.c.state != ERASED)
        .order_by(table.c.changed_at.desc(), table.c.id)
    )
    others = mine.where(table.c.state != "returned", table.c.changed_at >= since).limit(MINE_AT_MOST)
    returned = db.session.execute(mine.where(table.c.state == "returned")).all() if kind.is_reviewed else []
    return sorted([*returned, *db.session.execute(others)], key=lambda row: row.changed_at, reverse=True)


def revisions_of(kind: Kind, record_id: str) -> list[Any]:
    """Every revision, oldest first."""
    table = kind.revision
    query = select(table).where(kind.owner == record_id).order_by(table.revision)
    return list(db.session.scalars(query))


def revisions_for(kind: Kind, reader: User, record: Any) -> list[Any]:
    """The revisions that a reader of the record may read, oldest first: all for its author, for others those up to the
    last submitted one. What an author types after a return is nobody else's before it is submitted again.
    """
    revisions = revisions_of(kind, record.id)
    while reader.id != record.author_id and revisions and revisions[-1].state != "submitted":
        revisions.pop()
    return revisions


def places_of(kind: Kind, reader: User, record: Any) -> Mapping[str, str | None]:
    """The files that a record names, with the item of each: in its newest revision that the reader may read, as in
    `revisions_for`.
    """
    table = kind.revision.__table__
    query = bodies.with_keys(select(table.c.body), kind).where(kind.owner == record.id)
    if reader.id != record.author_id:
        query = query.where(table.c.state == "submitted")
    row = db.session.execute(query.order_by(table.c.revision.desc()).limit(1)).one_or_none()
    text = row and bodies.opened(row.body, row.body_key)
    return kind.places_of(json.loads(text)) if text else {}


def body_of(revision: Any) -> dict[str, Any]:
    """What was filed, with the person as a commitment only. Raises Erased."""
    owner_id = getattr(revision, revision.__tablename__.replace("_revision", "_id"))
    return json.loads(bodies.text_of(owner_id, revision.revision, revision.body))  # type: ignore[no-any-return]


def words_stand(kind: Kind, record_id: str, revision: int, digest: str) -> bool:
    """Whether the words of one revision that are kept today still give this digest; erased ones do not."""
    table = kind.revision.__table__.c
    kept = bodies.with_keys(select(table.body), kind).where(kind.owner == record_id, table.revision == revision)
    row = db.session.execute(kept).one_or_none()
    text = row and bodies.opened(row.body, row.body_key)
    return text is not None and sha256(text.encode()).hexdigest() == digest


def state_of(kind: Kind, record_id: str) -> str | None:
    """Where a record stands, for the public check: the state alone, asked by nobody in particular. None for no
    record.
    """
    return db.session.scalar(select(kind.row.state).where(kind.row.id == record_id))
