"""When a job that failed is tried again, and when what recurs is next due. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp.clock import CHINA


@dataclass(frozen=True)
class Retry:
    """`tries`: how often a job is begun before it is given up. Between two tries `first_s` seconds, then twice as many
    each time, at most `longest_s`.
    """

    tries: int = 8
    first_s: float = 5
    longest_s: float = 3600

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts, the first being 1."""
        return timedelta(seconds=min(self.longest_s, self.first_s * 2 ** min(attempts - 1, 40)))

    def is_over(self, attempts: int) -> bool:
        """Whether there is no further try."""
        return attempts >= self.tries


ONCE = Retry(tries=1)


@dataclass(frozen=True)
class Daily:
    """Every day at this time of China."""

    hour: int
    minute: int = 0

    def next_after(self, at: datetime) -> datetime:
        """The first such moment after `at`."""
        local = at.astimezone(CHINA)
        today = local.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return today if today > local else today + timedelta(days=1)


@dataclass(frozen=True)
class EveryHours:
    """At every full hour of China that `hours` divides."""

    hours: int

    def next_after(self, at: datetime) -> datetime:
        """The first such moment after `at`."""
        local = at.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
        return local + timedelta(hours=self.hours - local.hour % self.hours)


def key_of(moment: datetime) -> str:
    """What makes one occurrence of what recurs unlike any other: its minute in China, e.g. 2026-11-30 01:00."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
