"""Somebody else holds the database's write lock."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from fieldapp.extensions import _WRITE_LOCK

LONGEST_WAIT_S = 60


@contextmanager
def write_lock_held(database_url: str) -> Iterator[None]:
    """Another process' transaction that does not end: a backup gone wrong, an administrator's shell."""
    if database_url.startswith("sqlite"):
        path = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as holder:
            _take_turn(holder)
            yield
            holder.execute("ROLLBACK")
    else:
        with psycopg.connect(database_url.replace("+psycopg", "")) as holder:
            holder.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITE_LOCK])
            yield
            holder.rollback()


def _take_turn(holder: sqlite3.Connection) -> None:
    """Looks every millisecond: SQLite's own waiting rarely meets the lock free among writers who look as often."""
    end = time.monotonic() + LONGEST_WAIT_S
    while True:
        try:
            holder.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
        time.sleep(0.001)
