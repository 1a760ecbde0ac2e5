"""出示评价码: a slip is shown without a network, belongs to its visit, and no other is used up by looking again."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import PHONE, opened, until_still
from phone_driver import Driver
from playwright.sync_api import expect

from fieldapp.extensions import db
from fieldapp.rating_codes.models import RatingCode

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
NUMBER = "[data-place=number]"


def test_a_slip_shown_offline_is_bound_when_the_network_is_back(tab: Driver, scene: Any, phone: Any) -> None:
    phone.set_offline(True)
    tab.open(f"/field/visit?id={scene.today}")
    tab.page.click("text=出示评价码")
    number = _shown(tab)

    tab.shows("[data-place=standing]", "已出示，待登记")
    expect(tab.page.locator("[data-place=qr]")).to_have_attribute("alt", f"评价码 {number} 的二维码")
    tab.until(lambda: tab.page.evaluate("document.querySelector('[data-place=qr]').naturalWidth"), "no picture")

    phone.set_offline(False)
    tab.sync()

    slip = _slip(number)
    assert slip.visit_id == scene.today
    assert slip.bound_at is not None
    tab.shows("[data-place=standing]", "已登记到这次监督")


def test_a_reload_coming_back_and_opening_again_show_the_same_slip(tab: Driver, scene: Any, phone: Any) -> None:
    first = _show(tab, scene.today)
    stock = len(tab.call("slips", "stock"))

    tab.reload()
    expect(tab.page.locator(NUMBER)).to_have_text(first)
    tab.page.click("[data-back]")
    tab.page.wait_for_selector("text=已出示评价码 1 张")
    tab.page.go_back()
    expect(tab.page.locator(NUMBER)).to_be_visible()
    expect(tab.page.locator(NUMBER)).to_have_text(first)
    phone.set_offline(True)
    for _ in range(2):
        tab.open(f"/field/visit?id={scene.today}")
        tab.page.click("text=出示评价码")
        assert _shown(tab) == first
    assert len(tab.call("slips", "stock")) == stock


def test_another_person_gets_another_slip_when_somebody_says_why(tab: Driver, scene: Any) -> None:
    first = _show(tab, scene.today)

    tab.page.click("[data-action=next]")
    tab.page.click("dialog [value=no]")
    expect(tab.page.locator("dialog")).to_have_count(0)
    assert _shown(tab) == first
    tab.page.click("[data-action=next]")
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("dialog")).to_have_count(0)
    assert _shown(tab) == first
    tab.page.click("[data-action=next]")
    tab.page.click("dialog >> text=上一位当事人已评")
    expect(tab.page.locator(NUMBER)).not_to_have_text(first)
    second = _shown(tab)
    tab.shows("[data-place=standing]", "上一位当事人已评")
    assert _show(tab, scene.today) == second
    tab.sync()

    assert {_slip(first).visit_id, _slip(second).visit_id} == {scene.today}
    tab.shows("[data-place=left]", "本次已出示 2 张")


def test_two_tabs_never_show_the_same_slip(tab: Driver, scene: Any, phone: Any) -> None:
    other = Driver(phone.new_page()).open("/field/")
    take = (
        "const slips = await import('/static/js/field/session/slips.js');"
        "const take = () => slips.takeSlip({ id: given }, '另有当事人要评');"
        "return (await Promise.all([1, 2, 3, 4].map(take))).map((one) => one.number);"
    )

    numbers = tab.run(take, scene.today) + other.run(take, scene.today)

    assert len(set(numbers)) == 8


def test_the_stock_fills_up_at_the_next_sync(tab: Driver, scene: Any, phone: Any) -> None:
    phone.set_offline(True)
    full = len(tab.call("slips", "stock"))
    for _ in range(full):
        tab.call("slips", "takeSlip", {"id": scene.today}, "另有当事人要评")

    tab.open(f"/field/slip?visit={scene.tomorrow}")
    tab.shows("[data-place=empty]", "本机的评价码用完了")
    expect(tab.page.locator("[data-place=body]")).to_be_hidden()

    phone.set_offline(False)
    tab.sync()

    assert full == 20
    assert _shown(tab)  # the page that waited shows the first of the new ones by itself
    assert len(tab.call("slips", "stock")) == full - 1


def test_a_slip_of_an_ad_hoc_visit_follows_the_visit(tab: Driver, scene: Any, phone: Any) -> None:
    phone.set_offline(True)
    body = {"mode": "on_site", "domain": "work_safety", "agency": {"id": scene.county.work_safety_agency.id,
            "name": "示例局"}, "place": "柳湾镇示例路9号", "matter": "", "starts_at": "2026-11-24T09:00:00+08:00",
            "group": None, "locality": None}  # fmt: skip
    visit = tab.call("drafts", "newRecord", "visit", {"body": body})
    number = _show(tab, visit["id"])
    phone.set_offline(False)
    tab.sync()

    assert _slip(number).visit_id == visit["id"]


def test_a_slip_bound_elsewhere_is_said_in_words_and_put_away(
    tab: Driver, scene: Any, phone: Any, live_app: Any
) -> None:
    phone.set_offline(True)
    number = _show(tab, scene.today)
    other = live_app.test_client()
    other.sign_in("zhangsan")
    bound = {"visit": scene.tomorrow, "bound_at": "2026-11-24T09:00:00+08:00"}
    assert other.api_put(f"/api/v1/slips/{_slip(number).id}/binding", bound).status_code == 200
    phone.set_offline(False)
    tab.sync()

    tab.shows("[data-place=standing]", "未能登记到这次监督")
    tab.open("/field/records")
    row = tab.page.locator("[data-section=trouble] li").filter(has_text=number)
    expect(row).to_contain_text("已绑定到另一次监督活动", use_inner_text=True)
    tab.shows(".sync-line", "需要处理")
    row.get_by_text("知道了").click()
    expect(tab.page.locator("main").get_by_text(number)).to_have_count(0)
    expect(tab.page.locator(".sync-line")).not_to_contain_text("需要处理")
    assert _slip(number).visit_id == scene.tomorrow


def test_what_was_shown_outlives_the_browser(persistent_phone: Any, scene: Any) -> None:
    tab = Driver(persistent_phone.open()).arrive("zhangsan", "/field/").ready_offline()
    persistent_phone.context.set_offline(True)
    number = _show(tab, scene.today)
    persistent_phone.kill()

    again = Driver(persistent_phone.open()).open(f"/field/visit?id={scene.today}")
    again.page.wait_for_selector("text=已出示评价码 1 张")
    assert _show(again, scene.today) == number
    again.sign_in("zhangsan").sync()

    assert _slip(number).visit_id == scene.today


def test_a_binding_whose_answer_was_lost_is_sent_again_unharmed(tab: Driver, scene: Any, phone: Any) -> None:
    lost = []

    def lose(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().status)  # the server has it, the phone does not know
            route.abort()
        else:
            route.continue_()

    tab.page.route("**/binding", lose)
    number = _show(tab, scene.today)
    tab.until(lambda: lost, "never sent")
    tab.sync()

    assert lost == [200]
    assert _slip(number).visit_id == scene.today
    tab.shows("[data-place=standing]", "已登记到这次监督")


def test_nobody_else_can_be_rated_for(tab: Driver, scene: Any) -> None:
    """No 代填: the page offers nothing to fill in, and the QR leads to an address of the citizen's own phone."""
    _show(tab, scene.today)

    assert tab.page.locator("input, select, textarea, [data-place=body] a").count() == 0


