"""What a person sees of sign-in, desk and public pages: accessible, without sideways scrolling, in every look."""

from typing import Any

import pytest
from axe import OF_A_LOOK, STANDARD, violations
from browsers import sign_in_at_desk, until_equal
from factories import PASSWORD, make_certificate
from personas import make_county
from playwright.sync_api import expect

LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "small": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
    "dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "large": {"viewport": {"width": 390, "height": 844}},
    "desk": {"viewport": {"width": 1280, "height": 800}},
}
WHOLE = ("phone", "desk")  # the others show the same elements as one of these
LARGE_AND_DARK = {"theme": "dark", "text": "large"}
PUBLIC = ("/sign-in", "/verify/", "/verify/certificate/nobody", "/no-such-page")
OWN = ("/account/sign-ins", "/account/password", "/agency/")

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_can_be_read_and_used_by_everybody(browser: Any, live_server: Any, live_app: Any, look: str) -> None:
    county = make_county()
    certificate = make_certificate(county.zhang_san)
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", **LOOKS[look])
    if look == "large":
        context.add_init_script("localStorage.setItem('fieldapp.text', 'large')")
    page = context.new_page()
    rules = STANDARD if look in WHOLE else (*OF_A_LOOK, "target-size")
    for path in (*PUBLIC, f"/verify/certificate/{certificate.verify_code}"):
        page.goto(path)
        assert faults(page, rules) == []
    page.goto("/sign-in")
    sign_in_at_desk(page, "zheng", PASSWORD)
    for path in OWN:
        page.goto(path)
        assert faults(page, rules) == []
    page.click(".menu > summary")
    assert faults(page, rules) == []
    context.close()


def test_the_look_that_a_person_chose_stays(desk: Any, live_app: Any) -> None:
    make_county()
    page = desk.new_page()
    page.goto("/sign-in")
    sign_in_at_desk(page, "zheng", PASSWORD)
    page.click(".menu > summary")
    page.get_by_role("button", name="深色").click()
    page.get_by_role("button", name="大字版").click()

    page.goto("/account/password")

    until_equal(page, lambda: page.evaluate("({...document.documentElement.dataset})"), LARGE_AND_DARK)
    assert page.evaluate("document.querySelector('form .button--primary').getBoundingClientRect().height") >= 55


def test_a_wrong_password_leaves_the_person_in_the_password_field(desk: Any, live_app: Any) -> None:
    make_county()
    page = desk.new_page()
    page.goto("/sign-in")
    sign_in_at_desk(page, "zheng", "not-the-password")

    expect(page.get_by_role("alert")).to_have_text("账号或密码不正确。")
    expect(page.locator("[name=password]")).to_be_focused()
    expect(page.locator("#username")).to_have_value("zheng")


def test_signing_in_needs_no_script(browser: Any, live_server: Any, live_app: Any) -> None:
    make_county()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/account/sign-ins")
    sign_in_at_desk(page, "zheng", PASSWORD)

    assert page.url.endswith("/account/sign-ins")
    page.click(".menu > summary")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("已退出登录。")).to_be_visible()
    context.close()


def faults(page: Any, rules: tuple[str, ...]) -> list[str]:
    """What axe-core finds, and whether the page is wider than the screen."""
    words = violations(page, *rules)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        words.append("wider than the screen")
    return [f"{page.url}: {word}" for word in words]
