"""Two supervisors, two phones: the second confirms without a network what the first has submitted."""

from typing import Any

import pytest
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_the_second_supervisor_confirms_offline_and_the_author_reads_it(
    tab: Driver, scene: Any, second_phone: Any
) -> None:
    record_id = tab.new_observation(scene.today, summary="全程规范")
    tab.submit(record_id)
    tab.open(f"/field/receipt?id={record_id}")
    tab.until(lambda: tab.record(record_id)["receipt"], "no receipt")
    receipt = tab.record(record_id)["receipt"]
    second = tab.page.locator("[data-place=second]")
    expect(second).to_contain_text("请对方扫码确认")
    second.locator("summary").click()
    expect(second).to_contain_text(receipt["digest"][:8])
    expect(second.locator("svg")).to_be_visible()

    other = Driver(second_phone.new_page()).arrive("lisi", "/field/")
    other.shows("[data-place=to-confirm]", "有 1 份同组的记录待您确认")
    other.open(f"/field/confirm?id={record_id}&revision={receipt['revision']}&digest={'0' * 64}")
    other.shows("main", "内容不同", "全程规范")
    other.open(f"/field/confirm?id={record_id}&revision={receipt['revision']}&digest={receipt['digest']}")
    other.shows("main", "与记录人手机上的二维码一致", "张三")

    second_phone.set_offline(True)
    page = other.page
    page.locator("summary").first.click()
    page.get_by_role("button", name="有不同意见").first.click()
    page.get_by_role("button", name="提交 1 处不同意见").click()
    expect(page.locator("#toasts")).to_contain_text("请写明哪里不一致")
    page.locator("textarea").first.fill("我看到的是先问话。")
    page.get_by_role("button", name="提交 1 处不同意见").click()
    expect(page.locator("main")).to_contain_text("已提交 1 处不同意见")
    expect(page.locator("main")).to_contain_text("待上传")
    second_phone.set_offline(False)
    other.sync()
    expect(page.locator("main")).not_to_contain_text("待上传")

    tab.sync()
    tab.open(f"/field/receipt?id={record_id}")
    expect(tab.page.locator("[data-place=second]")).to_contain_text("李四 有不同意见")
