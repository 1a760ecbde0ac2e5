"""Answers, notes and photos on the cards: what a tap does, and what it never loses."""

import re
from typing import Any

import pytest
from browsers import until_equal
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_a_second_tap_clears_an_answer_and_keeps_its_photo(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.answer("B01", "yes")
    recording.photograph("B01", photo("一"))

    recording.answer("B01", "yes")

    recording.shows_answer("B01", None)
    recording.keeps(record_id, lambda body: _value_and_files(body, "B01"), (None, 1))


def test_notes_and_photos_attach_to_any_answer_or_to_none(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.photograph("B07", photo("一"), photo("二"), album=True)
    recording.tools("B03").locator("[data-action=note]").click()
    recording.page.fill("#note-B03", "当事人当场签收权利告知书𠮷😀")

    recording.keeps(record_id, lambda body: body["answers"]["B03"]["note"], "当事人当场签收权利告知书𠮷😀")
    recording.keeps(record_id, lambda body: _value_and_files(body, "B07"), (None, 2))


def test_a_note_typed_just_before_leaving_the_page_is_kept(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.answer("B01", "no")
    recording.page.locator("#note-B01").press_sequentially("进门后五分钟才亮证", delay=5)
    recording.page.goto("/field/records")
    recording.open("record", record_id)

    expect(recording.page.locator("#note-B01")).to_have_value("进门后五分钟才亮证")


def test_phrases_are_added_to_what_was_typed(recording: RecordingPhone) -> None:
    recording.start_record()
    recording.answer("B01", "no")
    recording.page.locator("#note-B01").press_sequentially("第二人", delay=5)
    recording.item("B01").get_by_role("button", name="当事人索要后才出示证件").click()

    expect(recording.page.locator("#note-B01")).to_have_value(
        re.compile(r"^第二人；\d\d:\d\d，当事人索要后执法人员才出示证件$")
    )


def test_what_comes_first_is_said_by_the_list_and_what_is_optional_is_owed_by_nobody(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    page = recording.page
    first = page.locator("[data-place=first-cards] .item-card")
    expect(first).to_have_count(4)
    assert [one.get_attribute("data-code") for one in first.all()] == ["B01", "B03", "B07", "C01"]

    page.goto(f"/field/section?id={record_id}&category=E")
    expect(page.locator("[data-place=cards] .item-card")).to_have_count(3)
    expect(page.locator("[data-place=counts]")).to_have_text("已答 0/3")
    expect(recording.item("E09")).to_be_hidden()
    page.get_by_text("选做 1 项 · 不计分，可以不答").click()
    recording.answer("E09", "no")
    expect(page.locator("[data-place=counts]")).to_have_text("已答 0/3")
    recording.keeps(record_id, lambda body: body["answers"]["E09"]["value"], "no")
    basis = recording.item("E09").locator("[data-part=basis]")
    recording.item("E09").locator("[data-action=open]").click()
    basis.get_by_text("看原文").click()
    expect(basis).to_contain_text("违规异地执法、趋利性执法以及乱收费")

    recording.open("check", record_id)
    expect(page.locator("[data-place=gaps]")).to_contain_text("E09 无违规异地执法")


def test_items_that_cannot_arise_are_not_applicable_and_can_be_changed(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.page.click("[data-place=circumstances-done]")
    recording.shows_answer("C01", "不适用")

    recording.page.get_by_role("button", name="依规应当音像记录的场景").click()
    recording.shows_answer("C01", None)

    recording.open("section", record_id, category="D")
    recording.answer("D06", "yes")
    recording.open("record", record_id)
    case = recording.page.get_by_role("button", name="行政处罚案件")
    case.click()
    expect(case).to_have_attribute("aria-pressed", "true")
    recording.keeps(record_id, lambda body: "penalty" in body["circumstances"], True)
    assert recording.stored(record_id)["body"]["answers"]["D06"]["value"] == "yes"


def test_the_rest_of_a_section_is_answered_only_on_purpose_and_marked_so(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.answer("B01", "no")
    recording.open("section", record_id, category="B")
    recording.page.click("[data-place=rest]")
    recording.page.click("dialog [value=no]")
    expect(recording.page.locator("dialog")).to_have_count(0)
    assert recording.pressed("B02") is None

    recording.page.click("[data-place=rest]")
    recording.page.click("dialog [value=yes]")
    recording.page.wait_for_selector("[data-place=rest]", state="hidden")

    recording.keeps(record_id, lambda body: _value_and_bulk(body, "B02"), ("yes", True))
    recording.keeps(record_id, lambda body: _value_and_bulk(body, "B01"), ("no", None))
    recording.answer("B02", "no")
    recording.keeps(record_id, lambda body: _value_and_bulk(body, "B02"), ("no", None))


def test_photos_taken_first_are_filed_to_an_item_later(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    with recording.page.expect_file_chooser() as chooser:
        recording.page.click("[data-place=unfiled]")
    chooser.value.set_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo("现场")}])
    recording.page.wait_for_selector("[data-place=unfiled-count]:visible")
    recording.keeps(record_id, lambda body: len(body["unfiled_evidence"]), 1)
    unfiled = recording.stored(record_id)["body"]["unfiled_evidence"]

    recording.page.click("[data-place=unfiled]")
    recording.page.locator("dialog .thumb").click()
    recording.page.locator("dialog.lightbox select").select_option("B07")
    recording.item("B07").locator(".thumb").wait_for(state="attached")

    recording.keeps(record_id, lambda body: body["answers"]["B07"]["evidence"], unfiled)
    recording.keeps(record_id, lambda body: "unfiled_evidence" in body, False)


def test_several_photos_in_a_row_inside_the_page(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    with recording.page.expect_file_chooser() as chooser:
        recording.page.click("[data-place=unfiled]")
    chooser.value.set_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo("现场")}])
    recording.page.wait_for_selector("[data-place=unfiled-count]:visible")
    recording.page.click("[data-place=unfiled]")
    recording.page.click("dialog [data-action=burst]")
    for count in (1, 2):
        recording.page.click("dialog [data-part=shutter]:enabled")
        recording.until(f"document.querySelector('dialog [data-part=count]').textContent === '已拍 {count} 张'")
    recording.page.locator("dialog.lightbox [data-part=close]").click()

    recording.keeps(record_id, lambda body: len(body["unfiled_evidence"]), 3)


def test_a_deleted_photo_leaves_record_and_phone(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.photograph("B01", photo("一"))
    recording.item("B01").locator(".thumb").click()
    recording.page.click("dialog [data-part=delete]")
    recording.page.click("dialog:not(.lightbox) [value=yes]")
    recording.item("B01").locator(".thumb").wait_for(state="detached")

    until_equal(recording.page, lambda: recording.files(record_id), [])
    recording.keeps(record_id, lambda body: "B01" in body["answers"], False)


def test_the_watermark_is_written_over_the_view_and_the_original_is_untouched(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    original = photo("原件")
    recording.photograph("B01", original)
    recording.item("B01").locator(".thumb").click()
    expect(recording.page.locator("dialog [data-part=watermark]")).to_contain_text("现场拍摄")
    [file] = recording.files(record_id)
    kept = recording.page.evaluate(
        "async (id) => [...new Uint8Array("
        "await (await import('/static/js/field/evidence/evidence.js')).evidenceBytes(id))]",
        file["id"],
    )

    assert bytes(kept) == original


def test_a_spoken_note_is_kept_at_its_item(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.tools("B07").locator("[data-action=audio]").click()
    recording.page.wait_for_timeout(700)
    recording.page.click(".recording-bar [data-part=stop]")
    recording.item("B07").locator(".sound").wait_for()

    [file] = recording.files(record_id)
    assert file["source"] == "audio"
    assert file["bytes"] > 0
    recording.keeps(record_id, lambda body: body["answers"]["B07"]["evidence"], [file["id"]])


def test_scroll_position_of_a_section_is_kept(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("section", record_id, category="B")
    recording.page.evaluate("scrollTo(0, 900)")
    recording.until("scrollY === 900")
    recording.open("record", record_id)
    recording.open("section", record_id, category="B")

    recording.until("Math.abs(scrollY - 900) < 3")


def test_the_next_open_item_comes_into_view_and_the_order_is_never_forced(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("section", record_id, category="B")
    recording.answer("B13", "yes")
    recording.answer("B01", "yes")
    recording.page.click("[data-place=next-open]")

    recording.until("document.activeElement?.id === 'item-B02'")
    expect(recording.page.locator("[data-place=next-open]")).to_have_text("已答 2/13，下一未答")


def test_legal_bases_unfold_and_an_unverified_one_says_so(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("section", record_id, category="B")
    card = recording.item("B07")
    card.locator("[data-action=open]").click()

    expect(card.locator("[data-part=basis]")).to_contain_text("行政处罚法", use_inner_text=True)
    expect(card.locator(".tag--unverified")).to_have_text("待核")


def test_two_supervisors_of_one_group_each_keep_their_own_record(recording: RecordingPhone, second_phone: Any) -> None:
    first = recording.start_record()
    other = RecordingPhone(second_phone.new_page()).arrive("lisi")
    second = other.start_record()

    assert first != second
    assert recording.stored(first)["body"]["visit"] == other.stored(second)["body"]["visit"]


def _value_and_files(body: Any, code: str) -> tuple[str | None, int]:
    answer = body["answers"][code]
    return answer["value"], len(answer["evidence"])


def _value_and_bulk(body: Any, code: str) -> tuple[str | None, bool | None]:
    answer = body["answers"][code]
    return answer["value"], answer.get("bulk")
