"""Who does not want to sign in now is asked once; what is typed can be seen by who wants to see it."""

from typing import Any

import pytest
from browsers import until_ready
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
BETWEEN = {
    502: "服务器出错，暂时不能登录。请稍后再试。",
    200: "网络需要登录（可能是公共 Wi-Fi 的认证页），暂时不能登录。请在浏览器里登录这个网络",
    403: "网络拦下了我们的请求（可能是单位的防火墙），暂时不能登录。请改用流量",
}


def test_who_said_later_is_not_asked_again_by_each_page_but_when_the_line_is_tapped(phone: Any, scene: Any) -> None:
    page = phone.new_page()
    page.goto("/field/")
    dialog = page.locator("dialog[open]")

    page.fill("#sign-in-password", "abc")
    expect(page.locator("#sign-in-password")).to_have_attribute("type", "password")
    page.get_by_role("button", name="显示密码", exact=True).click()
    expect(page.locator("#sign-in-password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="隐藏密码", exact=True).click()
    expect(page.locator("#sign-in-password")).to_have_attribute("type", "password")
    page.get_by_role("button", name="稍后再说").click()
    page.goto("/field/records")
    until_ready(page)
    expect(page.locator(".sync-line")).to_contain_text("尚未登录，点这里登录")
    page.wait_for_timeout(300)
    expect(dialog).to_have_count(0)

    page.locator(".sync-line a").click()
    expect(dialog).to_have_count(1)


def test_who_cannot_sign_in_reads_what_stands_between(phone: Any, scene: Any) -> None:
    page = phone.new_page()
    page.goto("/field/")
    page.fill("#sign-in-username", "zhangsan")
    page.fill("#sign-in-password", "abc")

    for status, words in BETWEEN.items():
        page.route("**/api/v1/login", _answering(status))
        page.click("dialog button[type=submit]")
        expect(page.locator("dialog [role=alert]")).to_contain_text(words)
        page.unroute("**/api/v1/login")


def _answering(status: int) -> Any:
    return lambda route: route.fulfill(status=status, content_type="text/html", body="<p>")
