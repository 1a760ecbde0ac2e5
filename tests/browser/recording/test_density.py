"""The form in one hand: how much of it is on the screen, what a thumb can hit, and a 否 said without the keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
SEEING = Path(__file__).parents[1].joinpath("seeing.js").read_text()
PHONE = {"width": 390, "height": 844}


def test_two_and_a_half_items_are_on_the_screen_and_each_control_can_be_hit(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    page = recording.page
    page.set_viewport_size(PHONE)
    page.click("[data-place=first] > summary")
    page.evaluate(SEEING)
    assert page.evaluate("document.documentElement.scrollHeight") <= 2 * PHONE["height"]
    found = {"landing": page.evaluate("hardToHit()")}
    big = page.locator(".bottom-bar .button--primary:visible")
    expect(big).to_have_text("继续记录B01 主动出示执法证件")

    recording.open("section", record_id, category="B")
    page.evaluate(SEEING)
    assert page.evaluate("itemsInView()") >= 2.5
    recording.photograph("B01", photo("亮证"))
    recording.answer("B02", "no")
    recording.item("B02").locator(".chip--phrase").first.click()
    recording.item("B02").locator(".slot").first.click()
    recording.tools("B03")
    found["section"] = page.evaluate("hardToHit()")
    page.click("[data-action=jump]")
    page.locator("dialog.jump .jump__row").first.wait_for()
    found["jump"] = page.evaluate("hardToHit()")

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_list_of_all_items_leads_to_one_of_this_section_and_of_another(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    page = recording.page
    recording.open("section", record_id, category="B")
    recording.answer("B01", "no")

    page.click("[data-action=jump]")
    page.get_by_role("button", name="否 1").click()
    expect(page.locator(".jump__row")).to_have_text(["B01主动出示执法证件否"])
    page.get_by_role("button", name="未答 29").click()  # a 否 without a word is open still
    page.locator(".jump__row", has_text="B13").click()
    recording.until("document.activeElement?.id === 'item-B13'")
    page.click("[data-action=jump]")
    page.locator(".jump__row", has_text="C01").click()

    page.wait_for_url(f"**/field/section?id={record_id}&category=C#item-C01")
    recording.until("document.activeElement?.id === 'item-C01'")


def test_a_no_is_said_by_tapping_alone_and_its_slots_are_there_after_a_restart(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.page.evaluate(
        """async (id) => { const { changeRecord } = await import('/static/js/field/records/drafts.js');
        await changeRecord(id, (body) => { body.officers = [{ name: '王五' }, { name: '赵六' }]; }); }""",
        record_id,
    )
    recording.open("section", record_id, category="B")
    recording.answer("B01", "no")
    card = recording.item("B01")
    card.locator(".chip--phrase", has_text="未出示证件即开始检查").click()
    slots = card.locator(".slot")
    expect(slots).to_have_text([re.compile(r"\d\d:\d\d"), "执法人员", "检查"])
    expect(recording.page.locator("#note-B01")).to_be_hidden()

    slots.nth(1).click()
    card.locator(".choices").get_by_role("button", name="赵六", exact=True).click()
    before = slots.first.inner_text()
    slots.first.click()
    card.locator(".choices").get_by_role("button", name="早 10 分", exact=True).click()
    expect(slots.first).not_to_have_text(before)
    slots.nth(2).click()
    card.locator(".choices").get_by_role("button", name="查封", exact=True).click()
    said = re.compile(r"^\d\d:\d\d，赵六未出示证件即开始查封$")
    recording.keeps(record_id, lambda body: bool(said.match(body["answers"]["B01"]["note"])), True)
    recording.page.reload()

    expect(slots.nth(1)).to_have_text("赵六")
    card.get_by_role("button", name="换一句、加一句").click()
    card.locator(".chip--phrase[aria-pressed=true]").click()
    recording.keeps(record_id, lambda body: body["answers"]["B01"]["note"], "")
    expect(recording.page.locator("#note-B01")).to_be_visible()
