"""What is spoken is kept: over every view, after a kill, after the microphone was taken away."""

import re
import time
from typing import Any

import pytest
from browsers import until_equal, until_ready
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
MOST_LOST_S = 5
NOTE_STREAMS = """
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = async (wanted) => (window.lastStream = await ask(wanted));
"""
# Decoded as a player does it: what cannot be played is nothing that was kept.
SECONDS_OF = """
async (id) => {
  const { evidenceBytes } = await import('/static/js/field/evidence/evidence.js');
  const context = new AudioContext();
  const { duration } = await context.decodeAudioData((await evidenceBytes(id)).slice(0));
  context.close();
  return duration;
}
"""
# The record says where a file of it belongs.
FILES_WITH_ITEM = """
async (id) => {
  const [{ listEvidence }, { readRecord }, { itemOf }] = await Promise.all(
    ["evidence/evidence", "records/drafts", "records/naming"].map((name) => import(`/static/js/field/${name}.js`)));
  const { body } = await readRecord(id);
  return (await listEvidence(id)).map((file) => ({ ...file, item: itemOf(body, file.id) }));
}
"""

# Of recordings that are not finished.
PIECES = """
async () => {
  const { readAll } = await import('/static/js/field/storage/store.js');
  return (await readAll('blobs')).filter((one) => one.id.includes(':')).length;
}
"""