@pytest.mark.parametrize("look", ["light", "dark", "landscape", "large"])
def test_the_slip_is_white_readable_and_fits(look: str, browser: Any, live_server: Any, scene: Any) -> None:
    sizes = {"landscape": {"width": 740, "height": 360}, "large": {"width": 320, "height": 640}}
    how = {**PHONE, "color_scheme": "dark" if look == "dark" else "light"}
    how["viewport"] = sizes.get(look, how["viewport"])
    with opened(browser.new_context(base_url=live_server.url, **how)) as context:
        tab = Driver(context.new_page()).arrive("zhangsan", "/field/")
        if look == "large":
            tab.page.evaluate("localStorage.setItem('fieldapp.text', 'large')")
        _show(tab, scene.today)

        until_still(tab.page)
        assert tab.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert [fault["id"] for fault in Axe().run(tab.page).response["violations"]] == []
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = tab.page.locator("[data-place=qr]").bounding_box()
        assert box["width"] >= 180, "too small to scan"


def _show(tab: Driver, visit_id: str) -> str:
    """Opens the slip page as a new showing; gives the slip's number."""
    tab.open(f"/field/slip?visit={visit_id}")
    return _shown(tab)


def _shown(tab: Driver) -> str:
    expect(tab.page.locator(NUMBER)).to_have_text(re.compile(r"\S"), use_inner_text=True)
    return str(tab.page.inner_text(NUMBER))


def _slip(number: str) -> RatingCode:
    db.session.rollback()
    return db.session.query(RatingCode).filter_by(number=number).one()
