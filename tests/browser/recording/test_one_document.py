"""The views of a record are one document, and to a person they behave as pages do."""

from typing import Any

import pytest
from browsers import until_ready
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
FOCUSED = "document.activeElement.matches('[data-heading]')"
# The real streams, noted as the page gets them; an empty page has no devices.
NOTE_STREAMS = """
window.streams = [];
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  window.streams.push(stream);
  return stream;
};
"""


def test_links_back_and_forward_turn_views_and_never_leave_the_document(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    page = recording.page
    page.evaluate("() => { window.untouched = true; }")

    page.locator(".tap-card").nth(1).click()
    _shows(recording, f"/field/section?id={record_id}&category=B", "B 规范文明执法行为")
    assert page.evaluate(FOCUSED)
    page.locator("[data-place=next]").click()
    _shows(recording, f"/field/section?id={record_id}&category=C", "C 执法全过程记录")
    page.go_back()
    _shows(recording, f"/field/section?id={record_id}&category=B", "B 规范文明执法行为")
    page.go_back()
    _shows(recording, f"/field/record?id={record_id}", "监督记录")
    page.go_forward()
    _shows(recording, f"/field/section?id={record_id}&category=B", "B 规范文明执法行为")
    page.locator(".top-bar [data-back]").click()
    _shows(recording, f"/field/record?id={record_id}", "监督记录")
    page.click("[data-place=to-check]")
    _shows(recording, f"/field/check?id={record_id}", "检查并提交")
    page.locator(".list__row", has_text="B03").first.click()
    _shows(recording, f"/field/section?id={record_id}&category=B#item-B03", "B 规范文明执法行为")
    recording.until("document.activeElement.id === 'item-B03'")

    assert page.evaluate("window.untouched") is True


def test_back_comes_to_where_the_view_was_left_and_a_reload_stays_there(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("section", record_id, category="B")
    recording.page.evaluate("scrollTo(0, 900)")
    recording.page.locator("[data-place=next]").dispatch_event("click")  # from here: a thumb would scroll to it
    _shows(recording, f"/field/section?id={record_id}&category=C", "C 执法全过程记录")
    assert recording.page.evaluate("scrollY") == 0

    recording.page.go_back()
    _shows(recording, f"/field/section?id={record_id}&category=B", "B 规范文明执法行为")
    recording.until("scrollY === 900")
    recording.page.reload()
    until_ready(recording.page)

    _shows(recording, f"/field/section?id={record_id}&category=B", "B 规范文明执法行为")
    recording.until("scrollY === 900")


def test_what_is_typed_is_saved_when_the_view_is_left_and_shown_when_it_returns(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("section", record_id, category="B")
    recording.answer("B01", "no")
    recording.page.fill("#note-B01", "进门后才亮证")
    recording.page.locator("[data-place=next]").click()
    _shows(recording, f"/field/section?id={record_id}&category=C", "C 执法全过程记录")

    recording.keeps(record_id, lambda body: body["answers"]["B01"]["note"], "进门后才亮证")
    recording.page.locator("[data-place=previous]").click()
    expect(recording.page.locator("#note-B01")).to_have_value("进门后才亮证")


def test_each_tap_is_saved_once_also_after_many_views(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("section", record_id, category="B")
    for _ in range(3):
        recording.page.locator("[data-place=next]").click()
        _shows(recording, f"/field/section?id={record_id}&category=C", "C 执法全过程记录")
        recording.page.locator("[data-place=previous]").click()
        _shows(recording, f"/field/section?id={record_id}&category=B", "B 规范文明执法行为")
    before = recording.stored(record_id)["changes"]
    recording.answer("B01", "yes")
    recording.keeps(record_id, lambda body: body["answers"]["B01"]["value"], "yes")

    assert recording.stored(record_id)["changes"] == before + 1


def test_a_view_that_is_left_lets_the_camera_go_and_its_pictures_are_kept(phone: Any, scene: Any) -> None:
    page = phone.new_page()
    page.add_init_script(NOTE_STREAMS)
    recording = RecordingPhone(page).arrive()
    record_id = recording.start_record()
    recording.page.locator(".tap-card").nth(1).click()
    _shows(recording, f"/field/section?id={record_id}&category=B", "B 规范文明执法行为")
    with recording.page.expect_file_chooser() as chooser:
        recording.page.click("[data-place=unfiled]")
    chooser.value.set_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo("现场")}])
    recording.page.wait_for_selector("[data-place=unfiled-count]:visible")
    recording.page.click("[data-place=unfiled]")
    recording.page.click("dialog [data-action=burst]")
    recording.page.click("dialog [data-part=shutter]:enabled")
    recording.until("document.querySelector('dialog [data-part=count]').textContent === '已拍 1 张'")

    recording.page.go_back()
    _shows(recording, f"/field/record?id={record_id}", "监督记录")

    recording.until("streams.length === 1 && streams[0].getTracks().every((one) => one.readyState === 'ended')")
    expect(recording.page.locator("dialog")).to_have_count(0)
    recording.keeps(record_id, lambda body: len(body["unfiled_evidence"]), 2)


def test_a_finished_section_leads_on_and_the_next_open_item_may_stand_in_another(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("section", record_id, category="A")
    big = recording.page.locator("[data-place=next-open]")
    for code in ("A02", "A03", "A04"):
        big.click()
        recording.until(f"document.activeElement.id === 'item-{code}'")
    big.click()
    _shows(recording, f"/field/section?id={record_id}&category=B#item-B01", "B 规范文明执法行为")
    recording.until("document.activeElement.id === 'item-B01'")

    recording.open("section", record_id, category="A")
    for code in ("A02", "A03", "A04"):
        recording.answer(code, "yes")
    expect(big).to_have_text("已答 3/3，下一节")
    big.click()
    _shows(recording, f"/field/section?id={record_id}&category=B", "B 规范文明执法行为")


def test_each_button_of_an_item_is_told_apart_by_its_name(recording: RecordingPhone) -> None:
    recording.open("section", recording.start_record(), category="B")

    for code in ("B01", "B02"):
        recording.tools(code)
    for words in ("拍照", "相册", "录音", "备注", "看什么 · 依据 · 更多"):
        for code in ("B01", "B02"):
            expect(recording.item(code).get_by_role("button", name=f"{words}：{code}", exact=True)).to_have_count(1)


def _shows(recording: RecordingPhone, address: str, heading: str) -> None:
    """Waits until the view of `address` stands."""
    recording.page.wait_for_url(f"**{address}")
    until_ready(recording.page)
    expect(recording.page.locator("[data-heading]")).to_have_text(heading)
    expect(recording.page).to_have_title(f"{heading} · 伴随式监督")
