"""A worker that is killed again and again: `killed_worker.py SECONDS PAUSE KILLS`, in the environment of a server.

Forked from here, so that each new one works at once. After KILLS of them the next may live. Ends when nothing is left
to do; prints how many were killed.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import text  # noqa: E402

from fieldapp.extensions import db  # noqa: E402
from fieldapp.jobs import kinds  # noqa: E402
from fieldapp.jobs.kinds import Kind, Task  # noqa: E402
from fieldapp.jobs.rules import Retry  # noqa: E402
from fieldapp.jobs.worker import Worker  # noqa: E402
from wsgi import app  # noqa: E402

KILLED_EVERY_S, PAUSE_S, KILLS = float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
LEASE_S = 0.4
COUNT = "INSERT INTO done_by_tests (number) VALUES (:number)"
LEFT = "SELECT count(*) FROM job WHERE done_at IS NULL AND kind LIKE 'count%'"


def count(task: Task) -> None:
    """Writes its number down; how often can be seen."""
    from fieldapp.extensions import unit_of_work

    with unit_of_work() as session:
        session.execute(text(COUNT), {"number": task.payload["number"]})
        time.sleep(PAUSE_S)


def left() -> int:
    """How many jobs are not done."""
    with app.app_context(), db.engine.connect() as connection:
        number = connection.execute(text(LEFT)).scalar_one()
    with app.app_context():
        db.engine.dispose()
    return int(number)


def main() -> None:
    """Kills until nothing is left."""
    kinds._KINDS.clear()
    kinds._RECURRING.clear()
    kinds.register(Kind("count-once", "只计一次", count, Retry(tries=50), is_transactional=True))
    kinds.register(Kind("count-again", "至少一次", count, Retry(tries=50)))
    killed, chance = 0, random.Random(8)
    while left():
        if killed == KILLS:
            Worker(app, lease_s=LEASE_S).run_until_idle()
            time.sleep(LEASE_S / 2)  # what the last one held is free again soon
            continue
        worker = os.fork()
        if worker == 0:
            Worker(app, lease_s=LEASE_S, pulse_s=LEASE_S / 4, poll_s=0.05).run()
            os._exit(0)
        time.sleep(KILLED_EVERY_S * chance.uniform(0.5, 1.5))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        killed += 1
    print(killed)


main()
