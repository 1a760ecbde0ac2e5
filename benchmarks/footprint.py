"""How much memory the processes hold after their load, how soon a cold start answers, what a phone downloads once."""

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from servers import LiveServer

from benchmarks import load
from benchmarks.filing import photo, photos, record
from benchmarks.server import Bench, sign_in
from benchmarks.table import Row
from fieldapp import ids

# Of all processes, the master too; of all bytes, headers too.
MEMORY_LIMIT_MB, START_LIMIT_MS, DOWNLOAD_LIMIT_KB = 240, 1000, 90
STARTS = 5
SETTLED_S = 12  # deploy/gunicorn.conf.py gives memory back every 10 seconds
_ASKED_BY_PAGE = re.compile(r'<(?:link|script|use)[^>]*(?:href|src)="(/[^"#]+)"')


def measure(bench: Bench) -> Iterator[Row]:
    """Memory, cold start, download."""
    _use(bench)
    yield _memory(bench)
    yield _cold_start(bench)
    yield _download(bench)


def _use(bench: Bench) -> None:
    """Every kind of request a few times, so that each process has loaded what it ever will."""
    author, lead = sign_in(bench.port, "zhangsan"), sign_in(bench.port, "zhou")
    filed = [ids.mint() for _ in range(200)]
    named = [ids.mint() for _ in range(40)]
    bodies = [bench.body(evidence=name) for name in named] + [bench.body() for _ in filed[len(named) :]]
    requests = [record(bench, author, one, body) for one, body in zip(filed, bodies, strict=True)]
    requests += [photo(author, *one) for one in zip(photos(len(named)), filed, named, strict=False)]
    requests += [author.message("GET", "/api/v1/pack")] * 20
    requests += [lead.message("GET", path) for path in ("/review/", f"/review/records/{filed[0]}") for _ in range(20)]
    load.run(bench.port, requests, concurrency=32)


def _memory(bench: Bench) -> Row:
    """Once the load has ended and the workers have given back what they needed for it; beside that, at once."""
    processes = [bench.server.process.pid, *bench.server.workers()] if bench.server.process else []
    at_once_mb = sum(_pss_mb(one) for one in processes)
    time.sleep(SETTLED_S)
    shares_mb = [_pss_mb(one) for one in processes]
    whole_mb = sum(shares_mb)
    each = "、".join(f"{one:.0f}" for one in shares_mb[1:])
    found = f"{whole_mb:.0f} MB（{each}；主进程 {shares_mb[0]:.0f}；负载刚完时 {at_once_mb:.0f}）"
    return Row(
        bench.engine, f"内存 PSS，主进程和 {len(shares_mb) - 1} 个进程", found, "", f"≤ {MEMORY_LIMIT_MB} MB",
        whole_mb <= MEMORY_LIMIT_MB,
    )  # fmt: skip


def _pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this kernel says no PSS")


def _cold_start(bench: Bench) -> Row:
    """From the command to the first answer, on the same instance, another port."""
    took_ms = []
    for _ in range(STARTS):
        server = LiveServer(bench.folder, bench.server.database_url, bench.server.environment)
        started = time.perf_counter()
        server.start()
        took_ms.append((time.perf_counter() - started) * 1000)
        server.kill()
    found = f"{median(took_ms):.0f} ms（最快 {min(took_ms):.0f}，最慢 {max(took_ms):.0f}）"
    return Row(
        bench.engine, f"冷启动到首次应答，{STARTS} 次中位数", found, "", f"≤ {START_LIMIT_MS} ms",
        median(took_ms) <= START_LIMIT_MS,
    )  # fmt: skip


def _download(bench: Bench) -> Row:
    """All that the first page asks for, and what the worker then brings, as it travels; the pack is the checklist data.

    With the headers of the answers. Not counted: the home screen's icons, which the system fetches when it likes.
    """
    author = sign_in(bench.port, "zhangsan")
    page = _fetched(bench.port, "/field/", author.cookie, encodings="identity").decode()
    beside = {path for path in _ASKED_BY_PAGE.findall(page) if not path.endswith(".png")}
    program = {"/field/", "/field/sw.js", *beside}  # of these is the one answer that page and worker share
    program_kb = sum(_travelled(bench.port, path, author.cookie) for path in program) / 1024
    pack_kb = _travelled(bench.port, "/api/v1/pack", author.cookie) / 1024
    found = f"{program_kb:.1f} kB；清单数据另 {pack_kb:.1f} kB"
    return Row(
        bench.engine,
        "手机离线可用前的下载，压缩后，连响应头",
        found,
        "",
        f"≤ {DOWNLOAD_LIMIT_KB} kB",
        program_kb <= DOWNLOAD_LIMIT_KB,
    )


def _travelled(port: int, path: str, cookie: str) -> int:
    """The bytes of the answer, head and body, as they travel."""
    head, content = _answered(port, path, cookie, "gzip, br")
    return len(head) + len(content)


def _fetched(port: int, path: str, cookie: str, *, encodings: str) -> bytes:
    return _answered(port, path, cookie, encodings)[1]


def _answered(port: int, path: str, cookie: str, encodings: str) -> tuple[bytes, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": encodings, "Cookie": cookie})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in answer.getheaders())]
    return "\r\n".join([*lines, "", ""]).encode(), content
