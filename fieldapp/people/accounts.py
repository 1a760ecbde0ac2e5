"""Accounts: made, changed, shut and opened by administrators. Nobody is ever deleted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from fieldapp import ids
from fieldapp.access import ROLES
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import Fault, NotAllowed, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.folding import folded
from fieldapp.people import names, operations, passwords, rules
from fieldapp.people.models import MEMBER_ORIGINS, Organisation, User


@dataclass(frozen=True)
class Account:
    """What an administrator decides about a person. `origin`: MEMBER_ORIGINS, none for liaisons and pure admins."""

    username: str
    name: str
    role: str
    organisation_id: str
    origin: str | None = None
    locality_id: str | None = None


def create_user(actor: User | None, account: Account, *, password: str, must_change: bool = True) -> User:
    """A new user who can sign in with `password` and, unless told otherwise, must change it then.

    Raises Refused with every field that is wrong. `actor` none: the shell.
    """
    require_admin(actor)
    faults = [Fault("/password", fault) for fault in passwords.faults_of(password, username=account.username)]
    if faults:
        raise Refused("密码不符合要求，没有建立账号。", faults=faults)
    return add_user(actor, account, hashed=passwords.hash_password(password), must_change=must_change)


def add_user(actor: User | None, account: Account, *, hashed: str, must_change: bool) -> User:
    """A new user with a password hash made before. Raises Refused as `create_user`."""
    with unit_of_work() as session:
        faults = account_faults(account)
        if faults:
            raise Refused("账号信息有误，没有保存。", faults=faults)
        at = now()
        user = User(
            id=ids.mint(),
            username=account.username,
            name=account.name,
            role=account.role,
            origin=account.origin,
            organisation_id=account.organisation_id,
            locality_id=account.locality_id,
            password_hash=hashed,
            password_changed_at=at,
            must_change_password=must_change,
            created_at=at,
        )
        session.add(user)
        session.flush()
        record(
            "user.created",
            actor_id=actor.id if actor else None,
            subject_kind="user",
            subject_id=user.id,
            at=at,
            role=user.role,
            organisation=user.organisation_id,
        )
        return user


def change_user(actor: User, user_id: str, account: Account) -> User:
    """The user with the new name, role, organisation, origin and reach; the user name stays.

    A changed role ends the user's sign-ins, so that nothing goes on under the old one.
    Raises Refused with every wrong field; NotAllowed when the last administrator would be lost.
    """
    require_admin(actor)
    with unit_of_work() as session:
        user = _writable(user_id)
        faults = account_faults(account, of=user)
        if faults:
            raise Refused("账号信息有误，没有保存。", faults=faults)
        if user.role == "admin" and account.role != "admin":
            _keep_one_admin(user)
        has_new_role = user.role != account.role
        user.name, user.role, user.origin = account.name, account.role, account.origin
        user.organisation_id, user.locality_id = account.organisation_id, account.locality_id
        session.flush()
        session.refresh(user)
        record(
            "user.changed",
            actor_id=actor.id,
            subject_kind="user",
            subject_id=user.id,
            at=now(),
            role=user.role,
            organisation=user.organisation_id,
            locality=user.locality_id,
        )
        if has_new_role:
            operations.end_all_sign_ins(actor, user.id)
        return user


def disable_user(actor: User | None, user_id: str, *, reason: str) -> User:
    """Shuts an account, with the reason that is kept beside it, and ends its sign-ins. What it recorded stays.

    Raises Refused without a reason; NotAllowed for oneself or the last administrator.
    """
    require_admin(actor)
    if not reason.strip():
        raise Refused("停用须写明原因。", faults=[Fault("/reason", "请写明原因。")])
    with unit_of_work() as session:
        user = _writable(user_id)
        if actor and actor.id == user.id:
            raise NotAllowed("不能停用自己的账号。")
        if not user.is_active:
            return user
        _keep_one_admin(user)
        user.disabled_at, user.disabled_reason = now(), reason.strip()[:200]
        session.flush()
        record(
            "user.disabled",
            actor_id=actor.id if actor else None,
            subject_kind="user",
            subject_id=user.id,
            at=user.disabled_at,
            reason_digest=reason_digest(user.disabled_reason),
        )
        operations.end_all_sign_ins(actor, user.id)
        return user


def enable_user(actor: User | None, user_id: str) -> User:
    """Opens a shut account again; the password is as it was."""
    require_admin(actor)
    with unit_of_work() as session:
        user = _writable(user_id)
        if not user.is_active:
            user.disabled_at = user.disabled_reason = None
            session.flush()
            record(
                "user.enabled",
                actor_id=actor.id if actor else None,
                subject_kind="user",
                subject_id=user.id,
                at=now(),
            )
        return user


def reset_password(actor: User | None, user_id: str, *, password: str | None = None) -> str:
    """A password for one sign-in, after which the user must choose another; ends all sign-ins of the user.

    Invented unless given. Raises Refused when a given one is too weak.
    """
    require_admin(actor)
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    chosen = password or passwords.invent(username=user.username)
    hashed = operations.acceptable_hash(user, chosen)
    with unit_of_work():
        operations.replace_password(user_id, hashed, actor_id=actor.id if actor else None, must_change=True)
        operations.end_all_sign_ins(actor, user_id)
    return chosen


def account_faults(account: Account, *, of: User | None = None) -> list[Fault]:
    """Every field of `account` that is wrong, as JSON pointers; `of`: the user whose account it replaces."""
    faults = []
    if of is None:
        faults += [Fault("/username", fault) for fault in rules.username_faults(account.username)]
    if of is None and _is_taken(account.username):
        faults.append(Fault("/username", "账号已被使用。"))
    if of is not None and of.username != account.username:
        faults.append(Fault("/username", "账号建立后不能更改。"))
    if names.is_blank(account.name):
        faults.append(Fault("/name", "请填写姓名。"))
    if account.origin and account.origin not in MEMBER_ORIGINS:
        faults.append(Fault("/origin", "没有这种组成来源。"))
    locality = db.session.get(Organisation, account.locality_id) if account.locality_id else None
    if account.locality_id and (locality is None or locality.kind != "locality"):
        faults.append(Fault("/locality_id", "没有这个区镇。"))
    return faults + _role_faults(account)


def require_admin(actor: User | None) -> None:
    """Raises NotAllowed unless an administrator, or the shell (none), acts."""
    if actor is not None and (actor.role != "admin" or not actor.is_active):
        raise NotAllowed


def reason_digest(reason: str) -> str:
    """What the chain keeps of a reason written by hand: SHA-256 in hex, so that a later change of it shows."""
    return hashlib.sha256(reason.encode()).hexdigest()


def active_admins() -> Sequence[User]:
    """The administrators who can sign in."""
    return db.session.scalars(select(User).where(User.role == "admin", User.disabled_at.is_(None))).all()


def _role_faults(account: Account) -> list[Fault]:
    if account.role not in ROLES:
        return [Fault("/role", "没有这种角色。")]
    organisation = db.session.get(Organisation, account.organisation_id) if account.organisation_id else None
    if organisation is None:
        return [Fault("/organisation_id", "没有这个机构。")]
    found = rules.role_faults(role=account.role, organisation_kind=organisation.kind, origin=account.origin)
    wrong_origin = rules.origin_faults(organisation_kind=organisation.kind, origin=account.origin)
    return [Fault("/role", fault) for fault in found] or [Fault("/origin", fault) for fault in wrong_origin]


def _is_taken(username: str) -> bool:
    # A stored user name is its own folded form: rules.username_faults lets nothing in that folding would change.
    query = select(func.count()).select_from(User).where(User.username == folded(username))
    return bool(db.session.scalar(query))


def _writable(user_id: str) -> User:
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None:
        raise NotFound
    return user


def _keep_one_admin(user: User) -> None:
    if user.role == "admin" and [admin.id for admin in active_admins()] == [user.id]:
        raise NotAllowed("这是最后一个可用的管理员账号，不能停用或改变角色。")
