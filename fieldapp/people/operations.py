"""Signing in and out, and one's own password.

A sign-in counts as failed before its password is looked at, and that is taken back when it was right: many processes asked
at once allow no more guesses than one.
"""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from fieldapp import ids
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import Fault, FieldappError, NotAllowed, NotFound, Refused, TooMany
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import passwords, rules
from fieldapp.people.models import FailedSignIn, PastPassword, SignIn, User

LAST_SEEN_STEP = timedelta(minutes=5)


class WrongPair(FieldappError):
    """No such user name with this password. Says nothing about which of the two was wrong."""

    status, kind, title = 401, "wrong-password", "用户名或密码不正确。"


@dataclass(frozen=True)
class _Attempt:
    """One try. `account`: the user name when there is such a user, else a keyed hash (people type passwords there)."""

    id: str
    account: str
    network: str
    user: User | None
    at: datetime


def sign_in(username: str, password: str, *, address: str, browser: str, device_id: str | None = None) -> tuple[User, str]:
    """The user and a fresh random token for the session cookie.

    `address`: the sender's IP address; only a keyed hash of its network is kept. `device_id`: a phone that this user has
    signed in on before is let through a flood of failures from elsewhere.
    Raises WrongPair, TooMany when locked out, NotAllowed for a disabled user who gave the right password.
    """
    attempt = _count_attempt(username.strip().lower(), address, device_id)
    user = attempt.user
    is_right = passwords.matches(password, user.password_hash if user else None)
    if not is_right or user is None:
        _keep_failure(attempt, "password")
        raise WrongPair
    if password == passwords.DEMO_PASSWORD and not current_app.config["SETTINGS"].demo:
        _keep_failure(attempt, "demo")
        raise WrongPair("演示密码在正式环境中无效,请联系管理员重置密码。")
    if not user.is_active:
        _keep_failure(attempt, "disabled")
        raise NotAllowed("账号已停用,不能登录。本机未上传的记录都在,请联系管理员。")
    return user, _open(user, password, attempt, browser=browser, device_id=device_id)


def sign_out(token: str) -> None:
    """Ends the sign-in behind `token`; one that has ended or never was is no error."""
    with unit_of_work() as session:
        row = session.get(SignIn, token_hash(token))
        if row and row.ended_at is None:
            _end(row, actor_id=row.user_id)


def end_sign_in(actor: User, sign_in_id: str) -> None:
    """Ends one sign-in from elsewhere: one's own, or anybody's for an admin. Raises NotFound otherwise."""
    with unit_of_work() as session:
        row = session.scalar(select(SignIn).where(SignIn.id == sign_in_id))
        if row is None or (row.user_id != actor.id and actor.role != "admin"):
            raise NotFound
        if row.ended_at is None:
            _end(row, actor_id=actor.id)


def end_all_sign_ins(actor: User, user: User, *, keep_token: str | None = None) -> int:
    """Ends every sign-in of `user` but the one behind `keep_token`; says how many there were."""
    if actor.id != user.id and actor.role != "admin":
        raise NotFound
    with unit_of_work() as session:
        kept = token_hash(keep_token) if keep_token else ""
        rows = session.scalars(select(SignIn).where(
            SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.token_hash != kept)).all()
        for row in rows:
            _end(row, actor_id=actor.id)
        return len(rows)


def change_password(user: User, old: str, new: str, *, keep_token: str | None = None) -> None:
    """Gives `user` a new password and ends the other sign-ins. Raises Refused with what is wrong with either password.

    Without `keep_token` the present sign-in (that the user was loaded by) stays.
    """
    if not passwords.matches(old, user.password_hash):
        raise Refused("原密码不正确,密码没有改变。", faults=[Fault("/old", "原密码不正确。")])
    with unit_of_work():
        set_password(user.id, new, actor_id=user.id, must_change=False)
        end_all_sign_ins(user, user, keep_token=keep_token or user.sign_in_token)


def set_password(user_id: str, new: str, *, actor_id: str | None, must_change: bool) -> None:
    """Replaces the password of a user. Raises Refused when it is too weak or one of the last five."""
    with unit_of_work() as session:
        user = session.get(User, user_id, populate_existing=True)
        if user is None:
            raise NotFound
        faults = passwords.faults_of(new, username=user.username) or _reuse_faults(session, user, new)
        if faults:
            raise Refused("新密码不符合要求,密码没有改变。", faults=[Fault("/new", fault) for fault in faults])
        at = now()
        session.add(PastPassword(id=ids.mint(), user_id=user.id, password_hash=user.password_hash, replaced_at=at))
        user.password_hash = passwords.hash_password(new)
        user.password_changed_at = at
        user.must_change_password = must_change
        session.flush()
        record("user.password_changed", actor_id=actor_id, subject_kind="user", subject_id=user.id, at=at,
               must_change=must_change)


def note_seen(token: str, at: datetime) -> None:
    """Writes that a sign-in is in use; at most once every five minutes, so most requests write nothing."""
    with unit_of_work() as session:
        session.execute(update(SignIn).where(SignIn.token_hash == token_hash(token),
                                             SignIn.last_seen_at < at - LAST_SEEN_STEP).values(last_seen_at=at))


def unlock(actor: User | None, username: str) -> int:
    """Forgets the failed sign-ins of an account, so that it can be tried again at once; says how many there were."""
    with unit_of_work() as session:
        user = session.scalar(select(User).where(User.username == username.strip().lower()))
        if user is None:
            raise NotFound("没有这个用户。")
        count = session.execute(delete(FailedSignIn).where(FailedSignIn.username == user.username)).rowcount
        record("user.unlocked", actor_id=actor.id if actor else None, subject_kind="user", subject_id=user.id, at=now(),
               failures=count)
        return count


