"""Somebody else holds the database's write lock."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from fieldapp.extensions import _WRITE_LOCK


@contextmanager
def write_lock_held(database_url: str) -> Iterator[None]:
    """Another process' transaction that does not end: a backup gone wrong, an administrator's shell."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            yield
            holder.execute("ROLLBACK")
    else:
        with psycopg.connect(database_url.replace("+psycopg", "")) as holder:
            holder.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITE_LOCK])
            yield
            holder.rollback()
