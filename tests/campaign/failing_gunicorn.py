"""The server's own configuration, in whose workers commits fail: after the rows are written, before they are kept.

The product knows nothing of it: it listens at SQLAlchemy's `commit` event, and for PostgreSQL's filings, whose COMMIT
travels with the last rows, at psycopg's `execute`. While the file that CAMPAIGN_FAULTS names is there, some commits of
units of work fail; which, is drawn by the file's text and the worker's number, and every other one is refused:

| fate | what happens |
| --- | --- |
| killed_before | SIGKILL to the worker: the rows are written, nothing is committed |
| killed_after | SIGKILL once it is committed, and before anybody is answered |
| refused | the database says that it could not commit |

What struck is noted beside that file, one word a line.
"""

import os
import random
import signal
import sqlite3
import threading
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

_spec = spec_from_file_location("served", Path(__file__).parents[2] / "deploy" / "gunicorn.conf.py")
assert _spec is not None
assert _spec.loader is not None
_served = module_from_spec(_spec)
_spec.loader.exec_module(_served)
globals().update({name: value for name, value in vars(_served).items() if not name.startswith("_")})

COMMITS_BETWEEN = (10, 50)  # of one worker, from one that fails to the next
KILLED = ("killed_before", "killed_after")


def post_worker_init(worker: Any) -> None:
    """As the server's own; then listens."""
    _served.post_worker_init(worker)
    from sqlalchemy import event

    from fieldapp.extensions import db
    from wsgi import app

    fates = _Fates(Path(os.environ["CAMPAIGN_FAULTS"]), worker.age)
    with app.app_context():
        event.listen(db.engine, "commit", fates.at_commit)
        if db.engine.dialect.name == "postgresql":
            _listen_to_psycopg(fates)


class _Fates:
    """Which fate meets which commit of this worker."""

    def __init__(self, switch: Path, worker_number: int) -> None:
        self.switch, self.lock = switch, threading.Lock()
        self.struck = switch.with_suffix(".struck")
        self.dice = random.Random(f"{_text_of(switch)}:{worker_number}")
        self.left = self.dice.randint(*COMMITS_BETWEEN)

    def at_commit(self, connection: Any) -> None:
        """SQLAlchemy is about to send COMMIT; where it went along with the rows, there is nothing left to strike."""
        from sqlalchemy.exc import OperationalError

        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection) and driver.info.transaction_status == 0:  # IDLE
            return
        error = OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))
        self.strike(driver.commit, error)

    def strike(self, commit: Callable[[], object], error: Exception) -> None:
        """Does what this commit's fate is. Raises `error` when that is to be refused."""
        from fieldapp.extensions import _writing

        if not _writing.get() or not self.switch.exists():
            return
        with self.lock:
            self.left -= 1
            if self.left:
                return
            fate = self._draw()
        if fate == "killed_after":
            commit()
        _note(self.struck, fate)
        if fate == "refused":
            raise error
        os.kill(os.getpid(), signal.SIGKILL)

    def _draw(self) -> str:
        """The fate of this commit; and how many go well before the next."""
        self.left = self.dice.randint(*COMMITS_BETWEEN)
        return self.dice.choice(KILLED) if len(_text_of(self.struck).split()) % 2 else "refused"


def _text_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _listen_to_psycopg(fates: _Fates) -> None:
    import psycopg

    execute = psycopg.Connection.execute

    def listening(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        def commit() -> None:
            with self.pipeline():  # an inner one waits, at its end, for all that was sent
                execute(self, query, *arguments, **options)

        if query == "COMMIT":
            fates.strike(commit, psycopg.OperationalError("could not write to the log"))
        return execute(self, query, *arguments, **options)

    psycopg.Connection.execute = listening  # type: ignore[method-assign]


def _note(path: Path, fate: str) -> None:
    with path.open("a") as lines:
        lines.write(f"{fate}\n")