def token_hash(token: str) -> str:
    """What is kept of a token. It is random, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _count_attempt(username: str, address: str, device_id: str | None) -> _Attempt:
    at, network = now(), _network_of(address)
    with unit_of_work() as session:
        user = session.scalar(select(User).where(User.username == username).execution_options(populate_existing=True))
        account = user.username if user else "?" + _keyed("account", username)[:40]
        if session.get_bind().dialect.name == "postgresql":  # two counts of one account must not overtake each other
            session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": account})
        until = _locked_until(session, account, network, at, is_known=_has_used(session, user, device_id))
        attempt = _Attempt(ids.mint(), account, network, user, at)
        if until is None:
            session.add(FailedSignIn(id=attempt.id, username=account, network=network, at=at))
    if until is not None:
        minutes = max(1, -int((at - until).total_seconds() // 60))
        raise TooMany(f"密码错误次数过多,已暂停登录,约 {minutes} 分钟后再试。本机记录不受影响。",
                      retry_after=max(1, int((until - at).total_seconds())))
    return attempt


def _locked_until(session: Session, account: str, network: str, at: datetime, *, is_known: bool) -> datetime | None:
    since_network, since_account = at - rules.NETWORK_WINDOW, at - rules.ACCOUNT_WINDOW
    of_account = session.execute(select(FailedSignIn.at, FailedSignIn.network).where(
        FailedSignIn.username == account, FailedSignIn.at > since_account)).all()
    of_network = session.scalars(select(FailedSignIn.at).where(
        FailedSignIn.network == network, FailedSignIn.at > since_network)).all()
    here = [row.at for row in of_account if row.network == network and row.at > since_network]
    locks = [
        rules.locked_until(here, limit=rules.FAILURES_PER_ACCOUNT_AND_NETWORK, window=rules.NETWORK_WINDOW),
        rules.locked_until(of_network, limit=rules.FAILURES_PER_NETWORK, window=rules.NETWORK_WINDOW),
    ]
    if not is_known:
        everywhere = [row.at for row in of_account]
        locks.append(rules.locked_until(everywhere, limit=rules.FAILURES_PER_ACCOUNT, window=rules.ACCOUNT_WINDOW))
    return max((lock for lock in locks if lock), default=None)


def _has_used(session: Session, user: User | None, device_id: str | None) -> bool:
    if user is None or not device_id:
        return False
    return session.scalar(select(SignIn.id).where(SignIn.user_id == user.id, SignIn.device_id == device_id).limit(1)) is not None


def _keep_failure(attempt: _Attempt, reason: str) -> None:
    """The attempt is already counted; the chain learns of it, and of the lock when this one brought it about."""
    with unit_of_work() as session:
        subject = attempt.user.id if attempt.user else "unknown"
        record("sign_in.failed", actor_id=None, subject_kind="user", subject_id=subject, at=attempt.at,
               network=attempt.network[:16], reason=reason)
        if _locked_until(session, attempt.account, attempt.network, attempt.at, is_known=True):
            record("sign_in.locked", actor_id=None, subject_kind="user", subject_id=subject, at=attempt.at,
                   network=attempt.network[:16])


def _open(user: User, password: str, attempt: _Attempt, *, browser: str, device_id: str | None) -> str:
    token = secrets.token_urlsafe(32)
    with unit_of_work() as session:
        session.execute(delete(FailedSignIn).where(FailedSignIn.username == attempt.account,
                                                   FailedSignIn.network == attempt.network))
        if passwords.is_outdated(user.password_hash):
            session.execute(update(User).where(User.id == user.id).values(password_hash=passwords.hash_password(password)))
        row = SignIn(token_hash=token_hash(token), id=ids.mint(), user_id=user.id, device_id=device_id,
                     browser=browser[:200], created_at=attempt.at, last_seen_at=attempt.at)
        session.add(row)
        session.flush()
        record("sign_in.succeeded", actor_id=user.id, subject_kind="user", subject_id=user.id, at=attempt.at, sign_in=row.id)
    user.sign_in_token = token
    return token


def _end(row: SignIn, *, actor_id: str) -> None:
    row.ended_at = now()
    db.session.flush()
    record("sign_in.ended", actor_id=actor_id, subject_kind="user", subject_id=row.user_id, at=row.ended_at, sign_in=row.id)


def _reuse_faults(session: Session, user: User, new: str) -> list[str]:
    past = session.scalars(select(PastPassword.password_hash).where(PastPassword.user_id == user.id)
                           .order_by(PastPassword.replaced_at.desc()).limit(passwords.REMEMBERED_PASSWORDS - 1)).all()
    used = any(passwords.matches(new, kept) for kept in (user.password_hash, *past))
    return [f"不能与最近 {passwords.REMEMBERED_PASSWORDS} 次用过的密码相同。"] if used else []


def _network_of(address: str) -> str:
    """A keyed hash of the sender's network: the address itself (IPv4), or its /64, which one subscriber holds (IPv6)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return _keyed("network", "unknown")
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is None and parsed.version == 6:
        parsed = ipaddress.ip_network((parsed, 64), strict=False).network_address
    return _keyed("network", str(mapped or parsed))


def _keyed(purpose: str, text_: str) -> str:
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.new(key, f"{purpose}:{text_}".encode(), hashlib.sha256).hexdigest()
