"""What was promised to be gone by a certain time is made to be gone: every promise in one list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp.callbacks import operations as callbacks
from fieldapp.callbacks.rules import CONTACT_DAYS
from fieldapp.evidence import operations as evidence
from fieldapp.evidence import rules as evidence_rules
from fieldapp.extensions import db
from fieldapp.jobs import operations as jobs
from fieldapp.purging import purge
from fieldapp.ratings import retention as ratings
from fieldapp.ratings import rules
from fieldapp.ratings.retention import Removed

JOBS_DAYS = 90


@dataclass(frozen=True)
class Kept:
    """One promise: what is kept, until when, and how much of it has run out. `unit`: the Chinese measure word."""

    what: str
    until: str
    count: int
    unit: str


def keep_promises(at: datetime, *, is_rehearsal: bool = False) -> Iterator[Kept]:
    """Deletes, one promise after the other, what had run out at that moment. `is_rehearsal`: only counts."""
    yield from of_ratings(ratings.rehearse(at) if is_rehearsal else ratings.remove_due(at))
    forgotten_parties = callbacks.forget_contacts(at, is_rehearsal=is_rehearsal)
    yield Kept("要求回访的受访人的姓名电话", f"回访办结后 {CONTACT_DAYS} 天内", forgotten_parties, "份")
    swept = evidence.sweep_unfinished(at, is_rehearsal=is_rehearsal)
    yield Kept("没有传完的上传", f"{evidence_rules.UNFINISHED_DAYS} 天无人续传", swept, "件")
    forgotten = jobs.forget_done(at - timedelta(days=JOBS_DAYS), is_rehearsal=is_rehearsal)
    yield Kept("办完或停住的后台任务", f"满 {JOBS_DAYS} 天", forgotten, "项")


def of_ratings(done: Removed) -> Iterator[Kept]:
    """What the citizens' page promises, with what has been done about it."""
    yield Kept("网络标记的每日密钥", f"满 {rules.TAG_DAYS} 天", done.keys, "个")
    yield Kept("评价和意见上的网络、设备标记", f"满 {rules.TAG_DAYS} 天", done.tags, "条")
    yield Kept("评价人、提意见人的姓名电话", f"办结后 {rules.CONTACT_DAYS} 天内", done.contacts, "份")
    yield Kept("评语、追评、照片和意见", f"满 {rules.WORDS_YEARS} 年且已办结", done.words, "条")


def leave_files() -> str:
    """Makes what has been deleted leave the database's files, and says how far."""
    db.session.rollback()
    return purge(db.engine)
