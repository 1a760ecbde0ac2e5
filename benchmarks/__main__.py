"""How long a phone waits: the pack, a record of 48 items, a photo; alone and when many phones come at once.

Each engine is measured on a fresh instance under gunicorn with two processes. BENCH_RECORDS (200) and BENCH_PHONES (16)
change the size. Figures depend on the machine; compare runs on the same one.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from factories import make_checklist_version, make_photo, make_visit, observation_body
from personas import make_county
from servers import LiveServer, PostgresCluster, make_tables

from benchmarks.phone import Phone
from fieldapp import create_app, ids
from fieldapp.config import read_settings
from fieldapp.extensions import db

RECORDS = int(os.environ.get("BENCH_RECORDS", "200"))
PHONES = int(os.environ.get("BENCH_PHONES", "16"))
LINE = "{:<12}{:<34}{:>8}{:>10}{:>10}{:>10}{:>10}"


def main() -> None:
    """Prints the table, engine by engine."""
    print(LINE.format("engine", "what", "times", "median ms", "p95 ms", "max ms", "per s"), flush=True)
    for engine in ("sqlite", "postgresql"):
        with serving(engine) as (server, bodies):
            measure(engine, server, bodies)


def measure(engine: str, server: LiveServer, bodies: Callable[[], dict[str, object]]) -> None:
    """All measurements on one server."""
    phone = Phone(server.url, "zhangsan")
    etag = phone.pack()
    photos = [make_photo(2400, 1800, text=str(number), quality=92) for number in range(8)]
    filings = [(ids.mint(), bodies()) for _ in range(RECORDS)]
    crowd = [Phone(server.url, "zhangsan") for _ in range(PHONES)]
    crowd_filings = [(ids.mint(), bodies()) for _ in range(RECORDS)]
    photo_owner = filings[0][0]

    report(engine, "pack, whole", [lambda: phone.pack()] * 20)
    report(engine, "pack, unchanged (304)", [lambda: phone.pack(etag)] * 50)
    report(engine, "file a record of 48 items", [lambda one=one: phone.file(*one) for one in filings])
    report(engine, "file the same again", [lambda one=one: phone.file(*one) for one in filings[: len(filings) // 2]])
    report(engine, f"send a photo of {len(photos[0]) // 1024} kB", [
        lambda content=content: phone.send_photo(content, photo_owner) for content in photos
    ])  # fmt: skip
    report(
        engine,
        f"file, {PHONES} phones at once",
        [lambda one=one, place=place: crowd[place % PHONES].file(*one) for place, one in enumerate(crowd_filings)],
        at_once=PHONES,
    )


def report(engine: str, what: str, calls: list[Callable[[], object]], *, at_once: int = 1) -> None:
    """Does the calls, `at_once` of them side by side, and prints how long they took."""
    begin = time.perf_counter()
    with ThreadPoolExecutor(at_once) as hands:
        took_ms = sorted(hands.map(_timed, calls))
    seconds = time.perf_counter() - begin
    p95 = quantiles(took_ms, n=20)[-1]
    figures = (f"{median(took_ms):.1f}", f"{p95:.1f}", f"{took_ms[-1]:.1f}", f"{len(calls) / seconds:.0f}")
    print(LINE.format(engine, what, len(calls), *figures), flush=True)


@contextmanager
def serving(engine: str) -> Iterator[tuple[LiveServer, Callable[[], dict[str, object]]]]:
    """A server with the people of 云川市 and one visit, and a maker of bodies for records of it."""
    with tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as folder, _database(engine, Path(folder)) as url:
        make_tables(url, Path(folder))
        app = create_app(read_settings({"FIELDAPP_INSTANCE": folder, "FIELDAPP_DATABASE_URL": url}))
        with app.app_context():
            visit, version = make_visit(group=make_county().first_group), make_checklist_version(items=None)
            observation_body(visit, version)
            db.session.remove()
            server = LiveServer(Path(folder), url).start()
            try:
                yield server, lambda: observation_body(visit, version)
            finally:
                server.kill()
                db.engine.dispose()


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'fieldapp.sqlite3'}"
        return
    cluster = PostgresCluster()
    try:
        cluster.start()
        cluster.create("bench")
        yield cluster.url("bench")
    finally:
        cluster.stop()


def _timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    main()
