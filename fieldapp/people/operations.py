"""Signing in and out, and one's own password."""

import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update

from fieldapp import ids
from fieldapp.access import may
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import Fault, FieldappError, NotAllowed, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.folding import folded
from fieldapp.people import bounds, lockout, passwords
from fieldapp.people.models import PastPassword, SignIn, User
from fieldapp.people.rules import token_hash

LAST_SEEN_STEP = timedelta(minutes=5)


class WrongPair(FieldappError):  # noqa: N818 named like its siblings in errors.py
    """No such user name with this password. Says nothing about which of the two was wrong."""

    status, kind, title = 401, "wrong-password", "账号或密码不正确。"


def sign_in(
    username: str, password: str, *, address: str, browser: str, device_id: str | None = None
) -> tuple[User, str]:
    """The user and a fresh random token for the session cookie.

    `address`: the sender's IP address; only a keyed hash of its network is kept. `device_id`: a phone that this user
    has signed in on before is let through a flood of failures from elsewhere.
    Raises WrongPair, TooMany when locked out, NotAllowed for a disabled user who gave the right password.
    """
    attempt = lockout.count_attempt(folded(username), address=address, device_id=device_id)
    user = attempt.user
    password = passwords.spelled(password, user.password_hash if user else None) or ""
    if not password or user is None:
        lockout.keep_failure(attempt, "password")
        raise WrongPair
    if password == passwords.DEMO_PASSWORD and not current_app.config["SETTINGS"].demo:
        lockout.keep_failure(attempt, "demo")
        raise WrongPair("演示密码在正式环境中无效，请联系管理员重置密码。")
    if not user.is_active:
        lockout.keep_failure(attempt, "disabled")
        raise NotAllowed("账号已停用，不能登录。本机未上传的记录都在，请联系管理员。")
    renewed = passwords.hash_password(password) if passwords.is_outdated(user.password_hash) else None
    with unit_of_work() as session:
        lockout.take_back(attempt)
        if renewed:
            session.execute(update(User).where(User.id == user.id).values(password_hash=renewed))
        return user, _open(user, browser=browser, device_id=device_id)


def sign_out(token: str) -> None:
    """Ends the sign-in behind `token`; one that has ended or never was is no error."""
    with unit_of_work() as session:
        row = session.get(SignIn, token_hash(token), populate_existing=True)
        if row and row.ended_at is None:
            _end(row, actor_id=row.user_id)


def end_sign_in(actor: User, sign_in_id: str) -> None:
    """Ends one sign-in from elsewhere: one's own, or anybody's for an admin. Raises NotFound otherwise."""
    with unit_of_work() as session:
        row = session.scalar(select(SignIn).where(SignIn.id == sign_in_id).execution_options(populate_existing=True))
        if row is None or (row.user_id != actor.id and not may(actor, "accounts.shut")):
            raise NotFound
        if row.user_id != actor.id:
            bounds.require_within(actor, user_id=row.user_id)
        if row.ended_at is None:
            _end(row, actor_id=actor.id)


def end_all_sign_ins(
    actor: User | None, user_id: str, *, keep_token: str | None = None, device_id: str | None = None
) -> int:
    """Ends the sign-ins of a user, but the one behind `keep_token`; says how many. `device_id`: those on it only.

    Only one's own, or anybody's for an admin or the shell (`actor` none). Raises NotFound otherwise.
    """
    if actor is not None and actor.id != user_id and not may(actor, "accounts.shut"):
        raise NotFound
    with unit_of_work() as session:
        query = select(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        if keep_token:
            query = query.where(SignIn.token_hash != token_hash(keep_token))
        if device_id:
            query = query.where(SignIn.device_id == device_id)
        rows = session.scalars(query.execution_options(populate_existing=True)).all()
        for row in rows:
            _end(row, actor_id=actor.id if actor else None)
        return len(rows)


def change_password(user: User, old: str, new: str) -> None:
    """Gives `user` a new password and ends their other sign-ins; the one that `user` was loaded by stays.

    Raises Refused with what is wrong with either password.
    """
    if passwords.spelled(old, user.password_hash) is None:
        raise Refused("原密码不正确，密码没有改变。", faults=[Fault("/old", "原密码不正确。")])
    hashed = acceptable_hash(user, new)
    with unit_of_work():
        replace_password(user.id, hashed, actor_id=user.id, must_change=False)
        end_all_sign_ins(user, user.id, keep_token=user.sign_in_token or None)


def acceptable_hash(user: User, new: str) -> str:
    """The hash of a new password for `user`. Raises Refused when it is too weak or one of the last five.

    Slow on purpose (up to six hashes), so it is called before the unit of work, not in it.
    """
    faults = passwords.faults_of(new, username=user.username) or _reuse_faults(user, new)
    if faults:
        raise Refused("新密码不符合要求，密码没有改变。", faults=[Fault("/new", fault) for fault in faults])
    return passwords.hash_password(new)


def replace_password(user_id: str, hashed: str, *, actor_id: str | None, must_change: bool) -> None:
    """Puts `hashed` in the place of the user's password, which may not come back soon."""
    with unit_of_work() as session:
        user = session.get(User, user_id, populate_existing=True)
        if user is None:
            raise NotFound
        at = now()
        session.add(PastPassword(id=ids.mint(), user_id=user.id, password_hash=user.password_hash, replaced_at=at))
        user.password_hash, user.password_changed_at, user.must_change_password = hashed, at, must_change
        session.flush()
        record(
            "user.password_changed",
            actor_id=actor_id,
            subject_kind="user",
            subject_id=user.id,
            at=at,
            must_change=must_change,
        )


def note_seen(token: str, at: datetime) -> None:
    """Writes that a sign-in is in use; at most once every five minutes, so most requests write nothing."""
    with unit_of_work() as session:
        session.execute(
            update(SignIn)
            .where(SignIn.token_hash == token_hash(token), SignIn.last_seen_at < at - LAST_SEEN_STEP)
            .values(last_seen_at=at)
        )


def _open(user: User, *, browser: str, device_id: str | None) -> str:
    token = secrets.token_urlsafe(32)
    at = now()
    row = SignIn(
        token_hash=token_hash(token),
        id=ids.mint(),
        user_id=user.id,
        device_id=device_id,
        browser=browser[:200],
        created_at=at,
        last_seen_at=at,
    )
    db.session.add(row)
    db.session.flush()
    record("sign_in.succeeded", actor_id=user.id, subject_kind="user", subject_id=user.id, at=at, sign_in=row.id)
    user.sign_in_token = token
    return token


def _end(row: SignIn, *, actor_id: str | None) -> None:
    row.ended_at = now()
    db.session.flush()
    record(
        "sign_in.ended",
        actor_id=actor_id,
        subject_kind="user",
        subject_id=row.user_id,
        at=row.ended_at,
        sign_in=row.id,
    )


def _reuse_faults(user: User, new: str) -> list[str]:
    past = db.session.scalars(
        select(PastPassword.password_hash)
        .where(PastPassword.user_id == user.id)
        .order_by(PastPassword.replaced_at.desc())
        .limit(passwords.REMEMBERED_PASSWORDS - 1)
    ).all()
    used = any(passwords.matches(new, kept) for kept in (user.password_hash, *past))
    return [f"不能与最近 {passwords.REMEMBERED_PASSWORDS} 次用过的密码相同。"] if used else []
