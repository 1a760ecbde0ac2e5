"""记录: where each record stands, in words, and what can be done about it."""

from typing import Any

import pytest
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_a_record_walks_from_draft_to_received_before_the_eyes(tab: Driver, scene: Any, phone: Any) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.set_offline(True)
    record_id = tab.new_observation(scene.today)
    tab.add_photo(record_id, item="B01")
    tab.open("/field/records")
    tab.shows("[data-place=drafts]", "草稿（仅在本机）")

    tab.submit(record_id)
    tab.shows("[data-place=waiting]", "附件 0/1 已送达")

    phone.set_offline(False)
    tab.page.click("[data-action=sync]")
    tab.shows("[data-place=done]", "已送达 · 回执", "附件 1/1 已送达")


def test_a_draft_that_only_this_phone_has_can_be_deleted_after_a_question(tab: Driver, scene: Any, phone: Any) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.set_offline(True)
    record_id = tab.new_observation(scene.today)
    tab.open("/field/records")

    tab.page.click('button:has-text("删除草稿")')
    tab.page.click("dialog button[value=no]")
    assert tab.record(record_id) is not None
    tab.page.click('button:has-text("删除草稿")')
    tab.page.click("dialog button[value=yes]")
    tab.page.wait_for_selector("[data-place=none]")

    assert tab.record(record_id) is None


def test_a_refused_record_says_why_and_opens_again(tab: Driver, scene: Any) -> None:
    record_id = tab.new_observation(scene.today, answers={})
    tab.submit(record_id)
    tab.call("sync-engine", "syncNow")
    tab.open("/field/records")

    tab.shows("[data-place=trouble]", "未被接收")
    tab.page.click('button:has-text("修改后再交")')
    tab.page.wait_for_url("**/field/record?id=*")
    assert tab.record(record_id)["state"] == "draft"


def test_what_was_filed_with_another_phone_is_told(tab: Driver, scene: Any, second_phone: Any) -> None:
    record_id = tab.new_observation(scene.today)
    tab.submit(record_id)
    tab.sync()

    other = Driver(second_phone.new_page()).arrive("zhangsan", "/field/").open("/field/records")

    other.shows("[data-place=done]", "已送达，待审核")
    other.open(f"/field/visit?id={scene.today}")
    expect(other.page.locator("[data-place=filed-elsewhere]")).to_be_visible()
    expect(other.page.locator("[data-action=record]")).to_be_hidden()


def test_a_rescue_file_holds_what_was_not_sent(tab: Driver, scene: Any, phone: Any) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.set_offline(True)
    record_id = tab.new_observation(scene.today)
    tab.add_photo(record_id, item="B01")
    tab.submit(record_id)
    tab.open("/field/rescue")

    with tab.page.expect_download() as download:
        tab.page.click("[data-action=export]")

    assert download.value.suggested_filename.startswith("rescue-zhangsan-")
    tab.shows("[data-place=result]", "记录 1 份，附件 1 个")
    assert tab.record(record_id)["state"] == "waiting"
