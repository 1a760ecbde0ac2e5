"""The worker: one process that takes one job after the other, and in between does what has to be done all the time."""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from fieldapp.errors import FieldappError
from fieldapp.extensions import db, undo, unit_of_work
from fieldapp.jobs import kinds, leases, operations
from fieldapp.jobs.kinds import Kind, Task
from fieldapp.jobs.leases import Lease, LeaseLost

log = logging.getLogger(__name__)

PULSE_S = 10.0
POLL_S = 1.0
LOOK_AHEAD_S = 30.0
_REST_S = 2.0


@dataclass
class Duty:
    """What is done again and again between jobs, without a row for each time. `do` gives whether nothing is left."""

    words: str
    do: Callable[[], bool]
    every_s: float
    due_at: float = 0.0


@dataclass
class Worker:
    """`duties`: see there. `lease_s`, `pulse_s`: for how long a job is taken, and how often that is renewed."""

    app: Flask
    duties: Sequence[Duty] = ()
    lease_s: float = leases.LEASE_S
    pulse_s: float = PULSE_S
    poll_s: float = POLL_S
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:50]}-{os.getpid()}-{secrets.token_hex(4)}")
    _ending: threading.Event = field(default_factory=threading.Event)
    _held: Lease | None = None
    _looked_at: float = -LOOK_AHEAD_S

    def run(self) -> None:
        """Works until it is asked to end."""
        pulse = threading.Thread(target=self._beat, name="pulse", daemon=True)
        with self.app.app_context():
            pulse.start()
            while not self._ending.is_set():
                if not self._safely(self._round):
                    self._ending.wait(self.poll_s)
            pulse.join(_REST_S)
            self._safely(self._leave)

    def run_until_idle(self) -> None:
        """Does all that is due now, and ends."""
        with self.app.app_context():
            while self._safely(self._round) and not self._ending.is_set():
                pass

    def end(self) -> None:
        """Asks it to end after the job that it does."""
        self._ending.set()

    def _round(self) -> bool:
        """Gives whether something was done, so that there may be more."""
        if time.monotonic() - self._looked_at >= LOOK_AHEAD_S:
            self._looked_at = time.monotonic()
            operations.write_down_what_recurs()
        done = [self._do(duty) for duty in self.duties]
        lease = leases.take(self.name, lease_s=self.lease_s)
        if lease is None:
            return not all(done)
        self._work(lease)
        self._looked_at = -LOOK_AHEAD_S  # what recurs is written down anew once it is done
        return True

    def _do(self, duty: Duty) -> bool:
        """Gives whether nothing is left of a duty for now; one that fails is left until its next time."""
        if time.monotonic() < duty.due_at:
            return True
        try:
            is_all = duty.do()
        except Exception:
            log.exception("duty failed")
            undo(db.session)
            is_all = True
        finally:
            db.session.remove()
        duty.due_at = time.monotonic() + (duty.every_s if is_all else 0)
        return is_all

    def _work(self, lease: Lease) -> None:
        kind = kinds.find(lease.kind)
        if kind is None:
            return
        self._held = None if kind.is_transactional else lease  # who holds the write lock needs no sign of life
        try:
            _carry_out(kind, lease)
        except LeaseLost:
            log.warning("job %s was taken over", lease.id)
        except Exception as error:
            undo(db.session)
            log.exception("job %s failed", lease.id)
            _note_failure(lease, error)
        finally:
            self._held = None
            db.session.remove()

    def _beat(self) -> None:
        with self.app.app_context():
            while True:
                self._safely(self._give_sign_of_life)
                if self._ending.wait(self.pulse_s):
                    return

    def _give_sign_of_life(self) -> bool:
        leases.sign_of_life(self.name, self._held, lease_s=self.lease_s)
        db.session.remove()
        return True

    def _leave(self) -> bool:
        leases.farewell(self.name)
        return False

    def _safely(self, act: Callable[[], bool]) -> bool:
        """Goes on when the database is away or busy: what was not committed is done again."""
        try:
            return act()
        except SQLAlchemyError:
            log.exception("the database did not answer")
            undo(db.session)
            self._ending.wait(_REST_S)
            return False
        finally:
            db.session.remove()


def _carry_out(kind: Kind, lease: Lease) -> None:
    task = Task(lease.id, lease.payload, lease.attempts, lambda words: leases.say(lease, words))
    if not kind.is_transactional:
        kind.handler(task)
        leases.finish(lease)
        return
    with unit_of_work() as session:
        leases.hold(session, lease)
        kind.handler(task)
        leases.finish(lease)


def _note_failure(lease: Lease, error: Exception) -> None:
    try:
        leases.fail(lease, words_of(error))
    except LeaseLost:
        log.warning("job %s was taken over", lease.id)


def words_of(error: Exception) -> str:
    """What went wrong, for an administrator: our own words, or where in the program to look. No value of anybody's."""
    if isinstance(error, FieldappError):
        return error.title
    frames = [frame for frame in extract_tb(error.__traceback__) if "fieldapp" in frame.filename]
    place = f"，{Path(frames[-1].filename).name} 第 {frames[-1].lineno} 行" if frames else ""
    return f"程序出错（{type(error).__name__}{place}），详见日志"
