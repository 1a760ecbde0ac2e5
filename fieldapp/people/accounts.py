"""Accounts: made, changed, shut and opened by administrators. Nobody is ever deleted.

Who a person is, the system's administrator writes; what the person may do and see, the security's administrator does
(三员分离, GB/T 22239-2019 8.1.5): access.ACTS says so act by act.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from fieldapp import ids
from fieldapp.access import ADMINISTRATORS, ROLES, forbidden_together, ordered, require
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import Fault, NotAllowed, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.folding import folded
from fieldapp.people import bounds, names, operations, passwords, rules
from fieldapp.people.models import MEMBER_ORIGINS, Organisation, User, holds

GRANTED_BY = "角色和查看范围由安全管理员授予。"


@dataclass(frozen=True)
class Account:
    """What administrators decide about a person. `roles`: of access.ROLES; none until somebody grants them.

    `origin`: MEMBER_ORIGINS, none for liaisons and pure administrators.
    """

    username: str
    name: str
    roles: Collection[str]
    organisation_id: str
    origin: str | None = None
    locality_id: str | None = None


def create_user(actor: User | None, account: Account, *, password: str, must_change: bool = True) -> User:
    """A new user who can sign in with `password` and, unless told otherwise, must change it then.

    Raises Refused with every field that is wrong, NotAllowed for roles or a reach from whoever may not grant them.
    `actor` none: the shell.
    """
    require(actor, "accounts.edit")
    faults = [Fault("/password", fault) for fault in passwords.faults_of(password, username=account.username)]
    if faults:
        raise Refused("密码不符合要求，没有建立账号。", faults=faults)
    return add_user(actor, account, hashed=passwords.hash_password(password), must_change=must_change)


def add_user(actor: User | None, account: Account, *, hashed: str, must_change: bool) -> User:
    """A new user with a password hash made before. Raises as `create_user`."""
    if account.roles or account.locality_id:
        require(actor, "accounts.grant", GRANTED_BY)
    with unit_of_work() as session:
        faults = [*account_faults(account), *bounds.account_faults(actor, account)]
        if faults:
            raise Refused("账号信息有误，没有保存。", faults=faults)
        at = now()
        user = User(
            id=ids.mint(),
            username=account.username,
            name=account.name,
            roles=frozenset(account.roles),
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
            roles=list(ordered(user.roles)),
            organisation=user.organisation_id,
        )
        return user


def change_user(actor: User, user_id: str, account: Account) -> User:
    """The user with the new name, roles, organisation, origin and reach; the user name stays.

    Changed roles end the user's sign-ins, so that nothing goes on under the old ones.
    Raises Refused with every wrong field, and for one's own roles or reach; NotAllowed for what the actor's role does
    not change, and when the last administrator of a kind would be lost.
    """
    with unit_of_work() as session:
        user = _writable(actor, user_id)
        _require_changer(actor, user, account)
        faults = [*account_faults(account, of=user), *bounds.account_faults(actor, account)]
        if faults:
            raise Refused("账号信息有误，没有保存。", faults=faults)
        lost = user.roles - frozenset(account.roles)
        _keep_one_of(user, lost)
        has_new_roles = user.roles != frozenset(account.roles)
        user.name, user.roles, user.origin = account.name, frozenset(account.roles), account.origin
        user.organisation_id, user.locality_id = account.organisation_id, account.locality_id
        session.flush()
        session.refresh(user)
        record(
            "user.changed",
            actor_id=actor.id,
            subject_kind="user",
            subject_id=user.id,
            at=now(),
            roles=list(ordered(user.roles)),
            organisation=user.organisation_id,
            locality=user.locality_id,
        )
        if has_new_roles:
            operations.end_all_sign_ins(actor, user.id)
        return user


def disable_user(actor: User | None, user_id: str, *, reason: str) -> User:
    """Shuts an account, with the reason that is kept beside it, and ends its sign-ins. What it recorded stays.

    Raises Refused without a reason; NotAllowed for oneself or the last administrator of a kind.
    """
    require(actor, "accounts.shut")
    if not reason.strip():
        raise Refused("停用须写明原因。", faults=[Fault("/reason", "请写明原因。")])
    with unit_of_work() as session:
        user = _writable(actor, user_id)
        if actor and actor.id == user.id:
            raise NotAllowed("不能停用自己的账号。")
        if not user.is_active:
            return user
        _keep_one_of(user, user.roles)
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
    require(actor, "accounts.edit")
    with unit_of_work() as session:
        user = _writable(actor, user_id)
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
    require(actor, "accounts.unlock")
    bounds.require_within(actor, user_id=user_id)
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
    if account.locality_id and "auditor" in account.roles:
        faults.append(Fault("/locality_id", "审计员看全市的审计，查看范围不能是一个区镇。"))
    return faults + _role_faults(account) + _separation_faults(account, of=of)


def require_admin(actor: User | None) -> None:
    """Raises NotAllowed unless an administrator of the system, or the shell (none), acts on the registers."""
    require(actor, "registers.edit")


def reason_digest(reason: str) -> str:
    """What the chain keeps of a reason written by hand: SHA-256 in hex, so that a later change of it shows."""
    return hashlib.sha256(reason.encode()).hexdigest()


def unseparated() -> list[User]:
    """The accounts in use that hold roles which 三员分离 forbids together, by user name."""
    found = db.session.scalars(
        select(User).where(holds(*ADMINISTRATORS), User.disabled_at.is_(None)).order_by(User.username)
    )
    return [user for user in found if forbidden_together(user.roles)]


def _require_changer(actor: User, user: User, account: Account) -> None:
    """Refuses a change of who somebody is, or of what they may do and see, to whoever may not make just that change."""
    require(actor, "accounts.read")
    identity = (user.name, user.origin, user.organisation_id) != (account.name, account.origin, account.organisation_id)
    granted = (user.roles, user.locality_id) != (frozenset(account.roles), account.locality_id)
    if identity:
        require(actor, "accounts.edit", "姓名、所属机构和组成来源由系统管理员维护。")
    if granted:
        require(actor, "accounts.grant", GRANTED_BY)
    if granted and actor.id == user.id:
        raise Refused(
            "账号信息没有保存。", faults=[Fault("/roles", "自己的角色和查看范围，要由另一位安全管理员修改。")]
        )


def _separation_faults(account: Account, *, of: User | None) -> list[Fault]:
    """The pairs of roles that 三员分离 forbids and this account does not hold already; none in a small county."""
    if current_app.config["SETTINGS"].separation != "required":
        return []
    held = forbidden_together(of.roles) if of else []
    new = [pair for pair in forbidden_together(account.roles) if pair not in held]
    return [Fault("/roles", f"三员分离：{ROLES[one]}和{ROLES[other]}不能由同一人担任。") for one, other in new]


def _role_faults(account: Account) -> list[Fault]:
    if not set(account.roles) <= set(ROLES):
        return [Fault("/roles", "没有这种角色。")]
    organisation = db.session.get(Organisation, account.organisation_id) if account.organisation_id else None
    if organisation is None:
        return [Fault("/organisation_id", "没有这个机构。")]
    found = rules.role_faults(roles=account.roles, organisation_kind=organisation.kind, origin=account.origin)
    wrong_origin = rules.origin_faults(organisation_kind=organisation.kind, origin=account.origin)
    return [Fault("/roles", fault) for fault in found] or [Fault("/origin", fault) for fault in wrong_origin]


def _is_taken(username: str) -> bool:
    # A stored user name is its own folded form: rules.username_faults lets nothing in that folding would change.
    query = select(func.count()).select_from(User).where(User.username == folded(username))
    return bool(db.session.scalar(query))


def _writable(actor: User | None, user_id: str) -> User:
    bounds.require_within(actor, user_id=user_id)
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None:
        raise NotFound
    return user


def _keep_one_of(user: User, roles: Iterable[str]) -> None:
    """Refuses to lose the last account in use of an administrator without whom nobody could be let in again."""
    for role in {"system", "security"}.intersection(roles):
        others = select(User.id).where(holds(role), User.disabled_at.is_(None), User.id != user.id).limit(1)
        if user.is_active and db.session.scalar(others) is None:
            raise NotAllowed(f"这是最后一个可用的{ROLES[role]}账号，不能停用或改变角色。")
