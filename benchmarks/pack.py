"""The pack of somebody with a thousand visits and half as many records: whole, nothing new, and one visit changed."""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlencode

import brotli
from sqlalchemy import insert, select, update

from benchmarks.seeding import seed
from benchmarks.server import Bench, Browser, sign_in
from benchmarks.table import Row
from fieldapp import ids
from fieldapp.clock import now
from fieldapp.extensions import unit_of_work
from fieldapp.observations.models import Observation
from fieldapp.visits.models import Visit

VISITS, RECORDS, TIMES = 1_000, 500, 21
LIMIT_MS, LIMIT_BYTES = 150, 10_000
_PHONE = {"Accept-Encoding": "gzip, deflate, br"}


def measure(bench: Bench) -> Iterator[Row]:
    """Milliseconds until the last byte, compressed as for a phone; in the median, one after the other."""
    _fill(bench)
    browser = sign_in(bench.port, "zhangsan")
    first_ms, _, _ = _asked(bench, browser)
    yield Row(bench.engine, f"离线包：{VISITS:,} 次活动、{RECORDS} 份记录，进程第一次", f"{first_ms:.0f} ms")
    whole = [_asked(bench, browser) for _ in range(TIMES)]
    _, etag, content = whole[-1]
    pack = json.loads(content)
    took = median(ms for ms, _, _ in whole)
    size = f"{len(content) / 1e6:.1f} MB，gzip {len(gzip.compress(content, 5)) / 1e3:.0f} kB"
    yield Row(bench.engine, "离线包，整份", f"{took:.0f} ms，{size}", "", f"≤ {LIMIT_MS} ms", took <= LIMIT_MS)
    since = {"since": pack["cursor"], "rows": "1"}
    took = median(_asked(bench, browser, since, etag)[0] for _ in range(TIMES))
    yield Row(bench.engine, "离线包，没有变化", f"{took:.0f} ms", "", f"≤ {LIMIT_MS} ms", took <= LIMIT_MS)
    with unit_of_work() as session:
        changed = pack["visits"][VISITS // 2]["id"]
        session.execute(update(Visit).where(Visit.id == changed).values(place="云川市石桥镇河东路2号"))
    asked = [_asked(bench, browser, since, etag) for _ in range(TIMES)]
    took, sent = median(ms for ms, _, _ in asked), len(brotli.compress(asked[-1][2], quality=5))
    found = f"{took:.0f} ms，{sent / 1e3:.1f} kB"
    yield Row(bench.engine, "离线包，改了一次活动", found, "", f"≤ {LIMIT_BYTES / 1e3:.0f} kB", sent <= LIMIT_BYTES)


def _asked(
    bench: Bench, browser: Browser, query: dict[str, str] | None = None, etag: str = ""
) -> tuple[float, str, bytes]:
    """Milliseconds, ETag and the content as it was before it was compressed."""
    connection = HTTPConnection("127.0.0.1", bench.port, timeout=60)
    began = time.perf_counter()
    path = f"/api/v1/pack?{urlencode(query)}" if query else "/api/v1/pack"
    headers = {"Cookie": browser.cookie, **_PHONE} | ({"If-None-Match": etag} if etag else {})
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    took = (time.perf_counter() - began) * 1e3
    connection.close()
    if answer.status not in (200, 304):
        raise RuntimeError(f"no pack: {answer.status} {content.decode()[:300]}")
    unpacked = brotli.decompress(content) if answer.headers["Content-Encoding"] == "br" else content
    return took, answer.headers["ETag"], unpacked


def _fill(bench: Bench) -> None:
    """Visits of these weeks, each at a time and place of its own; records of the one who asks."""
    like = {column.name: getattr(bench.visits[0], column.name) for column in Visit.__table__.c}
    at = now() - timedelta(days=20)
    visits = [
        like
        | {"id": ids.mint(), "starts_at": at + timedelta(minutes=30 * place), "place": f"云川市柳湾镇工业路{place}号"}
        for place in range(VISITS)
    ]
    with unit_of_work() as session:
        session.execute(insert(Visit.__table__), visits)
    seed(bench, RECORDS)
    mine = {"author_id": bench.county.zhang_san.id, "changed_at": now(), "state": "submitted"}
    with unit_of_work() as session:
        some = session.scalars(select(Observation.id).limit(RECORDS))
        session.execute(
            update(Observation),
            [{"id": one, "visit_id": visit["id"], **mine} for one, visit in zip(some, visits, strict=False)],
        )
