"""What was promised to be gone by a certain time is made to be gone: how each promise of the table is kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp.callbacks import operations as callbacks
from fieldapp.evidence import erasing
from fieldapp.evidence import operations as evidence
from fieldapp.extensions import db
from fieldapp.interviews import transcripts
from fieldapp.jobs import operations as jobs
from fieldapp.keeping import backup
from fieldapp.promises import PROMISES, days_of
from fieldapp.purging import purge
from fieldapp.ratings import retention as ratings
from fieldapp.ratings.retention import Removed


@dataclass(frozen=True)
class Kept:
    """One promise: what is kept, until when, and how much of it has run out. `unit`: the Chinese measure word."""

    what: str
    until: str
    count: int
    unit: str


Keeper = Callable[[datetime, bool], int]


def _forget_jobs(at: datetime, is_rehearsal: bool) -> int:
    return jobs.forget_done(at - timedelta(days=days_of("jobs")), is_rehearsal=is_rehearsal)


# Every promise of the table that is kept by itself, beside those of the ratings, which go together.
KEEPERS: dict[str, Keeper] = {
    "callback_contacts": lambda at, is_rehearsal: callbacks.forget_contacts(at, is_rehearsal=is_rehearsal),
    "recordings": lambda at, is_rehearsal: transcripts.forget_recordings(at, is_rehearsal=is_rehearsal),
    "unfinished_uploads": lambda at, is_rehearsal: evidence.sweep_unfinished(at, is_rehearsal=is_rehearsal),
    "jobs": _forget_jobs,
    "backups": lambda at, is_rehearsal: backup.forget_old(at, is_rehearsal=is_rehearsal),
}
OF_RATINGS = {
    "network_keys": "keys", "network_tags": "tags", "rating_contacts": "contacts", "rating_words": "words",
}  # fmt: skip


def keep_promises(at: datetime, *, is_rehearsal: bool = False) -> Iterator[Kept]:
    """Deletes, one promise after the other, what had run out at that moment. `is_rehearsal`: only counts."""
    yield from of_ratings(ratings.rehearse(at) if is_rehearsal else ratings.remove_due(at))
    for name, keeper in KEEPERS.items():
        yield _kept(name, keeper(at, is_rehearsal))


def of_ratings(done: Removed) -> Iterator[Kept]:
    """What the citizens' page promises, with what has been done about it."""
    for name, count in OF_RATINGS.items():
        yield _kept(name, getattr(done, count))


def leave_files() -> str:
    """Makes what has been deleted leave the folder of files and the database's files, and says how far."""
    erasing.sweep()
    db.session.rollback()
    return purge(db.engine)


def _kept(name: str, count: int) -> Kept:
    promise = PROMISES[name]
    return Kept(promise.what, promise.until, count, promise.unit)
