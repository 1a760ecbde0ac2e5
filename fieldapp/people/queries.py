"""Reads about people and organisations."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import String, bindparam, select, type_coerce
from sqlalchemy.orm import selectinload

from fieldapp.bulk import among
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.folding import folded, unmarked
from fieldapp.people import bounds
from fieldapp.people.models import (
    Certificate,
    ContactPoint,
    GroupMember,
    Organisation,
    SignIn,
    User,
    WorkingGroup,
    holds,
)
from fieldapp.people.rules import token_hash

Row = TypeVar("Row")

# Made once: every request of somebody signed in asks it.
_SIGN_IN = select(SignIn).where(SignIn.token_hash == bindparam("token_hash"))
_sign_in, _user = SignIn.__table__.c, User.__table__.c
# Of the sign-ins with these token hashes, those that count, with the user's roles between blanks: the same rule as in
# `user_of_token`, for a writer who asks of many at once in its own transaction.
WHO_MAY_FILE = (
    select(_sign_in.token_hash, _sign_in.user_id, type_coerce(_user.roles, String).label("roles"))
    .join_from(SignIn.__table__, User.__table__, _user.id == _sign_in.user_id)
    .where(
        among(_sign_in.token_hash, "token_hashes"),
        _sign_in.ended_at.is_(None),
        _sign_in.last_seen_at >= bindparam("idle_since"),
        _user.disabled_at.is_(None),
    )
)


def is_empty() -> bool:
    """Whether nobody and no organisation has been entered yet."""
    anything = select(User.id).limit(1), select(Organisation.id).limit(1)
    return all(db.session.scalar(query) is None for query in anything)


def find_user(user_id: str) -> User:
    """The user with this id. Raises NotFound."""
    return _found(db.session.get(User, user_id))


def find_by_username(username: str) -> User:
    """The user with this user name, whatever its case, width or unseen marks. Raises NotFound."""
    user: User | None = db.session.scalar(select(User).where(User.username == folded(username)))
    return _found(user)


def users(*roles: str, with_disabled: bool = False) -> Sequence[User]:
    """Everybody with one of `roles`, or everybody, by user name; who is disabled only when asked for."""
    query = select(User).order_by(User.username)
    if roles:
        query = query.where(holds(*roles))
    return db.session.scalars(query if with_disabled else query.where(User.disabled_at.is_(None))).all()


def user_of_token(token: str, *, at: datetime, hours: int) -> tuple[User, datetime] | None:
    """Who is signed in with `token`, and when they were last seen, in one query.

    None when the sign-in ended, was idle for `hours`, or its user is disabled.
    """
    row = db.session.scalar(_SIGN_IN, {"token_hash": token_hash(token)})
    if (
        row is None
        or row.ended_at is not None
        or row.last_seen_at < at - timedelta(hours=hours)
        or not row.user.is_active
    ):
        return None
    row.user.sign_in_token = token
    return row.user, row.last_seen_at


def sign_ins_of(user: User, *, with_ended: bool = False) -> Sequence[SignIn]:
    """The user's sign-ins, last seen first; those still open only, unless `with_ended` (then the last 50)."""
    query = select(SignIn).where(SignIn.user_id == user.id).order_by(SignIn.last_seen_at.desc()).limit(50)
    return db.session.scalars(query if with_ended else query.where(SignIn.ended_at.is_(None))).all()


def names_of(user_ids: Collection[str]) -> dict[str, str]:
    """The names of these users by id."""
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def labels_of(some_ids: Collection[str]) -> dict[str, str]:
    """What users, organisations and working groups with these ids are called; other ids are left out."""
    found = names_of(some_ids)
    for row_id, name in ((Organisation.id, Organisation.name), (WorkingGroup.id, WorkingGroup.name)):
        found |= {row[0]: row[1] for row in db.session.execute(select(row_id, name).where(row_id.in_(some_ids)))}
    return found


