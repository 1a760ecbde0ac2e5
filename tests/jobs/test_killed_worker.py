"""A worker that is killed again and again does each job, and none twice where that matters."""

import subprocess
import sys
from pathlib import Path

import pytest
from servers import ROOT, LiveServer
from sqlalchemy import text

from fieldapp.extensions import db, unit_of_work
from fieldapp.jobs import kinds, operations
from fieldapp.jobs.kinds import Kind
from fieldapp.jobs.queries import count_dead


@pytest.fixture
def counted(app, monkeypatch):
    """A table in which done jobs are counted: counted() gives how often each number was."""
    monkeypatch.setattr(kinds, "_KINDS", {})
    for name in ("count-once", "count-again"):
        kinds.register(Kind(name, "计数", lambda task: None))
    with unit_of_work() as session:
        session.execute(text("CREATE TABLE done_by_tests (number INTEGER NOT NULL)"))

    def count(kind_of):
        db.session.rollback()
        query = text("SELECT number, count(*) FROM done_by_tests GROUP BY number ORDER BY number")
        return {number: times for number, times in db.session.execute(query) if number % 2 == kind_of}

    yield count
    db.session.rollback()
    with unit_of_work() as session:
        session.execute(text("DROP TABLE done_by_tests"))


@pytest.mark.parametrize(
    ("jobs", "killed_every_s", "pause_s", "kills"),
    [(60, 0.5, 0.01, 3), pytest.param(1000, 1.0, 0.05, 1000, marks=pytest.mark.long)],
)
def test_every_job_is_done_though_its_worker_is_killed_and_a_transactional_one_once(
    app, counted, tmp_path: Path, jobs, killed_every_s, pause_s, kills
):
    with unit_of_work():
        for number in range(jobs):
            kind = "count-again" if number % 2 else "count-once"
            operations.enqueue(kind, key=str(number), payload={"number": number})
    server = LiveServer(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"])
    db.session.rollback()

    program = str(ROOT / "tests" / "jobs" / "killed_worker.py")
    done = subprocess.run(
        [sys.executable, program, str(killed_every_s), str(pause_s), str(kills)],
        cwd=ROOT, env=server.env(), capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= min(kills, 20)
    once, again = counted(0), counted(1)
    assert once == dict.fromkeys(range(0, jobs, 2), 1)
    assert set(again) == set(range(1, jobs, 2))
    assert count_dead() == 0
