"""What is left for later is done: once, after the transaction that asked for it, again when it fails, seen when not."""

import contextvars
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from fieldapp.audit import operations as audit
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import CHINA, as_if_at, now
from fieldapp.config import WeakSettings, read_settings
from fieldapp.errors import Locked, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.jobs import kinds, leases, operations, queries
from fieldapp.jobs.kinds import Kind
from fieldapp.jobs.models import Job, JobWorker
from fieldapp.jobs.rules import Daily, EveryHours, Retry
from fieldapp.jobs.worker import Duty, Worker, words_of


@pytest.fixture
def kind(monkeypatch):
    """kind(handler, …): makes a kind known as long as the test lasts; gives its name."""
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    monkeypatch.setattr(kinds, "_RECURRING", {})

    def register(handler, **changes):
        name = f"test-{len(kinds.names())}"
        kinds.register(Kind(name, "试做", handler, **changes))
        return name

    return register


def work(app, **changes):
    """All that is due is done by a worker in a context of its own, as in a process of its own."""
    db.session.rollback()
    contextvars.Context().run(Worker(app, **changes).run_until_idle)


def work_at(app, moment):
    """The same at another moment."""

    def there():
        with as_if_at(moment):
            Worker(app).run_until_idle()

    db.session.rollback()
    contextvars.Context().run(there)


def the_job():
    return db.session.scalars(select(Job).execution_options(populate_existing=True)).one()


def note(number):
    """What a handler does that must not be done twice: an entry in the chain."""
    audit.record("sign_in.failed", actor_id=None, subject_kind="user", subject_id=str(number), at=now(),
                 network="n", reason="test")  # fmt: skip


def noted():
    return list(db.session.scalars(select(AuditEntry.subject_id).where(AuditEntry.event == "sign_in.failed")))


def test_a_job_is_done_with_what_it_was_given_and_says_what_came_of_it(app, kind):
    def handler(task):
        task.say(f"{task.payload['what']}：好了")

    operations.enqueue(kind(handler), payload={"what": "三份"})
    work(app)

    job = the_job()
    assert (job.done_at is not None, job.attempts, job.progress, job.leased_by) == (True, 1, "三份：好了", None)


def test_what_was_asked_for_in_a_transaction_that_was_undone_is_not_done(app, kind):
    name = kind(lambda task: note(1))
    with pytest.raises(Refused), unit_of_work():
        operations.enqueue(name)
        raise Refused

    work(app)

    assert noted() == []
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_job_with_a_key_is_asked_for_and_done_once(app, kind):
    name = kind(lambda task: note(task.payload["n"]))
    first = operations.enqueue(name, key="2026-11-29", payload={"n": 1})
    work(app)
    again = operations.enqueue(name, key="2026-11-29", payload={"n": 2})
    work(app)

    assert again.id == first.id
    assert noted() == ["1"]


def test_a_kind_that_nobody_registered_is_refused_at_once(app, kind):
    with pytest.raises(ValueError, match="no kind of job"):
        operations.enqueue("never-heard-of")
    name = kind(lambda task: None)
    with pytest.raises(ValueError, match="twice"):
        kinds.register(Kind(name, "再来", lambda task: None))


def test_a_job_that_fails_is_tried_again_later_and_later_and_given_up_in_the_end(app, kind):
    def handler(task):
        note(task.attempts)
        raise Refused("目录写不进去")

    operations.enqueue(kind(handler, retry=Retry(tries=3, first_s=60)))
    began, waits = now(), []
    for _ in range(2):
        work_at(app, began)
        job = the_job()
        assert (job.last_error, job.dead_at) == ("目录写不进去", None)
        waits.append((job.run_after - began).total_seconds())
        began = job.run_after + timedelta(seconds=1)
    work_at(app, began)

    job = the_job()
    assert waits == [60, 120]
    assert (job.dead_at is not None, job.attempts) == (True, 3)
    assert queries.count_dead() == 1
    work_at(app, began + timedelta(days=2))
    assert noted() == ["1", "2", "3"]


def test_a_transactional_job_that_fails_leaves_nothing_behind(app, kind):
    def handler(task):
        note(1)
        raise ZeroDivisionError

    operations.enqueue(kind(handler, is_transactional=True))
    work(app)

    assert noted() == []
    assert the_job().last_error.startswith("程序出错（ZeroDivisionError")


def test_a_worker_whose_job_was_taken_over_does_not_count_it_as_its_own(app, kind):
    """Its lease ran out while it was away (a machine that was asleep): another one has done the job since."""
    operations.enqueue(kind(lambda task: None))
    operations.enqueue(kind(lambda task: None))
    slow, quick = leases.take("slow-1"), leases.take("quick-1")
    with as_if_at(now() + timedelta(seconds=leases.LEASE_S + 1)):
        other = leases.take("other-1")
        leases.finish(other)

    assert other.id == slow.id
    for act in (leases.finish, lambda lease: leases.fail(lease, "x"), lambda lease: leases.say(lease, "x")):
        with pytest.raises(leases.LeaseLost):
            act(slow)
    leases.finish(quick)
    assert leases.take("idle-1") is None


def test_a_lease_that_is_renewed_is_not_taken_over(app, kind):
    operations.enqueue(kind(lambda task: None))
    lease = leases.take("here-1")
    with as_if_at(now() + timedelta(seconds=50)):
        leases.sign_of_life("here-1", lease)
    with as_if_at(now() + timedelta(seconds=100)):
        assert leases.take("other-1") is None
    with as_if_at(now() + timedelta(seconds=111)):
        assert leases.take("other-1").id == lease.id