def test_a_recording_goes_on_over_the_views_while_the_form_is_answered(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    page = recording.page
    began = _speak_at(recording, "B07")

    page.locator(".tap-card").nth(1).click()
    recording.item("B02").wait_for()
    recording.answer("B02", "yes")
    recording.photograph("B02", photo("两人"))
    page.locator("[data-place=next]").click()
    recording.item("C01").wait_for()
    page.go_back()
    recording.item("B02").wait_for()
    page.goto(page.url + "#item-B02")
    page.locator(".top-bar [data-back]").click()
    page.click("[data-place=to-check]")
    recording.shows(".recording-bar", "正在为 B07 录音")
    expect(page.locator(".recording-bar")).to_contain_text(re.compile(r"\d:\d\d"))
    page.wait_for_timeout(max(0, 4000 - 1000 * (time.monotonic() - began)))
    page.click(".recording-bar [data-part=stop]")
    spoken = time.monotonic() - began

    sound = _kept(recording, record_id)
    assert sound["item"] == "B07"
    assert page.evaluate(SECONDS_OF, sound["id"]) > spoken - 2
    recording.keeps(record_id, lambda body: body["answers"]["B07"]["evidence"], [sound["id"]])
    recording.keeps(record_id, lambda body: body["answers"]["B02"]["value"], "yes")
    expect(page.locator(".recording-bar")).to_be_hidden()


def test_of_a_recording_that_dies_with_the_browser_next_to_nothing_is_lost(persistent_phone: Any, scene: Any) -> None:
    recording = RecordingPhone(persistent_phone.open()).arrive()
    record_id = recording.start_record()
    began = _speak_at(recording, "B07")
    recording.page.wait_for_timeout(8000)

    spoken = time.monotonic() - began
    persistent_phone.kill()
    again = RecordingPhone(persistent_phone.open()).open("record", record_id)

    again.shows("#item-B07 .sound", "中断前的录音")
    sound = _kept(again, record_id)
    assert sound["item"] == "B07"
    assert spoken - MOST_LOST_S < again.page.evaluate(SECONDS_OF, sound["id"]) < spoken + 1
    again.keeps(record_id, lambda body: body["answers"]["B07"]["evidence"], [sound["id"]])
    again.page.reload()
    until_ready(again.page)
    again.shows("#item-B07 .sound", "中断前的录音")
    assert len(_sounds(again, record_id)) == 1


def test_who_goes_back_out_of_the_record_finds_what_was_spoken(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.page.on("dialog", lambda dialog: dialog.accept())
    began = _speak_at(recording, "B07")
    recording.page.wait_for_timeout(4000)
    spoken = time.monotonic() - began
    recording.page.go_back()
    recording.page.wait_for_url("**/field/visit?id=*")

    recording.open("record", record_id)
    recording.shows("#item-B07 .sound", "中断前的录音")
    sound = _kept(recording, record_id)
    assert recording.page.evaluate(SECONDS_OF, sound["id"]) > spoken - MOST_LOST_S


def test_a_link_out_of_the_record_asks_and_keeps_what_was_spoken(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    _speak_at(recording, "B07")
    recording.page.wait_for_timeout(1500)

    recording.page.locator(".top-bar [data-back]").click()
    recording.page.click("dialog [value=no]")
    recording.shows(".recording-bar", "正在为 B07 录音")
    recording.page.locator(".top-bar [data-back]").click()
    recording.page.click("dialog [value=yes]")
    recording.page.wait_for_url("**/field/records")

    sound = _kept(recording, record_id)
    assert (sound["item"], "中断" in sound["filename"]) == ("B07", False)


def test_a_microphone_that_is_taken_away_is_said_and_one_tap_goes_on(phone: Any, scene: Any) -> None:
    page = phone.new_page()
    page.add_init_script(NOTE_STREAMS)
    recording = RecordingPhone(page).arrive()
    record_id = recording.start_record()
    _speak_at(recording, "B07")
    recording.page.wait_for_timeout(4500)  # the beeps of the test's microphone are a second apart: no silence
    recording.shows(".recording-bar", "正在为 B07 录音")

    recording.page.evaluate("lastStream.getAudioTracks()[0].enabled = false")  # alive, and silent

    recording.shows(".recording-bar", "B07 录音断了", "断开以前录到的已保存")
    first = _kept(recording, record_id)
    recording.page.click(".recording-bar [data-part=again]")
    recording.shows(".recording-bar", "正在为 B07 录音")
    recording.page.wait_for_timeout(1500)
    recording.page.evaluate("lastStream.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
    recording.shows(".recording-bar", "麦克风被系统收回了")
    recording.page.click(".recording-bar [data-part=known]")
    expect(recording.page.locator(".recording-bar")).to_be_hidden()

    until_equal(recording.page, lambda: [one["item"] for one in _sounds(recording, record_id)], ["B07", "B07"])
    assert first["id"] == _sounds(recording, record_id)[0]["id"]


def test_a_record_is_submitted_with_the_recording_that_still_ran(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    _speak_at(recording, "B07")
    recording.page.wait_for_timeout(1500)
    recording.page.click("[data-place=to-check]")
    recording.page.locator("[data-place=body]").wait_for()
    recording.answer_the_rest()
    recording.page.click("[data-action=submit]")
    recording.shows("dialog", "现在的录音会先停止")
    recording.page.click("dialog [value=yes]")
    recording.shows("dialog", "提交后送交组长审核")
    recording.page.click("dialog [value=yes]")
    recording.page.wait_for_url("**/field/receipt?id=*")
    recording.wait_until_arrived()

    sound = _kept(recording, record_id)
    assert (sound["item"], sound["state"]) == ("B07", "receipted")


def test_a_draft_that_is_deleted_takes_along_what_was_being_spoken(recording: RecordingPhone) -> None:
    recording.page.context.set_offline(True)
    record_id = recording.start_record()
    recording.page.on("dialog", lambda dialog: dialog.accept())
    _speak_at(recording, "B07")
    until_equal(recording.page, lambda: recording.page.evaluate(PIECES) >= 2, True)
    recording.page.go_back()
    recording.page.wait_for_url("**/field/visit?id=*")
    assert recording.page.evaluate(PIECES) >= 2

    recording.page.evaluate(
        "async (id) => (await import('/static/js/field/records/discarding.js')).discardRecord(id)", record_id
    )

    assert recording.page.evaluate(PIECES) == 0


def test_nothing_that_a_minor_said_stays(recording: RecordingPhone) -> None:
    page = recording.page
    page.locator('main a[href*="visit?id"]').first.click()
    page.click("[data-action=interview]")
    page.wait_for_url("**/field/interview?id=*")
    page.click('[data-part=methods] button[value="oral"]')
    page.click('[data-place=age-chips] button[value="true"]')
    page.click("[data-action=speak]")
    until_equal(page, lambda: page.evaluate(PIECES) >= 2, True)

    page.click('[data-place=age-chips] button[value="false"]')
    page.click("[data-action=discard]")
    page.click("dialog [value=yes]")
    page.wait_for_url("**/field/visit?id=*")

    assert (
        page.evaluate("async () => (await (await import('/static/js/field/storage/store.js')).readAll('blobs')).length")
        == 0
    )


def _speak_at(recording: RecordingPhone, code: str) -> float:
    """Begins a recording at an item; gives the moment."""
    recording.tools(code).locator("[data-action=audio]").click()
    recording.page.locator(".recording-bar:visible").wait_for()
    return time.monotonic()


def _kept(recording: RecordingPhone, record_id: str) -> dict[str, Any]:
    """The one recording of the record, as soon as it is kept."""
    until_equal(recording.page, lambda: len(_sounds(recording, record_id)), 1)
    return _sounds(recording, record_id)[0]


def _sounds(recording: RecordingPhone, record_id: str) -> list[dict[str, Any]]:
    found = recording.page.evaluate(FILES_WITH_ITEM, record_id)
    return [one for one in found if one["source"] == "audio"]
