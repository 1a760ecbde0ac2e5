"""Signatures of the recorder, the officers and the party: bound to the words that were shown, and optional."""

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from recording_phone import RecordingPhone

from fieldapp.evidence.models import Evidence
from fieldapp.evidence.store import storage
from fieldapp.extensions import db
from fieldapp.filing.signatures import signatures_of
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def filed(record_id: str) -> dict[str, Any]:
    return observations.body_of(
        observations.revision_of(db.session.get(Observation, record_id, populate_existing=True))
    )


def place(recording: RecordingPhone, who: str) -> Any:
    return recording.page.get_by_role("group", name=f"{who}签名", exact=True)


def write(recording: RecordingPhone, who: str, *, turned: bool = False) -> None:
    """Signs with a finger; `turned`: the phone is turned between two strokes."""
    page = recording.page
    place(recording, who).locator("[data-part=sign]").click()
    _stroke(page, 0.2)
    if turned:
        page.set_viewport_size({"width": 844, "height": 390})
        page.wait_for_timeout(300)
        _stroke(page, 0.8)
        page.set_viewport_size({"width": 390, "height": 844})
    page.click("dialog [value=done]")
    expect(place(recording, who).locator("img")).to_be_visible()


def _stroke(page: Any, down: float) -> None:
    box = page.locator("dialog canvas").bounding_box()
    at = box["y"] + down * box["height"]
    page.mouse.move(box["x"] + 0.1 * box["width"], at)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 0.1 * (1 + step) * box["width"], at)
    page.mouse.up()


def _ready(recording: RecordingPhone) -> str:
    record_id = recording.start_record()
    recording.open("check", record_id)
    recording.answer_the_rest()
    return record_id


def test_three_sign_for_themselves_and_what_is_filed_fits_the_words(recording: RecordingPhone) -> None:
    record_id = _ready(recording)
    recording.page.fill("#summary", "总体规范。𠮷")
    recording.saved()
    write(recording, "记录人")
    write(recording, "当事人")
    place(recording, "执法人员").get_by_label("拒绝签名", exact=True).check()
    expect(recording.page.locator("[data-place=submit]")).to_be_disabled()
    place(recording, "执法人员").get_by_label("拒绝签名的原因").fill("称无权签字")
    recording.page.wait_for_selector("[data-place=submit]:enabled")
    recording.submit()
    recording.wait_until_arrived()

    found = signatures_of(filed(record_id))

    assert [(one.who, bool(one.evidence), one.refusal, one.fits) for one in found] == [
        ("记录人", True, None, True), ("执法人员", False, "称无权签字", True), ("当事人", True, None, True),
    ]  # fmt: skip


def test_words_that_change_after_signing_are_named_and_the_signature_counts_no_more(recording: RecordingPhone) -> None:
    record_id = _ready(recording)
    write(recording, "当事人")
    expect(place(recording, "当事人")).to_contain_text("已签")
    recording.open("section", record_id, category="B")
    recording.answer("B03", "yes")
    recording.open("check", record_id)
    recording.page.fill("#summary", "后来写的")

    expect(place(recording, "当事人")).to_contain_text("签名后改过：B03、总体情况")
    recording.page.click("[data-action=submit]")
    dialog = recording.page.get_by_role("dialog")
    expect(dialog).to_contain_text("当事人的签名是改动以前签的")
    dialog.locator("[value=no]").click()
    write(recording, "当事人")
    expect(place(recording, "当事人").get_by_role("status")).to_be_hidden()
    recording.submit()
    recording.wait_until_arrived()

    [signed] = signatures_of(filed(record_id))
    assert (signed.who, signed.fits) == ("当事人", True)


def test_who_goes_without_files_no_signature_over_other_words(recording: RecordingPhone) -> None:
    record_id = _ready(recording)
    write(recording, "记录人")
    recording.page.fill("#summary", "后来写的")
    expect(place(recording, "记录人")).to_contain_text("签名后改过：总体情况")

    recording.page.click("[data-action=submit]")
    recording.page.click("dialog [value=yes]")
    expect(recording.page.get_by_role("dialog")).to_contain_text("没有签名（签名选填）")
    recording.page.click("dialog [value=yes]")
    recording.page.wait_for_url("**/field/receipt?id=*")
    recording.wait_until_arrived()

    assert signatures_of(filed(record_id)) == []


def test_a_phone_that_is_turned_spoils_no_signature(recording: RecordingPhone) -> None:
    record_id = _ready(recording)
    write(recording, "执法人员", turned=True)
    recording.submit()
    recording.wait_until_arrived()

    [signed] = signatures_of(filed(record_id))
    row = db.session.get(Evidence, signed.evidence)
    with storage().open(row.sha256) as file:
        ink = Image.open(io.BytesIO(file.read())).convert("L").point(lambda value: 255 * (value < 128))
    for down in (0.2, 0.8):
        left, top, right, bottom = _extent(ink, down)
        assert (left, right) == (pytest.approx(0.1, abs=0.03), pytest.approx(0.9, abs=0.03)), down
        assert (top, bottom) == (pytest.approx(down, abs=0.05), pytest.approx(down, abs=0.05)), down


def _extent(ink: Any, down: float) -> tuple[float, ...]:
    """Where there is ink in the fifth of the picture around `down`: left, top, right, bottom, as shares of it."""
    width, height = ink.size
    first = int((down - 0.1) * height)
    left, top, right, bottom = ink.crop((0, first, width, int((down + 0.1) * height))).getbbox()
    return left / width, (first + top) / height, right / width, (first + bottom) / height


def test_the_page_says_that_nobody_has_to_sign(recording: RecordingPhone) -> None:
    _ready(recording)

    expect(recording.page.locator("#signing-title")).to_contain_text("选填")
    assert place(recording, "记录人").count() == 1
    recording.page.click("[data-action=submit]")
    expect(recording.page.get_by_role("dialog")).to_contain_text("没有签名（签名选填）")
