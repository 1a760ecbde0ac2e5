"""The phone ends the browser with a draft open."""

import time
from dataclasses import dataclass
from itertools import cycle
from string import ascii_lowercase
from typing import Any

import pytest
from browsers import until_ready
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


@pytest.mark.parametrize("gap_ms", [20, pytest.param(110, marks=pytest.mark.long)])
def test_of_what_is_typed_without_a_pause_at_most_the_last_second_is_missing(
    persistent_phone: Any, scene: Any, gap_ms: int
) -> None:
    recording = RecordingPhone(persistent_phone.open()).arrive()
    recording.page.goto("/field/new-visit")
    until_ready(recording.page)
    visits_place = type_until_killed(persistent_phone, "#place", gap_ms)

    recording = RecordingPhone(persistent_phone.open()).arrive()
    recording.page.goto("/field/new-visit")
    until_ready(recording.page)
    visits_place.at_most_the_last_second_is_missing_in(recording.page.input_value("#place"))
    record_id = recording.start_record()
    recording.answer("B01", "no")
    note = type_until_killed(persistent_phone, "#note-B01", gap_ms)

    recording = RecordingPhone(persistent_phone.open()).arrive().open("record", record_id)
    note.at_most_the_last_second_is_missing_in(recording.page.input_value("#note-B01"))
    line = type_until_killed(persistent_phone, "#timeline-text", gap_ms)

    recording = RecordingPhone(persistent_phone.open()).arrive().open("record", record_id)
    expect(recording.page.locator("#timeline-text")).not_to_have_value("")
    line.at_most_the_last_second_is_missing_in(recording.page.input_value("#timeline-text"))
    recording.page.press("#timeline-text", "Enter")
    expect(recording.page.locator("[data-place=timeline] li")).to_have_count(1)
    recording.saved()
    recording.open("record", record_id)
    expect(recording.page.locator("[data-place=timeline] li")).to_have_count(1)
    expect(recording.page.locator("#timeline-text")).to_have_value("")


def test_the_enter_that_ends_a_composition_files_nothing(recording: RecordingPhone) -> None:
    recording.start_record()
    recording.page.fill("#timeline-text", "dao da xian chang")
    for how in ({"isComposing": True}, {"keyCode": 229}):
        recording.page.locator("#timeline-text").dispatch_event("keydown", {"key": "Enter", **how})
    expect(recording.page.locator("#timeline-text")).to_have_value("dao da xian chang")
    expect(recording.page.locator("[data-place=timeline] li")).to_have_count(0)

    recording.page.fill("#timeline-text", "到达现场")
    recording.page.press("#timeline-text", "Enter")

    expect(recording.page.locator("[data-place=timeline] li")).to_have_count(1)
    recording.shows("[data-place=timeline]", "到达现场")


@dataclass
class Typed:
    """What was typed, each stroke with its moment, and when the browser was killed (s, monotonic)."""

    strokes: list[tuple[float, str]]
    killed_at: float

    def at_most_the_last_second_is_missing_in(self, found: str) -> None:
        """Fails unless `found` is the beginning of what was typed, up to a second before the end or later."""
        whole = "".join(sign for _, sign in self.strokes)
        surely = "".join(sign for at, sign in self.strokes if at < self.killed_at - 1)
        assert surely, "nothing was typed more than a second before the end"
        assert whole.startswith(found), f"{found!r} was never typed: {whole!r}"
        assert len(found) >= len(surely), f"{len(surely)} of {len(whole)} strokes should be there: {found!r}"


def type_until_killed(browser: Any, field: str, gap_ms: int) -> Typed:
    """Types at this pace for three seconds and strikes the browser dead in the middle of it."""
    page = browser.context.pages[0]
    page.locator(field).scroll_into_view_if_needed()
    page.click(field)
    strokes, end = [], time.monotonic() + 3
    for sign in cycle(ascii_lowercase):
        page.keyboard.type(sign)
        strokes.append((time.monotonic(), sign))
        if strokes[-1][0] > end:
            break
        time.sleep(gap_ms / 1000)
    killed_at = time.monotonic()
    browser.strike()
    browser.kill()
    return Typed(strokes, killed_at)
