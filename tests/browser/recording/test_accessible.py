"""Every recording page, filled, in both themes and on the narrowest phone: axe finds nothing, nothing overflows."""

from typing import Any

import pytest
from axe import OF_A_LOOK, violations
from browsers import until_ready, until_still
from recording_phone import RecordingPhone, photo

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def _faults(page: Any, name: str) -> list[str]:
    found = []
    until_ready(page)
    for scheme, width, only in (("light", 390, ()), ("dark", 320, OF_A_LOOK)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        until_still(page)
        found += [f"{name} {scheme}: {one}" for one in violations(page, *only)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name} is wider than {width} px")
    return found


def test_axe_finds_nothing_on_the_recording_pages(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.page.click("[data-place=circumstances-done]")
    recording.answer("B01", "no")
    recording.photograph("B01", photo("亮证"))
    for fold in ("officers", "party", "words"):
        recording.page.locator(f"[data-place={fold}-fold] > summary").click()
    found = _faults(recording.page, "record")
    recording.item("B01").locator(".thumb").click()
    recording.page.locator("dialog[open]").wait_for()
    found += _faults(recording.page, "viewer")
    recording.page.click("dialog [data-part=close]")
    recording.tools("B01").locator("[data-action=audio]").click()
    recording.page.locator(".recording-bar:visible").wait_for()
    found += _faults(recording.page, "sound")
    recording.page.click(".recording-bar [data-part=stop]")
    recording.item("B01").locator(".sound").wait_for()
    recording.open("section", record_id, category="B")
    recording.item("B02").locator("[data-action=open]").click()
    found += _faults(recording.page, "section")
    recording.open("check", record_id)
    found += _faults(recording.page, "check")
    recording.answer_the_rest()
    recording.page.click("[data-part=sign]")
    recording.page.locator("dialog[open] canvas").wait_for()
    found += _faults(recording.page, "sign")
    recording.page.click("dialog [value=no]")
    recording.submit()
    recording.wait_until_arrived()
    found += _faults(recording.page, "receipt")

    assert found == []
