"""Looking at jobs and workers."""

from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, select

from fieldapp.clock import now
from fieldapp.extensions import db
from fieldapp.jobs.leases import SEEN_S
from fieldapp.jobs.models import Job, JobWorker

STATES = {"dead": "已停住", "running": "进行中", "failed": "等待重试", "waiting": "等待", "done": "已完成"}


def is_running() -> bool:
    """Whether a worker has given a sign of life in the last SEEN_S seconds."""
    since = now() - timedelta(seconds=SEEN_S)
    return db.session.scalar(select(JobWorker.name).where(JobWorker.seen_at > since).limit(1)) is not None


def listed(*, only_dead: bool = False) -> Select[tuple[Job]]:
    """Every job, or those that were given up, to be cut into pages: what was given up first, then what is not done,
    then the newest that is.
    """
    place = case((Job.dead_at.is_not(None), 0), (Job.done_at.is_(None), 1), else_=2)
    query = select(Job).order_by(place, Job.done_at.desc(), Job.run_after, Job.id)
    return query.where(Job.dead_at.is_not(None)) if only_dead else query


def state_of(job: Job, at: datetime) -> str:
    """A key of STATES."""
    if job.done_at is not None:
        return "done"
    if job.dead_at is not None:
        return "dead"
    if job.leased_until is not None and job.leased_until > at:
        return "running"
    return "failed" if job.last_error else "waiting"


def count_dead() -> int:
    """How many jobs were given up: somebody has to look."""
    return db.session.scalar(select(func.count()).select_from(Job).where(Job.dead_at.is_not(None))) or 0
