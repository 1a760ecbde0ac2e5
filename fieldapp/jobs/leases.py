"""Who does which job: taken for a while, longer as long as one lives, done or failed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.jobs import kinds
from fieldapp.jobs.models import ERROR_CHARACTERS, PROGRESS_CHARACTERS, Job, JobWorker

LEASE_S = 60
SEEN_S = 30
_FORGET_WORKERS = timedelta(days=1)
_CUT_OFF = "多次在中途被打断"


class LeaseLost(Exception):
    """Another worker has taken the job over, or somebody has stopped it: what was done for it must not count."""


@dataclass(frozen=True)
class Lease:
    """A job in the hands of a worker."""

    id: str
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    worker: str


def take(worker: str, *, lease_s: float = LEASE_S) -> Lease | None:
    """The job that has waited longest, taken for `lease_s` seconds; None when nothing is due.

    One whose lease has run out is taken over; after as many attempts as its kind allows it is given up instead.
    """
    if db.session.scalar(select(Job.id).where(*_due(now())).limit(1)) is None:
        return None  # asked without the write lock: mostly there is nothing
    with unit_of_work() as session:
        at = now()
        job = session.scalar(
            select(Job).where(*_due(at)).order_by(Job.run_after, Job.id).limit(1).with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        kind = kinds.find(job.kind)
        if kind is None or kind.retry.is_over(job.attempts):
            job.dead_at, job.leased_by, job.leased_until = at, None, None
            job.last_error = job.last_error or _CUT_OFF
            return None
        job.attempts += 1
        job.leased_by, job.leased_until = worker, at + timedelta(seconds=lease_s)
        return Lease(job.id, job.kind, json.loads(job.payload), job.attempts, worker)


def finish(lease: Lease) -> None:
    """The job is done; in the caller's unit of work, if there is one. Raises LeaseLost."""
    with unit_of_work() as session:
        job = hold(session, lease)
        job.done_at, job.leased_by, job.leased_until, job.last_error = now(), None, None, ""


def fail(lease: Lease, words: str) -> None:
    """The job could not be done: it waits for its next try, or is given up. Raises LeaseLost."""
    kind = kinds.find(lease.kind)
    with unit_of_work() as session:
        job = hold(session, lease)
        job.leased_by, job.leased_until, job.last_error = None, None, words[:ERROR_CHARACTERS]
        if kind is None or kind.retry.is_over(job.attempts):
            job.dead_at = now()
        else:
            job.run_after = now() + kind.retry.wait(job.attempts)


def say(lease: Lease, words: str) -> None:
    """Writes down how far the job is. Raises LeaseLost."""
    with unit_of_work() as session:
        hold(session, lease).progress = words[:PROGRESS_CHARACTERS]


def hold(session: Session, lease: Lease) -> Job:
    """The row of a job that is still this worker's. Raises LeaseLost."""
    job = session.get(Job, lease.id, populate_existing=True)
    if job is None or job.leased_by != lease.worker or job.attempts != lease.attempts or job.done_at is not None:
        raise LeaseLost(lease.id)
    return job


def sign_of_life(worker: str, lease: Lease | None = None, *, lease_s: float = LEASE_S) -> None:
    """The worker lives, and goes on with the job that it holds."""
    with unit_of_work() as session:
        at = now()
        row = session.get(JobWorker, worker, populate_existing=True)
        if row is None:
            session.add(JobWorker(name=worker, started_at=at, seen_at=at))
            session.execute(delete(JobWorker).where(JobWorker.seen_at < at - _FORGET_WORKERS))
        else:
            row.seen_at = at
        if lease is not None:
            mine = Job.id == lease.id, Job.leased_by == worker, Job.attempts == lease.attempts
            session.execute(update(Job).where(*mine).values(leased_until=at + timedelta(seconds=lease_s)))


def farewell(worker: str) -> None:
    """The worker ends, and says so."""
    with unit_of_work() as session:
        session.execute(delete(JobWorker).where(JobWorker.name == worker))


def _due(at: datetime) -> list[ColumnElement[bool]]:
    return [
        Job.done_at.is_(None),
        Job.dead_at.is_(None),
        Job.run_after <= at,
        or_(Job.leased_until.is_(None), Job.leased_until < at),
        Job.kind.in_(kinds.names()),
    ]
