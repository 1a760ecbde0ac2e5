"""The phone ends the browser with a draft open."""

from typing import Any

import pytest
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_a_killed_browser_keeps_every_answer_note_and_photo(
    persistent_phone: Any, scene: Any, live_server: Any
) -> None:
    recording = RecordingPhone(persistent_phone.open()).arrive()
    record_id = recording.start_record()
    recording.answer("B01", "no")
    recording.photograph("B01", photo("亮证"))
    recording.page.fill("#note-B01", "进门后才亮证")
    recording.answer("B03", "not_observed")
    recording.keeps(record_id, lambda body: body["answers"]["B01"]["note"], "进门后才亮证")
    recording.keeps(record_id, lambda body: body["answers"]["B03"]["value"], "not_observed")

    persistent_phone.kill()
    live_server.kill()
    again = RecordingPhone(persistent_phone.open()).open("record", record_id)

    again.shows_answer("B01", "否")
    again.shows_answer("B03", "未观察到")
    expect(again.page.locator("#note-B01")).to_have_value("进门后才亮证")
    expect(again.item("B01").locator(".thumb")).to_have_count(1)


def test_when_the_phone_ends_the_page_behind_its_camera_the_record_says_so(persistent_phone: Any, scene: Any) -> None:
    recording = RecordingPhone(persistent_phone.open()).arrive()
    record_id = recording.start_record()
    recording.answer("B01", "no")
    with recording.page.expect_file_chooser():
        recording.item("B01").locator("[data-action=camera]").click()
    recording.page.wait_for_timeout(500)

    persistent_phone.kill()
    again = RecordingPhone(persistent_phone.open()).open("record", record_id)

    again.shows("[data-place=interrupted]", "B01")
    again.shows_answer("B01", "否")
