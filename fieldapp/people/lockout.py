"""Slowing down who guesses passwords, across all processes.

An attempt counts as failed before its password is looked at, and is taken back when it was right: many processes asked
at once allow no more guesses than one.
"""

import hashlib
import hmac
import ipaddress
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app
from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from fieldapp import ids
from fieldapp.access import require
from fieldapp.audit.models import AuditEntry
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import NotFound, TooMany
from fieldapp.extensions import unit_of_work
from fieldapp.folding import folded
from fieldapp.people import bounds, rules
from fieldapp.people.models import FailedSignIn, SignIn, User

IN_FLIGHT = timedelta(seconds=5)  # looking at a password takes a tenth of a second; on a busy server, some
_WAITS = 50
_LATEST_ENTRIES = 500  # of the chain: more than can be written in that time


@dataclass(frozen=True)
class Attempt:
    """One try. `account`: the user name when there is such a user, else a keyed hash (people type passwords there)."""

    id: str
    account: str
    network: str
    user: User | None
    at: datetime


def count_attempt(username: str, *, address: str, device_id: str | None) -> Attempt:
    """The attempt, counted as failed until `take_back`. Raises TooMany with the time to wait when locked out.

    Locked: 5 failures of one account from one network, or 50 from one network, in 15 minutes; 30 of one account from
    anywhere in an hour, but not for a device that its user has signed in on before. So nobody can lock another out of
    the phone in their hand. Where only attempts still being looked at make it locked (a whole group signs in behind one
    router), this one waits for them, at most IN_FLIGHT.
    """
    waits_left = _WAITS
    while True:
        attempt, until, may_pass = _try_to_count(username, address=address, device_id=device_id)
        if until is None:
            return attempt
        waits_left -= 1
        if not may_pass or not waits_left:
            raise _too_many(until - attempt.at)
        time.sleep(IN_FLIGHT.total_seconds() / _WAITS)


def _too_many(rest: timedelta) -> TooMany:
    seconds = max(1, int(rest.total_seconds()))
    return TooMany(
        f"密码错误次数过多，已暂停登录，约 {-(-seconds // 60)} 分钟后再试。本机记录不受影响。",
        retry_after=seconds,
    )


def keep_failure(attempt: Attempt, reason: str) -> None:
    """Tells the audit chain of a failed attempt, counted already, and of the lock if this one brought it about."""
    subject = attempt.user.id if attempt.user else "unknown"
    network = attempt.network[:16]
    with unit_of_work() as session:
        record(
            "sign_in.failed",
            actor_id=None,
            subject_kind="user",
            subject_id=subject,
            at=attempt.at,
            network=network,
            reason=reason,
        )
        if _locked_until(session, attempt, is_known=True):
            record(
                "sign_in.locked",
                actor_id=None,
                subject_kind="user",
                subject_id=subject,
                at=attempt.at,
                network=network,
            )


def take_back(attempt: Attempt) -> None:
    """Forgets the failures of this account from this network: the right password was given."""
    with unit_of_work() as session:
        session.execute(
            delete(FailedSignIn).where(
                FailedSignIn.username == attempt.account, FailedSignIn.network == attempt.network
            )
        )


def unlock(actor: User | None, username: str) -> int:
    """Forgets all failed sign-ins of an account, so that it can be tried again at once; says how many there were.

    Raises NotAllowed, and NotFound for somebody out of the actor's bounds.
    """
    require(actor, "accounts.unlock")
    with unit_of_work() as session:
        user = session.scalar(select(User).where(User.username == folded(username)))
        if user is None:
            raise NotFound("没有这个用户。")
        bounds.require_within(actor, user_id=user.id)
        forgotten = session.execute(delete(FailedSignIn).where(FailedSignIn.username == user.username))
        failures = cast(CursorResult[Any], forgotten).rowcount
        record(
            "user.unlocked",
            actor_id=actor.id if actor else None,
            subject_kind="user",
            subject_id=user.id,
            at=now(),
            failures=failures,
        )
        return failures


def _try_to_count(username: str, *, address: str, device_id: str | None) -> tuple[Attempt, datetime | None, bool]:
    """The attempt, until when it is locked out (none: it is counted), whether that may change in a moment."""
    at, network = now(), _network_of(address)
    with unit_of_work() as session:
        user = _user_named(session, username)
        account = user.username if user else "?" + _keyed("account", username)[:40]
        attempt = Attempt(ids.mint(), account, network, user, at)
        is_known = _has_used(session, user, device_id)
        until = _locked_until(session, attempt, is_known=is_known)
        if until is None:
            session.add(FailedSignIn(id=attempt.id, username=account, network=network, at=at))
            return attempt, None, False
        in_flight = _in_flight(session, at)
        return (
            attempt,
            until,
            bool(in_flight) and not _locked_until(session, attempt, is_known=is_known, without=in_flight),
        )


def _in_flight(session: Session, at: datetime) -> frozenset[datetime]:
    """The moments of the latest attempts that are still being looked at: of those that failed the chain knows."""
    counted = session.scalars(select(FailedSignIn.at).where(FailedSignIn.at > at - IN_FLIGHT))
    latest = (
        select(AuditEntry.at, AuditEntry.event).order_by(AuditEntry.sequence.desc()).limit(_LATEST_ENTRIES).subquery()
    )
    return frozenset(counted) - frozenset(
        session.scalars(select(latest.c.at).where(latest.c.event == "sign_in.failed"))
    )


def _user_named(session: Session, username: str) -> User | None:
    if not username.isprintable():  # NUL and half a surrogate pair: nobody is called so, and databases choke on them
        return None
    return session.scalar(select(User).where(User.username == username).execution_options(populate_existing=True))


def _locked_until(
    session: Session, attempt: Attempt, *, is_known: bool, without: frozenset[datetime] = frozenset()
) -> datetime | None:
    recently, lately = attempt.at - rules.NETWORK_WINDOW, attempt.at - rules.ACCOUNT_WINDOW
    of_account = session.execute(
        select(FailedSignIn.at, FailedSignIn.network).where(
            FailedSignIn.username == attempt.account, FailedSignIn.at > lately
        )
    ).all()
    of_account = [row for row in of_account if row.at not in without]
    of_network = session.scalars(
        select(FailedSignIn.at).where(FailedSignIn.network == attempt.network, FailedSignIn.at > recently)
    ).all()
    of_network = [moment for moment in of_network if moment not in without]
    here = [row.at for row in of_account if row.network == attempt.network and row.at > recently]
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
    seen = select(SignIn.id).where(SignIn.user_id == user.id, SignIn.device_id == device_id).limit(1)
    return session.scalar(seen) is not None


def _network_of(address: str) -> str:
    """A keyed hash of the sender's network: the IPv4 address itself, or the /64 that one IPv6 subscriber holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return _keyed("network", "unknown")
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is None and parsed.version == 6:
        parsed = ipaddress.ip_network((parsed, 64), strict=False).network_address
    return _keyed("network", str(mapped or parsed))


def _keyed(purpose: str, value: str) -> str:
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.new(key, f"{purpose}:{value}".encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
