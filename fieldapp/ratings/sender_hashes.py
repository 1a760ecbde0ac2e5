"""Networks and devices as keyed hashes, so that what belongs together can be seen and nobody can be found.

A network's tag is made under a key of the day that lies in the database and is deleted with the day's tags: after that
not even the server can say which address it was.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import delete, select, update

from fieldapp.clock import CHINA, china
from fieldapp.extensions import db, unit_of_work
from fieldapp.ratings.models import NetworkKey, Opinion, Rating
from fieldapp.ratings.rules import TAG_DAYS

_KEY_BYTES = 32
_TAG_DIGITS = 32
DEVICE_MARK_CHARACTERS = 22


@dataclass(frozen=True)
class DayKeys:
    """The keys of today and of yesterday, as far as they exist, today's first."""

    keys: tuple[bytes, ...]

    @classmethod
    def of(cls, found: Mapping[date, bytes]) -> "DayKeys":
        """The keys by their days."""
        return cls(tuple(found[day] for day in sorted(found, reverse=True)))

    def tags_of(self, address: str) -> tuple[str, ...]:
        """The tag of `address` today, and the one it had yesterday, for what happens around midnight."""
        return tuple(_tag(key, address) for key in self.keys)


def known_keys(at: datetime) -> DayKeys:
    """The keys that there are, in one query."""
    return DayKeys.of(_read_keys(china(at).date()))


def keys_for_new_tags(at: datetime) -> DayKeys:
    """The same inside a unit of work: today's is made when it is not there yet."""
    today = china(at).date()
    found = _read_keys(today)
    if today not in found:
        found[today] = _make_key(today)
    return DayKeys.of(found)


def device_tag(mark: str) -> str | None:
    """The tag of the random mark that a browser carries for a day; None when it carries none or a strange one."""
    if not (len(mark) == DEVICE_MARK_CHARACTERS and mark.isascii()):
        return None
    key = str(current_app.secret_key).encode()
    return hmac.new(key, b"rating-device|" + mark.encode(), hashlib.sha256).hexdigest()[:_TAG_DIGITS]


def new_device_mark() -> str:
    """A random mark that says nothing about the device."""
    return secrets.token_urlsafe(16)


def forget(before: date) -> tuple[int, int]:
    """Deletes the keys of days before `before`, and the tags of those days; how many of each."""
    start = datetime.combine(before, time(), CHINA)
    with unit_of_work() as session:
        keys = session.execute(delete(NetworkKey).where(NetworkKey.day < before))
        tagged = Rating.network_tag.is_not(None) | Rating.device_tag.is_not(None)
        tags = session.execute(
            update(Rating).where(Rating.submitted_at < start, tagged).values(network_tag=None, device_tag=None)
        )
        of_opinions = session.execute(
            update(Opinion).where(Opinion.submitted_at < start, Opinion.network_tag.is_not(None))
            .values(network_tag=None)
        )  # fmt: skip
    return keys.rowcount, tags.rowcount + of_opinions.rowcount  # type: ignore[attr-defined]


def _read_keys(today: date) -> dict[date, bytes]:
    wanted = select(NetworkKey.day, NetworkKey.key).where(NetworkKey.day.in_([today, today - timedelta(days=1)]))
    return {row.day: row.key for row in db.session.execute(wanted)}


def _make_key(day: date) -> bytes:
    with unit_of_work() as session:
        forget(day - timedelta(days=TAG_DAYS))  # on the way: even where nobody makes the nightly run
        made = NetworkKey(day=day, key=secrets.token_bytes(_KEY_BYTES))
        session.add(made)
        session.flush()
        return made.key


def _tag(key: bytes, address: str) -> str:
    return hmac.new(key, _network_of(address).encode(), hashlib.sha256).hexdigest()[:_TAG_DIGITS]


def _network_of(address: str) -> str:
    """An IPv4 address as it is, an IPv6 address without its lower half: one household holds all of that."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