def groups_of(user: User) -> Sequence[WorkingGroup]:
    """The working groups that the user leads or belongs to, those not ended first."""
    member = select(GroupMember.group_id).where(GroupMember.user_id == user.id)
    return db.session.scalars(
        select(WorkingGroup)
        .where((WorkingGroup.lead_id == user.id) | WorkingGroup.id.in_(member))
        .order_by(WorkingGroup.ended_at.is_not(None), WorkingGroup.name)
    ).all()


def groups_with_members(group_ids: Collection[str]) -> dict[str, WorkingGroup]:
    """The working groups with these ids and, read at once, their people; by id."""
    query = select(WorkingGroup).where(WorkingGroup.id.in_(group_ids)).options(selectinload(WorkingGroup.members))
    return {group.id: group for group in db.session.scalars(query)}


def find_group(group_id: str) -> WorkingGroup:
    """The working group with this id. Raises NotFound."""
    return _found(db.session.get(WorkingGroup, group_id))


def find_organisation(organisation_id: str) -> Organisation:
    """The organisation with this id. Raises NotFound."""
    return _found(db.session.get(Organisation, organisation_id))


def organisations(*kinds: str, with_disabled: bool = False, within: str | None = None) -> Sequence[Organisation]:
    """Organisations of these kinds (of all when none is named) in the order of the register; `within`: of a 区镇."""
    query = (
        select(Organisation)
        .where(bounds.organisations_within(within))
        .order_by(Organisation.position, Organisation.name)
    )
    if kinds:
        query = query.where(Organisation.kind.in_(kinds))
    return db.session.scalars(query if with_disabled else query.where(Organisation.disabled_at.is_(None))).all()


def localities() -> Sequence[Organisation]:
    """The 区镇 in the order of the register."""
    return organisations("locality")


def names_of_localities() -> dict[str | None, str]:
    """The names of the 区镇 by id, as the end of what somebody may see; none is the whole county."""
    return {None: "全市", **{row.id: row.name for row in organisations("locality", with_disabled=True)}}


def agencies() -> Sequence[Organisation]:
    """The 行政执法机关 in the order of the register."""
    return organisations("agency")


def certificate_of(user: User) -> Certificate | None:
    """The user's certificate that counts, else the one that runs longest; none when there is none."""
    return db.session.scalar(
        select(Certificate)
        .where(Certificate.holder_id == user.id)
        .order_by(Certificate.state != "valid", Certificate.valid_until.desc())
        .limit(1)
    )


def certificates_of(user_id: str) -> Sequence[Certificate]:
    """Every certificate that was issued for this account, the one that runs longest first."""
    query = select(Certificate).where(Certificate.holder_id == user_id).order_by(Certificate.valid_until.desc())
    return db.session.scalars(query).all()


def certificate_kinds_on(user_ids: Collection[str], day: date) -> dict[str, set[str]]:
    """Of which kinds each of these users holds a certificate that is valid on `day`; an empty set for none."""
    valid = select(Certificate.holder_id, Certificate.kind).where(
        Certificate.holder_id.in_(user_ids), Certificate.state == "valid", Certificate.issued_on <= day,
        Certificate.valid_until >= day,
    )  # fmt: skip
    held: dict[str, set[str]] = {user_id: set() for user_id in user_ids}
    for row in db.session.execute(valid):
        held[row.holder_id].add(row.kind)
    return held


def certificate_by_code(verify_code: str) -> Certificate | None:
    """The certificate whose QR carries `verify_code`, however it was pasted; none when nobody issued such a one."""
    code = re.sub(r"[^A-Za-z0-9_-]", "", unmarked(verify_code))
    return db.session.scalar(select(Certificate).where(Certificate.verify_code == code)) if code else None


def is_holder_active(certificate: Certificate) -> bool:
    """Whether who holds it has an account that is not shut."""
    holder = db.session.get(User, certificate.holder_id) if certificate.holder_id else None
    return holder is not None and holder.is_active


def find_certificate(certificate_id: str) -> Certificate:
    """The certificate with this id. Raises NotFound."""
    return _found(db.session.get(Certificate, certificate_id))


def find_contact_point(contact_point_id: str) -> ContactPoint:
    """The contact point with this id. Raises NotFound."""
    return _found(db.session.get(ContactPoint, contact_point_id))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
