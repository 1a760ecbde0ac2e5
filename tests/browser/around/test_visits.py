"""监督: whom to go along with, and how a visit begins, with and without network."""

import re
from typing import Any

import pytest
from browsers import PHONE, opened, shows, until_equal, until_ready
from factories import PASSWORD
from phone_driver import Driver
from playwright.sync_api import expect

from fieldapp.visits.models import Visit

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.64"
)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Version/18.4 Mobile Safari/604.1"


def test_today_comes_first_and_other_groups_are_not_shown(tab: Driver, scene: Any) -> None:
    tab.open("/field/")

    tab.shows("[data-place=today]", "柳湾镇示例路1号", "张三、李四")
    tab.shows("[data-place=coming]", "柳湾镇示例路2号")
    assert "石桥镇示例路3号" not in tab.page.inner_text("main")


def test_a_visit_opens_offline_and_a_record_begins_once(tab: Driver, scene: Any, phone: Any) -> None:
    _wait_for_worker(tab)
    phone.set_offline(True)

    tab.open(f"/field/visit?id={scene.today}")
    tab.page.click("[data-action=record]")
    tab.page.wait_for_url("**/field/record?id=*")
    tab.open(f"/field/visit?id={scene.today}")

    expect(tab.page.locator("[data-place=records] li")).to_have_count(1)
    tab.shows("[data-place=records]", "仅在本机")
    expect(tab.page.locator("[data-action=record]")).to_be_hidden()
    begun = tab.run("return (await drafts.listRecords())[0].id;")
    tab.page.get_by_role("link", name="继续记录").click()
    tab.page.wait_for_url(f"**/field/record?id={begun}")


def test_an_ad_hoc_visit_begun_offline_reaches_the_server(tab: Driver, scene: Any, phone: Any, live_app: Any) -> None:
    _wait_for_worker(tab)
    phone.set_offline(True)
    _fill_new_visit(tab)
    tab.page.click("[data-action=begin]")
    tab.page.wait_for_url("**/field/record?id=*")  # nobody is asked to begin a second time
    until_ready(tab.page)
    visit_id = tab.record(tab.page.url.split("id=")[1])["visit"]["id"]
    tab.open(f"/field/visit?id={visit_id}")
    tab.shows("[data-place=only-here]", "临时监督")
    expect(tab.page.locator("[data-action=record]")).to_be_hidden()
    phone.set_offline(False)
    tab.sync()

    from fieldapp.extensions import db

    stored = tab.until(lambda: _fresh(db, visit_id), "the visit did not arrive")
    assert (stored.mode, stored.domain, stored.place) == ("on_site", "work_safety", "柳湾镇示例路9号")
    assert stored.agency_id == scene.county.work_safety_agency.id
    assert stored.is_ad_hoc


def test_two_minutes_before_a_visit_all_that_is_known_stands_on_one_screen_offline(
    tab: Driver, scene: Any, phone: Any
) -> None:
    tab.ready_offline()
    phone.set_offline(True)
    tab.open(f"/field/visit?id={scene.today}")
    took_ms = tab.page.evaluate(
        """async () => {
        const from = performance.now();
        document.querySelector('[data-action=brief]').click();
        const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
        while (!document.querySelector('dialog.brief[open]')) await frame();
        return performance.now() - from; }"""
    )
    sheet = tab.page.locator("dialog.brief")

    expect(sheet.locator("h3")).to_have_text(["最近几次", "还没了结的", "常答“否”的", re.compile("多看一眼$")])
    expect(sheet.locator("[data-part=no]")).to_have_text("还没有审核通过的记录。")
    expect(sheet.locator("[data-part=notes]")).to_contain_text("安全生产法第67条")
    assert sheet.evaluate("(sheet) => sheet.scrollHeight <= innerHeight")
    assert took_ms <= 300


def test_the_form_of_an_ad_hoc_visit_survives_a_reload(tab: Driver, scene: Any) -> None:
    _fill_new_visit(tab)
    until_equal(tab.page, lambda: tab.call("new-visit-draft", "keptForm")["place"], "柳湾镇示例路9号")

    tab.open("/field/new-visit")

    expect(tab.page.locator("#place")).to_have_value("柳湾镇示例路9号")
    expect(tab.page.locator("#agency")).to_have_value("云川市应急管理局")


def test_an_ad_hoc_visit_without_agency_says_what_is_missing(tab: Driver, scene: Any) -> None:
    tab.open("/field/new-visit")

    tab.page.click("[data-action=begin]")

    expect(tab.page.locator("[data-place=agency-error]")).to_be_visible()
    expect(tab.page.locator("[data-place=place-error]")).to_be_visible()
    tab.shows("#toasts", "还缺")

    tab.page.fill("#place", "柳湾镇示例路9号")
    expect(tab.page.locator("[data-place=place-error]")).to_be_hidden()
    tab.page.fill("#agency", "某某镇综合行政执法队")
    expect(tab.page.locator("[data-place=agency-error]")).to_be_hidden()
    tab.page.click('[data-place=domains] button[value="work_safety"]')
    expect(tab.page.locator("[data-place=domain-error]")).to_be_hidden()


def test_coordinates_go_into_the_location_of_the_record_and_never_into_the_address(tab: Driver, scene: Any) -> None:
    _fill_new_visit(tab)

    tab.page.click("[data-action=locate]")

    tab.shows("#place-words", "已定位（±12 米）")
    expect(tab.page.locator("#place")).to_have_value("柳湾镇示例路9号")
    tab.page.click("[data-action=begin]")
    tab.page.wait_for_url("**/field/record?id=*")
    until_ready(tab.page)
    tab.until(
        lambda: tab.call("drafts", "readRecord", tab.page.url.split("id=")[1])["body"].get("location"), "no location"
    )
    kept = tab.call("drafts", "readRecord", tab.page.url.split("id=")[1])
    assert {name: kept["body"]["location"][name] for name in ("latitude", "longitude", "accuracy")} == {
        "latitude": 31.3846, "longitude": 120.9807, "accuracy": 12,
    }  # fmt: skip
    assert kept["visit"]["place"] == "柳湾镇示例路9号"
    tab.open(f"/field/visit?id={kept['visit']['id']}")
    expect(tab.page.locator("main")).not_to_contain_text("120.98")


def _fill_new_visit(tab: Driver) -> None:
    tab.open("/field/new-visit")
    tab.page.click('[data-place=domains] button[value="work_safety"]')
    tab.page.fill("#agency", "应急")
    tab.page.click("[data-place=found] button")
    tab.page.fill("#place", "柳湾镇示例路9号")


def _wait_for_worker(tab: Driver) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def _fresh(db: Any, visit_id: str) -> Any:
    db.session.rollback()
    return db.session.get(Visit, visit_id)


@pytest.mark.parametrize(
    ("agent", "words"),
    [(WECHAT, "在浏览器打开"), (SAFARI, "7 天不打开")],
    ids=["wechat", "an iPhone's tab"],
)
def test_a_browser_that_may_lose_records_is_told_before_the_first_one(
    browser: Any, live_server: Any, agent: str, words: str
) -> None:
    with opened(browser.new_context(base_url=live_server.url, **{**PHONE, "user_agent": agent})) as context:
        page = context.new_page()
        page.goto("/field/")

        shows(page, "[data-module=browser-hint]", words)


def test_who_signed_in_at_the_desk_finds_the_visits_on_the_phone(phone: Any, scene: Any) -> None:
    page = phone.new_page()
    page.goto("/sign-in")
    page.fill("#username", "zhangsan")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")

    page.wait_for_url("**/field/")
    page.get_by_text("柳湾镇示例路1号").wait_for()
