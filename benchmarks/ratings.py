"""Citizens behind a QR code: how much a phone downloads, and how many can rate at once."""

import gzip
import http.client
import re
import urllib.parse
from collections.abc import Iterator
from html import unescape

from benchmarks import load, table
from benchmarks.load import message
from benchmarks.server import Bench
from benchmarks.table import Row
from fieldapp.extensions import db
from fieldapp.rating_codes import operations as codes

CITIZENS = 600
PAGE_LIMIT_KB = 30
PER_SECOND, P99_MS = 400, 150


def measure(bench: Bench, *, scale: float = 1) -> Iterator[Row]:
    """The page with all that it loads, pages in a second, ratings in a second."""
    poster = codes.issue_poster(bench.county.wu, agency_id=bench.county.work_safety_agency.id)
    db.session.remove()
    path, count = f"/r/{poster.code}", round(CITIZENS * scale)
    yield _page(bench, path)
    pages = load.run(bench.port, [message("GET", path, b"", {})] * count, concurrency=32)
    yield Row(bench.engine, "打开评价页，并发 32", table.latencies(pages))
    requests = [_rating(path, _token(bench.port, path)) for _ in range(count)]
    found = load.run(bench.port, requests, concurrency=32)
    holds = found.per_second >= PER_SECOND and found.percentile_ms(0.99) <= P99_MS and not found.refused
    target = f"≥ {PER_SECOND}/s，p99 ≤ {P99_MS} ms"
    yield Row(bench.engine, "提交评价，并发 32", table.latencies(found), "", target, holds)


def _page(bench: Bench, path: str) -> Row:
    page = _fetch(bench.port, path)
    text = gzip.decompress(page).decode()
    loaded = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    total = len(page) + sum(len(_fetch(bench.port, address)) for address in loaded)
    found = f"{total / 1024:.1f} kB（页面 {len(page) / 1024:.1f} kB，另 {len(loaded)} 个文件）"
    return Row(
        bench.engine, "评价页全部下载，压缩后", found, "", f"≤ {PAGE_LIMIT_KB} kB", total <= PAGE_LIMIT_KB * 1024
    )


def _rating(path: str, token: str) -> bytes:
    form = urllib.parse.urlencode({"page": token, "level": "5", "comment": "办事很快，态度很好。"})
    return message("POST", path, form.encode(), {"Content-Type": "application/x-www-form-urlencoded"})


def _token(port: int, path: str) -> str:
    found = re.search(r'name="page" value="([^"]+)"', gzip.decompress(_fetch(port, path)).decode())
    if not found:
        raise RuntimeError(f"{path} asks for no rating")
    return unescape(found[1])


def _fetch(port: int, path: str) -> bytes:
    """The bytes that travel, packed; what is too small for the server to pack is packed here, to be read alike."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return content if answer.getheader("Content-Encoding") == "gzip" else gzip.compress(content)
