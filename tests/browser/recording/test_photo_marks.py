"""A large photo: covered on the phone; its copy goes ahead, and its original waits for Wi-Fi until it is told."""

import io
import random
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from recording_phone import RecordingPhone

from fieldapp.evidence import queries
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
PATIENCE_S = 60


def large_photo() -> bytes:
    """More than 1 MB of JPEG, which a copy makes smaller."""
    picture = Image.frombytes("RGB", (600, 450), random.Random(1).randbytes(600 * 450 * 3)).resize((3000, 2250))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def arrived(sources: set[str]) -> list[Evidence]:
    """The files that the server has, in their order, as soon as these sources are among them."""
    return until(
        lambda: list(db.session.scalars(db.select(Evidence).order_by(Evidence.stored_at))),
        lambda rows: sources <= {row.source for row in rows if row.is_stored},
    )


def until(read: Callable[[], Any], fits: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + PATIENCE_S
    while not fits(found := read()) and time.monotonic() < end:
        db.session.rollback()
        time.sleep(0.2)
    assert fits(found), found
    return found


def test_a_photo_is_covered_its_copy_goes_ahead_and_the_original_waits_for_wifi(
    recording: RecordingPhone, live_app: Any
) -> None:
    page, content = recording.page, large_photo()
    page.evaluate("localStorage.setItem('fieldapp.wifiOnly', '1')")
    record_id = recording.start_record()
    recording.photograph("B01", content, album=True)

    recording.item("B01").locator(".thumb").click()
    page.get_by_role("button", name="标注、遮挡").click()
    page.get_by_role("button", name="遮挡", exact=True).click()
    box = page.locator("dialog canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="保存标注").click()
    recording.shows("dialog", "标注 1 处，已保存在本机")
    page.get_by_role("button", name="关闭").click()
    expect(recording.item("B01").locator(".thumb")).to_have_count(1)  # the layer is no photo

    rows = arrived({"copy", "layer"})
    assert "album" not in {row.source for row in rows if row.is_stored}
    kept = {file["source"]: file for file in recording.files(record_id)}
    copy, layer = (next(row for row in rows if row.source == source) for source in ("copy", "layer"))
    assert copy.of_id == layer.of_id == kept["album"]["id"]
    assert max(copy.width, copy.height) == 2000
    assert copy.length_bytes < len(content) / 2
    recording.shows(".sync-line", "1 张原图等 Wi-Fi")

    page.goto(re.sub(r"/field/.*", "/field/me", page.url))
    recording.shows(".sync-line", "附件 1 个仅在本机")
    recording.shows('[data-place="line"]', "不说用的是不是 Wi-Fi")
    page.get_by_role("button", name=re.compile("现在传原图（1 张")).click()
    rows = arrived({"copy", "layer", "album"})
    photo = next(row for row in rows if row.source == "album")
    (mark,) = queries.marks_of(queries.standing_of(photo).layer)  # type: ignore[arg-type]
    assert mark["kind"] == "cover"

    assert [round(value, 1) for value in (*mark["from"], *mark["to"])] == [0.2, 0.2, 0.6, 0.5]
