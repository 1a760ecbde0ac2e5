"""Asking for a job, and what an administrator may do about one."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select

from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Locked, NotFound
from fieldapp.extensions import unit_of_work
from fieldapp.ids import mint
from fieldapp.jobs import kinds, rules
from fieldapp.jobs.models import Job


def enqueue(
    kind: str,
    *,
    key: str | None = None,
    payload: Mapping[str, Any] | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Asks for a job in the caller's unit of work: it is there when that is committed, and only then.

    With a `key` once only: the job that was asked for before, done or not, is given back. `run_after`: not before that
    moment. Raises ValueError for a kind that nobody registered.
    """
    if kinds.find(kind) is None:
        raise ValueError(f"no kind of job {kind}")
    with unit_of_work() as session:
        known: Job | None = None
        if key is not None:
            known = session.scalar(select(Job).where(Job.kind == kind, Job.key == key))
        if known is not None:
            return known
        at = now()
        job = Job(
            id=mint(), kind=kind, key=key, payload=json.dumps(payload or {}, ensure_ascii=False), created_at=at,
            run_after=run_after or at, attempts=0, progress="", last_error="",
        )  # fmt: skip
        session.add(job)
        session.flush()
        return job


def write_down_what_recurs() -> None:
    """For everything that recurs there is one job that waits, for its next moment. One whose moment has passed while no
    worker ran is still there, and is done once; the days between are not made up for.
    """
    wanted = {one.kind: one.timetable() for one in kinds.recurring()}
    with unit_of_work() as session:
        open_ones = select(Job.kind).where(Job.done_at.is_(None), Job.dead_at.is_(None), Job.kind.in_(wanted))
        waiting = set(session.scalars(open_ones))
        for kind, timetable in wanted.items():
            if timetable is not None and kind not in waiting:
                moment = timetable.next_after(now())
                enqueue(kind, key=rules.key_of(moment), run_after=moment)


def try_again(actor_id: str, job_id: str) -> Job:
    """Lets a job that was given up, or waits for its next try, begin anew at once.

    Raises NotFound, Locked for one that has not failed.
    """
    with unit_of_work() as session:
        job = session.get(Job, job_id, populate_existing=True)
        if job is None:
            raise NotFound("没有这项后台任务。")
        if job.done_at is not None or (job.dead_at is None and not job.last_error):
            raise Locked("这项任务没有失败，不必重试。请刷新。")
        at = now()
        job.dead_at, job.attempts, job.run_after = None, 0, at
        audit.record("job.retried", actor_id=actor_id, subject_kind="job", subject_id=job.id, at=at, kind=job.kind)
        return job


def forget_done(before: datetime, *, is_rehearsal: bool = False) -> int:
    """Removes what was done or given up before that moment; gives how many. A key that was used is then free again.

    `is_rehearsal`: only counts.
    """
    is_old = or_(Job.done_at < before, Job.dead_at < before)
    with unit_of_work() as session:
        number = session.scalar(select(func.count()).select_from(Job).where(is_old)) or 0
        if number and not is_rehearsal:
            session.execute(delete(Job).where(is_old))
        return number
