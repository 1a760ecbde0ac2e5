"""The reviewer's list among many records: first and last page, beside the bare SQL; what is derived from them caught up
with; and filing on top of them.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from servers import ROOT
from sqlalchemy import text

from benchmarks import load, table
from benchmarks.filing import record
from benchmarks.load import Measured
from benchmarks.seeding import seed
from benchmarks.server import Bench, Browser, sign_in
from benchmarks.table import Row
from fieldapp.audit import projections
from fieldapp.extensions import db
from fieldapp.reviews.inbox import ROWS_PER_PAGE

LIMITS_MS = {10_000: 25, 100_000: 40}
VIEWS = 80
RECORDS_OF_A_VISIT, FILED_BEFORE_VIEWS = (1, 20, 75), 600
CROWDED, CROWDED_AT_LEAST, CROWDED_VISIT, CROWDED_MB = 75_000, 1_000, 75, 64
FILED_ON_TOP, FILINGS, ROUNDS = 140_000, 800, 7  # one round alone varies by a sixth
# What any list of this kind has to ask: how many there are, which fifty, and their rows.
_COUNT = "SELECT count(*) FROM observation WHERE submitted_at IS NOT NULL AND state <> 'draft'"
_PAGE = """
SELECT o.id, o.number, o.state, o.submitted_at, o.yes_count, o.no_count, o.critical_no_items, u.name, v.agency_name,
       v.place
FROM observation o JOIN user_account u ON u.id = o.author_id JOIN visit v ON v.id = o.visit_id
WHERE o.submitted_at IS NOT NULL AND o.state <> 'draft'
ORDER BY o.submitted_at {order}, o.id {order} LIMIT 50"""


def measure(bench: Bench, *, scale: float = 1) -> Iterator[Row]:
    """Lists at each size of BENCH_LIST_ROWS; at last, records filed into a full database beside an empty one."""
    sizes = [int(size) for size in os.environ.get("BENCH_LIST_ROWS", "10000,100000").split(",")]
    author, lead = sign_in(bench.port, "zhangsan"), sign_in(bench.port, "zhou")
    for each in RECORDS_OF_A_VISIT:
        yield from _after_filing(bench, author, lead, each, scale)
    yield _crowded(bench, max(CROWDED_AT_LEAST, round(CROWDED * scale)))
    filings = round(FILINGS * scale)
    empty = _filed(bench, author, filings)
    for size in sizes:
        seed(bench, size)
        yield Row(bench.engine, f"派生数据补算到 {size:,} 条", _caught_up())
        for page in ("first", "last"):
            yield _view(bench, lead, size, page, round(VIEWS * scale))
    seed(bench, FILED_ON_TOP if max(sizes) >= 100_000 else max(sizes))
    full = _filed(bench, author, filings)
    what = f"提交记录，库中已有 {_total():,} 条，并发 8,{ROUNDS} 次的中位数"
    is_as_fast = full.per_second >= 0.9 * empty.per_second and not full.refused
    floor = f"空库：{table.latencies(empty)}"
    yield Row(bench.engine, what, table.latencies(full), floor, "不慢于空库（±10%）", is_as_fast)


def _after_filing(bench: Bench, author: Browser, lead: Browser, each: int, scale: float) -> Iterator[Row]:
    """Many records of few visits have just come: what a lead's next views cost, and the catching up after that."""
    count = max(each, round(FILED_BEFORE_VIEWS * scale))
    turns = [bench.visits[place // each % len(bench.visits)] for place in range(count)]
    requests = [record(bench, author, body=bench.body(visit=visit)) for visit in turns]
    load.run(bench.port, requests, concurrency=8)
    view = lead.message("GET", "/review/", Accept="text/html")
    found = load.run(bench.port, [view] * max(5, round(20 * scale)), concurrency=1)
    what = f"刚收到 {count} 条（每次活动 {each} 条）之后的审核列表"
    yield table.at_most(bench.engine, what, found, "", share=0.95, limit_ms=LIMITS_MS[10_000])
    yield Row(bench.engine, f"补算这 {count} 条（每次活动 {each} 条）", _caught_up())


def _crowded(bench: Bench, count: int) -> Row:
    """Many records of few visits, caught up with by a process of its own: how long, and what that takes of memory
    beyond what the same process takes with nothing to do.
    """
    bench.server.flask("audit", "project")
    _, idle_mb = _project(bench)
    seed(bench, _total() + count, records_of_a_visit=CROWDED_VISIT)
    seconds, busy_mb = _project(bench)
    what = f"另一进程补算 {count:,} 条（每次活动 {CROWDED_VISIT} 条）"
    more_mb = busy_mb - idle_mb
    found = f"{seconds:.1f} s，多用内存 {more_mb:.0f} MB"
    return Row(bench.engine, what, found, "", f"≤ {CROWDED_MB} MB", more_mb <= CROWDED_MB)


def _project(bench: Bench) -> tuple[float, float]:
    """Seconds and the largest resident size, in MB, of `flask audit project`."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "audit", "project"]
    begin = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=bench.server.env(), stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError("flask audit project failed")
    return time.perf_counter() - begin, used.ru_maxrss / 1024


def _caught_up() -> str:
    """What the worker does by and by, done now: how long in all, and the longest step, during which one waits."""
    steps_ms, begin = [], time.perf_counter()
    for projection in projections.known():
        is_all = False
        while not is_all:
            started = time.perf_counter()
            is_all = projections.catch_up(projection)
            steps_ms.append((time.perf_counter() - started) * 1000)
            db.session.remove()
    return f"{time.perf_counter() - begin:.1f} s，{len(steps_ms)} 步，最长一步 {max(steps_ms):.0f} ms"


def _view(bench: Bench, lead: Browser, size: int, page: str, views: int) -> Row:
    number = 1 if page == "first" else -(-_total() // ROWS_PER_PAGE)
    request = lead.message("GET", f"/review/?page={number}", Accept="text/html")
    load.run(bench.port, [request] * 10, concurrency=2)  # both processes have read their templates
    found = load.run(bench.port, [request] * views, concurrency=1)
    floor = _bare(page, views)
    what = f"审核列表 {size:,} 条，{'首页' if page == 'first' else '末页'} {ROWS_PER_PAGE} 行"
    return table.at_most(
        bench.engine, what, found, f"SQL {table.latencies(floor)}", share=0.95, limit_ms=LIMITS_MS.get(size)
    )


def _bare(page: str, times: int) -> Measured:
    measured = Measured()
    statement = _PAGE.format(order="DESC" if page == "first" else "ASC")
    with db.engine.connect() as connection:
        cursor: Any = connection.connection.cursor()
        begin = time.perf_counter()
        for _ in range(times):
            started = time.perf_counter()
            cursor.execute(_COUNT)
            cursor.fetchall()
            cursor.execute(statement)
            cursor.fetchall()
            measured.latencies_ms.append((time.perf_counter() - started) * 1000)
        measured.seconds = time.perf_counter() - begin
        measured.statuses[200] = times
    return measured


def _filed(bench: Bench, author: Browser, count: int) -> Measured:
    """The round of median speed; the one in which something was refused, if there is one."""
    load.run(bench.port, [record(bench, author) for _ in range(60)], concurrency=8)
    rounds = [load.run(bench.port, [record(bench, author) for _ in range(count)], concurrency=8) for _ in range(ROUNDS)]
    return next((one for one in rounds if one.refused), sorted(rounds, key=lambda one: one.per_second)[ROUNDS // 2])


def _total() -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(text(_COUNT)).scalar_one())
