"""记录: where each record stands, in words, and what can be done about it."""

from typing import Any

import pytest
from phone_driver import Driver

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_a_record_walks_from_draft_to_received_before_the_eyes(tab: Driver, scene: Any, phone: Any) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.set_offline(True)
    record_id = tab.new_observation(scene.today)
    tab.add_photo(record_id, item="B01")
    tab.open("/field/records")
    assert "草稿(仅在本机)" in tab.page.inner_text("[data-place=drafts]")

    tab.submit(record_id)
    tab.page.wait_for_selector("[data-place=waiting] li")
    assert "附件 0/1 已送达" in tab.page.inner_text("[data-place=waiting]")

    phone.set_offline(False)
    tab.page.click("[data-action=sync]")
    tab.page.wait_for_selector("[data-place=done] li")
    assert "已送达 · 回执" in tab.page.inner_text("[data-place=done]")
    assert "附件 1/1 已送达" in tab.page.inner_text("[data-place=done]")


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
    tab.call("courier", "syncNow")
    tab.open("/field/records")
    tab.page.wait_for_selector("[data-place=trouble] li")

    assert "未被接收" in tab.page.inner_text("[data-place=trouble]")
    tab.page.click('button:has-text("修改后再交")')
    tab.page.wait_for_url("**/field/record?id=*")
    assert tab.record(record_id)["state"] == "draft"


def test_what_was_filed_with_another_phone_is_told(tab: Driver, scene: Any, second_phone: Any) -> None:
    record_id = tab.new_observation(scene.today)
    tab.submit(record_id)
    tab.sync()

    other = Driver(second_phone.new_page()).open("/field/").sign_in("zhangsan").open("/field/records")

    assert "已送达,待审核" in other.page.inner_text("[data-place=done]")
    other.open(f"/field/visit?id={scene.today}")
    assert other.page.is_visible("[data-place=filed-elsewhere]")
    assert other.page.is_hidden("[data-action=record]")


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
    result = tab.page.locator("[data-place=result]")
    tab.until(lambda: "记录 1 份,附件 1 个" in result.inner_text(), "nothing was packed")
    assert tab.record(record_id)["state"] == "waiting"
