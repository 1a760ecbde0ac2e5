"""The main job: records of 48 answers, photos of 300 kB, and both together, alone and many at once, beside what the
machine allows.

Sixteen phones of two people, each with a sign-in of its own. A pair is a record that names a photo, and that photo:
what a phone sends after a visit. Phones of today send it in one request, as to ODK; those of before in two.
"""

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator

from factories import make_photo
from phone_bundles import FORM_TYPE, described, form_of, parts_of
from sqlalchemy import func, select

from benchmarks import floors, load, table
from benchmarks.server import ITEMS, Bench, Browser, phones
from benchmarks.table import Row
from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing.models import Receipt
from fieldapp.observations.models import Observation, ObservationRevision

CONCURRENCY = (1, 8, 32)
# Pieces of work per concurrency at scale 1: enough for a p99.
RECORDS = {1: 300, 8: 800, 32: 1600}
PHOTOS = {1: 100, 8: 200, 32: 400}
RECORD_P50_MS = 5
RECORDS_PER_SECOND, PHOTOS_PER_SECOND = 650, 210
Phones = Iterator[Browser]


def measure(bench: Bench, *, scale: float = 1) -> Iterator[Row]:
    """Records, the race for one id, pairs, photos alone."""
    hands = phones(bench.port)
    load.run(bench.port, [record(bench, next(hands)) for _ in range(160)], concurrency=8)  # warm
    for concurrency in CONCURRENCY:
        yield _records(bench, hands, concurrency, round(RECORDS[concurrency] * scale))
    requests = [record(bench, next(hands)) for _ in range(round(RECORDS[32] * scale))]
    yield Row(bench.engine, "同样的请求，空 Flask，并发 32", floors.bare_flask(bench.folder, requests, concurrency=32))
    yield _race(bench, next(hands))
    for concurrency in CONCURRENCY:
        yield from _pairs(bench, hands, concurrency, round(PHOTOS[concurrency] * scale))
    yield _photos(bench, hands, 32, round(PHOTOS[32] * scale))


def record(bench: Bench, browser: Browser, observation_id: str | None = None, body: bytes | None = None) -> bytes:
    """PUT of one new record."""
    path = f"/api/v1/observations/{observation_id or ids.mint()}"
    return browser.message("PUT", path, body or bench.body(), Content_Type="application/json")


def photo(browser: Browser, content: bytes, observation_id: str, photo_id: str | None = None) -> bytes:
    """POST of a whole photo, as phones send it."""
    digest = hashlib.sha256(content)
    said = {"id": photo_id or ids.mint(), "sha256": digest.hexdigest(), "filename": "现场.jpg",
            "filetype": "image/jpeg", "observation": observation_id, "item": "B01", "source": "camera"}  # fmt: skip
    return browser.message(
        "POST",
        "/api/v1/evidence",
        content,
        Content_Type="application/offset+octet-stream",
        Tus_Resumable="1.0.0",
        Upload_Length=str(len(content)),
        Upload_Metadata=",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in said.items()),
    )


def photos(count: int) -> list[bytes]:
    """Pictures of about 300 kB, each with other bytes (a comment segment, as in ISO/IEC 10918-1 B.2.4.5)."""
    whole = make_photo(2050, 1540, quality=88)
    return [whole[:2] + b"\xff\xfe\x00\x12" + os.urandom(8).hex().encode() + whole[2:] for _ in range(count)]


def _records(bench: Bench, hands: Phones, concurrency: int, count: int) -> Row:
    bodies = [bench.body() for _ in range(count)]
    floor = floors.commits(bench.server.database_url, bodies, concurrency=concurrency)
    requests = [record(bench, next(hands), body=body) for body in bodies]
    found = load.run(bench.port, requests, concurrency=concurrency)
    what = f"记录（{ITEMS} 项，{len(bodies[0]) / 1024:.1f} kB），并发 {concurrency}"
    if concurrency == 1:
        return table.at_most(bench.engine, what, found, floor.beside(found), share=0.5, limit_ms=RECORD_P50_MS)
    target = RECORDS_PER_SECOND if (bench.engine, concurrency) == ("postgresql", 32) else None
    return table.at_least(bench.engine, what, found, floor.beside(found), target)


def _race(bench: Bench, browser: Browser) -> Row:
    rounds, answers, rows = 10, 0, 0
    for _ in range(rounds):
        observation_id, body = ids.mint(), bench.body()
        one = record(bench, browser, observation_id, body)
        answers += load.run(bench.port, [one] * 8, concurrency=8).statuses.get(200, 0)
        rows += _rows_of(observation_id) == (1, 1, 1)
    found = f"{answers} 次 200,{rows} 次恰为一条记录一份回执"
    target = f"{8 * rounds} 次 200,{rounds} 次一条一份"
    return Row(
        bench.engine,
        f"同一新编号同时 8 次提交，{rounds} 轮",
        found,
        "",
        target,
        (answers, rows) == (8 * rounds, rounds),
    )


def _rows_of(observation_id: str) -> tuple[int, ...]:
    counts = tuple(
        db.session.scalar(select(func.count()).where(column == observation_id)) or 0
        for column in (Observation.id, ObservationRevision.observation_id, Receipt.subject_id)
    )
    db.session.remove()
    return counts


def _pairs(bench: Bench, hands: Phones, concurrency: int, count: int) -> Iterator[Row]:
    """The record and the photo that it names: in one request, then one after the other by one phone, measured as one.

    Beside the same bare INSERT of a record, and beside the photo's file and a row.
    """
    contents = photos(count)
    url = bench.server.database_url
    inserts = floors.commits(url, [bench.body() for _ in range(count)], concurrency=concurrency)
    written = table.latencies(floors.files(url, bench.folder / "floor", contents, concurrency=concurrency))
    size = f"记录加它的照片（{len(contents[0]) // 1024} kB"
    for make, how in ((_bundle, "一次请求"), (_pair, "先后两次请求")):
        work = [make(bench, next(hands), content) for content in contents]
        found = load.run(bench.port, work, concurrency=concurrency)
        floor = f"{inserts.beside(found)}；文件与 INSERT {written}"
        yield Row(bench.engine, f"{size}，{how}），并发 {concurrency}", table.latencies(found), floor)


def _bundle(bench: Bench, browser: Browser, content: bytes) -> bytes:
    observation_id, photo = ids.mint(), described(content, item="B01")
    form = form_of(parts_of(bench.body(evidence=photo["id"]), [(photo, content)]))
    return browser.message("PUT", f"/api/v1/observations/{observation_id}/bundle", form, Content_Type=FORM_TYPE)


def _pair(bench: Bench, browser: Browser, content: bytes) -> tuple[bytes, bytes]:
    observation_id, photo_id = ids.mint(), ids.mint()
    first = record(bench, browser, observation_id, bench.body(evidence=photo_id))
    return first, photo(browser, content, observation_id, photo_id)


def _photos(bench: Bench, hands: Phones, concurrency: int, count: int) -> Row:
    """The second halves of pairs alone: each photo is named by a record that is here already."""
    pairs = [_pair(bench, next(hands), content) for content in photos(count)]
    load.run(bench.port, [first for first, _ in pairs], concurrency=concurrency)
    found = load.run(bench.port, [second for _, second in pairs], concurrency=concurrency)
    target = PHOTOS_PER_SECOND if bench.engine == "postgresql" else None
    return table.at_least(bench.engine, f"照片，记录已在库中，并发 {concurrency}", found, "", target)
