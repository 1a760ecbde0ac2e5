"""What the machine alone can do: the same bytes, written and fsynced in one transaction each, with nothing around it.

No HTTP, no JSON, no check, no signature, no audit chain; only what no server can leave out. And the other half: an
empty answer of bare Flask under the same gunicorn.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from servers import ROOT, LiveServer, wait_until
from sqlalchemy.engine import make_url

from benchmarks.load import Measured, run
from benchmarks.table import latencies
from fieldapp.config import THREADS_PER_PROCESS

_TABLE = "CREATE TABLE IF NOT EXISTS floor (id {serial} PRIMARY KEY, body TEXT NOT NULL)"


@dataclass(frozen=True)
class Floor:
    """What the machine did of the same: `words` of a cell, how many in a second, and how long one took."""

    words: str
    per_second: float
    each_ms: float

    def beside(self, found: Measured) -> str:
        """Its words, and how far what was found is from it."""
        if not found.latencies_ms:
            return self.words
        share, times = self.per_second / found.per_second, found.percentile_ms(0.5) / self.each_ms
        return f"{self.words}；是它的 1/{share:.1f}，一次用它的 {times:.1f} 倍时间"


def commits(url: str, bodies: Sequence[bytes], *, concurrency: int) -> Floor:
    """One INSERT and COMMIT for each body, on `concurrency` connections: by pgbench, which is C, on PostgreSQL; by
    Python's own sqlite3 on SQLite.
    """
    if make_url(url).get_backend_name() == "postgresql":
        return _pgbench(url, bodies[0], len(bodies), concurrency)
    texts = [body.decode() for body in bodies]
    found = _timed(url, texts, concurrency, lambda insert, text: insert(text))
    return Floor(f"INSERT {latencies(found)}", found.per_second, found.percentile_ms(0.5))


def bare_flask(folder: Path, requests: Sequence[bytes], *, concurrency: int) -> str:
    """The same requests to a Flask that does nothing, under gunicorn with as many processes and threads."""
    server = _BareServer(folder, "sqlite://")
    server.start()
    try:
        run(server.port, requests[: 8 * concurrency], concurrency=concurrency)
        return f"空 Flask {latencies(run(server.port, requests, concurrency=concurrency))}"
    finally:
        server.kill()


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


class _BareServer(LiveServer):
    """benchmarks/bare.py, served as the application is."""

    def start(self) -> "LiveServer":
        """Starts it and waits until it answers."""
        served = f"--bind 127.0.0.1:{self.port} --workers 2 --threads {THREADS_PER_PROCESS} --keep-alive 15 --preload"
        worker = "deploy.gunicorn_private.EvenThreadWorker"
        command = [sys.executable, "-m", "gunicorn", *served.split(), "--worker-class", worker, "benchmarks.bare:app"]
        with (self.instance / "bare.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        wait_until(self.is_healthy, lambda: (self.instance / "bare.log").read_text())
        return self


def _pgbench(url: str, body: bytes, count: int, concurrency: int) -> Floor:
    with _inserting(url):
        pass  # the table is there
    address = make_url(url)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(f"INSERT INTO floor (body) VALUES ('{body.decode().replace(chr(39), chr(39) * 2)}');\n")
        script.flush()
        # Each connection at least 100, or the time to connect would be half of it.
        asked = f"-n -M simple -c {concurrency} -j {min(2, concurrency)} -t {max(100, count // concurrency)}"
        place = ["-h", str(address.query["host"]), "-U", str(address.username), str(address.database)]
        done = subprocess.run(
            [_pgbench_program(), *asked.split(), "-f", script.name, *place], capture_output=True, text=True, check=True
        )
    tps = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
    mean_ms = re.search(r"^latency average = ([\d.]+) ms", done.stdout, re.M)
    if not tps or not mean_ms:
        raise RuntimeError(f"pgbench said: {done.stdout}")
    per_second, each_ms = float(tps[1]), float(mean_ms[1])
    return Floor(f"pgbench {per_second:.0f}/s，平均 {each_ms:.2f} ms", per_second, each_ms)


def _pgbench_program() -> str:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), key=lambda path: int(path.parts[-3]))
    found = str(places[-1]) if places else shutil.which("pgbench")
    if found is None:
        raise RuntimeError("pgbench is missing: it comes with the Debian package postgresql")
    return found


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
