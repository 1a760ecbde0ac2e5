"""What the machine alone can do: the same bytes, written and fsynced in one transaction each, by a bare script.

No HTTP, no JSON, no check, no signature, no audit chain; only what no server can leave out.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.load import Measured

_TABLE = "CREATE TABLE IF NOT EXISTS floor (id {serial} PRIMARY KEY, body TEXT NOT NULL)"


def commits(url: str, bodies: Sequence[bytes], *, concurrency: int) -> Measured:
    """One transaction for each body, on `concurrency` connections of their own."""
    texts = [body.decode() for body in bodies]
    return _timed(url, texts, concurrency, lambda insert, text: insert(text))


def files(url: str, folder: Path, contents: Sequence[bytes], *, concurrency: int) -> Measured:
    """One fsynced file in a fsynced folder for each content, and a transaction with its name."""
    folder.mkdir(exist_ok=True)

    def keep(insert: Callable[[str], None], numbered: tuple[int, bytes]) -> None:
        number, content = numbered
        place = folder / f"{number}.jpg"
        _fsynced(place.with_suffix(".draft"), content)
        place.with_suffix(".draft").rename(place)
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        insert(place.name)

    return _timed(url, list(enumerate(contents)), concurrency, keep)


def _fsynced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _timed(url: str, items: list[Any], concurrency: int, do: Callable[[Callable[[str], None], Any], None]) -> Measured:
    measured, queue = Measured(), iter(items)

    def hand(_: int) -> None:
        with _inserting(url) as insert:
            for item in queue:
                started = time.perf_counter()
                do(insert, item)
                measured.latencies_ms.append((time.perf_counter() - started) * 1000)

    with _inserting(url):
        pass  # the table is there before the clock runs
    started = time.perf_counter()
    with ThreadPoolExecutor(concurrency) as hands:
        list(hands.map(hand, range(concurrency)))
    measured.seconds = time.perf_counter() - started
    measured.statuses[200] = len(measured.latencies_ms)
    return measured


@contextmanager
def _inserting(url: str) -> Iterator[Callable[[str], None]]:
    """A function that inserts one text and commits."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        file = sqlite3.connect(f"{address.database}.floor", isolation_level=None, timeout=60)
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=FULL")
        file.execute(_TABLE.format(serial="INTEGER"))
        try:
            yield lambda text: file.execute("INSERT INTO floor (body) VALUES (?)", (text,)) and None
        finally:
            file.close()
        return
    with psycopg.connect(address.set(drivername="postgresql").render_as_string(False), autocommit=True) as connection:
        connection.execute(_TABLE.format(serial="SERIAL"))
        yield lambda text: connection.execute("INSERT INTO floor (body) VALUES (%s)", (text,)) and None