def test_a_job_that_kills_its_worker_each_time_is_given_up(app, kind):
    operations.enqueue(kind(lambda task: None, retry=Retry(tries=3)))
    for hour in range(4):
        with as_if_at(now() + timedelta(hours=hour)):
            leases.take(f"killed-{hour}")

    job = the_job()
    assert (job.attempts, job.dead_at is not None, job.last_error) == (3, True, "多次在中途被打断")


def test_a_worker_lives_as_long_as_it_says_so(app):
    assert queries.is_running() is False
    leases.sign_of_life("here-1")
    assert queries.is_running() is True
    with as_if_at(now() + timedelta(seconds=leases.SEEN_S + 1)):
        assert queries.is_running() is False
    leases.farewell("here-1")
    assert queries.is_running() is False
    assert db.session.scalar(select(func.count()).select_from(JobWorker)) == 0


def test_healthz_says_whether_a_worker_runs_and_stays_well_without_one(client, app):
    without = client.get("/healthz")
    leases.sign_of_life("here-1")
    with_one = client.get("/healthz")

    assert (without.status_code, without.json["status"], without.json["worker"]) == (200, "ok", "stopped")
    assert (with_one.status_code, with_one.json["worker"]) == (200, "ok")


def test_what_recurs_waits_for_its_next_moment_is_caught_up_once_and_not_done_twice_a_day(app, kind):
    evening = datetime(2026, 11, 29, 20, 0, tzinfo=CHINA)
    done = []
    kinds.recur(Kind("nightly", "每夜", lambda task: done.append(now().astimezone(CHINA))), lambda: Daily(1))

    moments = [evening, evening + timedelta(hours=4), evening + timedelta(hours=5, minutes=1)]
    moments += [evening + timedelta(hours=6), evening + timedelta(days=4), evening + timedelta(days=4, hours=1)]
    for moment in moments:
        work_at(app, moment)

    assert [f"{one:%m-%d %H}" for one in done] == ["11-30 01", "12-03 20"]
    waiting = db.session.scalars(select(Job).where(Job.done_at.is_(None))).one()
    assert waiting.key == "2026-12-04 01:00"


def test_a_timetable_is_on_the_chinese_clock():
    at = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)  # 01:00 on the 30th there

    assert Daily(1).next_after(at) == at + timedelta(days=1)
    assert Daily(1, 10).next_after(at) == at + timedelta(minutes=10)
    assert EveryHours(6).next_after(at) == at + timedelta(hours=5)
    assert EveryHours(6).next_after(at + timedelta(hours=5)) == at + timedelta(hours=11)


def test_back_off_doubles_and_has_an_end():
    retry = Retry(tries=4, first_s=5, longest_s=15)

    assert [retry.wait(attempts).total_seconds() for attempts in (1, 2, 3, 900)] == [5, 10, 15, 15]
    assert [retry.is_over(attempts) for attempts in (3, 4, 5)] == [False, True, True]


def test_a_duty_that_fails_keeps_nothing_else_from_being_done(app, kind):
    calls = []

    def broken():
        raise ZeroDivisionError

    def follows():
        calls.append(len(calls))
        return len(calls) >= 3

    operations.enqueue(kind(lambda task: note(1)))
    work(app, duties=[Duty("坏的", broken, 60), Duty("好的", follows, 60)])

    assert calls == [0, 1, 2], "in steps until nothing is left"
    assert noted() == ["1"]


def test_only_what_has_failed_is_tried_again_and_that_is_in_the_chain(app, county, kind):
    fails = [True, False]

    def handler(task):
        if fails.pop(0):
            raise Refused("没有做成")

    job = operations.enqueue(kind(handler, retry=Retry(tries=1)))
    with pytest.raises(Locked):
        operations.try_again(county.wu.id, job.id)
    work(app)
    assert queries.count_dead() == 1

    operations.try_again(county.wu.id, job.id)
    work(app)

    assert (queries.count_dead(), the_job().done_at is not None) == (0, True)
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "job.retried"))
    assert (entry.actor_id, entry.subject_id) == (county.wu.id, job.id)
    with pytest.raises(NotFound):
        operations.try_again(county.wu.id, "nothing")


def test_jobs_that_are_over_are_forgotten_in_time_and_others_never(app, kind):
    name = kind(lambda task: None)
    operations.enqueue(name)
    work(app)
    operations.enqueue(name, run_after=now() + timedelta(days=400))

    assert operations.forget_done(now() - timedelta(days=1)) == 0
    assert operations.forget_done(now() + timedelta(days=1), is_rehearsal=True) == 1
    assert operations.forget_done(now() + timedelta(days=1)) == 1
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_fault_of_the_program_is_told_without_anybodys_words():
    try:
        words_of(1)
    except AttributeError as error:
        told = words_of(error)

    assert told.startswith("程序出错（AttributeError，worker.py 第 ")
    assert "int" not in told


@pytest.mark.parametrize("hour", ["24", "-1", "abc", "1.5"])
def test_an_hour_that_is_none_is_refused_by_name(tmp_path, hour):
    with pytest.raises(WeakSettings, match="FIELDAPP_NIGHTLY_HOUR"):
        read_settings({"FIELDAPP_INSTANCE": str(tmp_path), "FIELDAPP_NIGHTLY_HOUR": hour})
