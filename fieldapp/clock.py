"""The server's clock: the only place that reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, timezone

# China keeps one civil time without daylight saving (UTC+8) since 1991, so no zone database is needed.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """This instant, in UTC, with its zone."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def as_if_at(moment: datetime) -> Iterator[None]:
    """Lets `now` give `moment` inside. Only for demonstration data, whose weeks of work are made in seconds."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def rfc3339(moment: datetime) -> str:
    """`moment` as RFC 3339 in UTC with microseconds, e.g. 2026-11-24T01:02:03.000004Z. Source: RFC 3339 §5.6."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_rfc3339(text: str) -> datetime:
    """The instant that `text` names. Raises ValueError when it has no offset or is no time. Source: RFC 3339 §5.6."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("time without offset")
    return moment


def china(moment: datetime) -> datetime:
    """The same instant on a Chinese wall clock."""
    return moment.astimezone(CHINA)


def day_and_time(moment: datetime | None) -> str:
    """2026-11-24 09:05 on a Chinese clock; a dash for none."""
    return china(moment).strftime("%Y-%m-%d %H:%M") if moment else "—"
