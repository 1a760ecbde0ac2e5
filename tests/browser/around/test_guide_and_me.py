"""指引 and 我的: what a supervisor looks up and shows, also where no network is."""

import re
from typing import Any

import pytest
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_the_checklist_is_searched_in_chinese_offline(tab: Driver, scene: Any, phone: Any) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.set_offline(True)
    tab.open("/field/guide")
    tab.shows("[data-place=found]", "共 53 项")

    tab.page.fill("#query", "出示 执法证件")
    expect(tab.page.locator("[data-place=found]")).not_to_have_text("共 53 项，其中选做 5 项")

    tab.shows("[data-place=categories]", "B01")
    tab.page.fill("#query", "没有这样的指标")
    expect(tab.page.locator("[data-place=nothing]")).to_be_visible()


def test_an_unverified_citation_is_marked_and_a_verified_one_is_not(tab: Driver, scene: Any) -> None:
    tab.open("/field/guide?item=A03")

    bases = tab.page.locator("#A03 [data-slot=basis] li")
    expect(bases).to_have_count(2)
    assert [("待核" in line) for line in bases.all_inner_texts()] == [True, False]


def test_filters_narrow_the_checklist_to_a_mode_and_stage(tab: Driver, scene: Any) -> None:
    tab.open("/field/guide?mode=case_file&stage=legal_review")

    codes = tab.page.locator("[data-slot=code]:visible").all_inner_texts()

    assert codes
    pack = tab.call("pack", "readPack")
    items = {
        item["code"]: item
        for part in pack["checklist_versions"][0]["categories"]
        for item in (*part["items"], *part["optional_items"])
    }
    wanted = {code for code, item in items.items() if "case_file" in item["modes"] and item["stage"] == "legal_review"}
    assert set(codes) == wanted


def test_the_certificate_is_shown_with_a_running_clock(tab: Driver, scene: Any) -> None:
    tab.open("/field/me")

    tab.shows("[data-place=certificate]", "云执监证 000001")
    tab.until(lambda: tab.page.evaluate("document.querySelector('.qr img')?.naturalWidth > 0"), "no picture")
    first = tab.page.inner_text("[data-slot=clock]")
    tab.until(lambda: tab.page.inner_text("[data-slot=clock]") != first, "the clock stands still")


def test_getting_ready_for_no_network_says_when_it_is_ready(new_phone: Any, scene: Any) -> None:
    tab = Driver(new_phone.new_page()).arrive("zhangsan", "/field/me")

    tab.page.click("[data-module=offline-ready] button")
    expect(tab.page.locator("[data-slot=status]")).to_have_text(re.compile("^准备好了"))

    marks = tab.page.locator("[data-module=offline-ready] [data-slot=mark]").all_inner_texts()
    assert marks[:3] == ["已就绪"] * 3


def test_large_text_and_dark_stay_over_pages(tab: Driver, scene: Any) -> None:
    tab.open("/field/me")

    tab.page.click('[data-choice=text] button[value="large"]')
    tab.page.click('[data-choice=theme] button[value="dark"]')
    tab.open("/field/records")

    root = tab.page.locator("html")
    expect(root).to_have_attribute("data-text", "large")
    expect(root).to_have_attribute("data-theme", "dark")


def test_signing_out_names_what_is_not_sent_and_keeps_it(tab: Driver, scene: Any, phone: Any) -> None:
    with tab.unheard():
        record_id = tab.new_observation(scene.today)
        tab.open("/field/me")

        tab.page.click("[data-action=leave]")
        tab.page.click("dialog button[value=no]")
        tab.shows("[data-place=unsent-list]", "监督记录 云川市应急管理局")
        assert tab.call("session", "currentUser")["username"] == "zhangsan"

        tab.page.click("[data-action=leave]")
        tab.page.locator("dialog button[value=yes]").wait_for()
    tab.page.click("dialog button[value=yes]")
    tab.page.wait_for_selector("dialog [name=password]")
    tab.sign_in("zhangsan")
    assert tab.record(record_id)["body"]["visit"] == scene.today


def test_the_certificate_is_shown_offline_by_a_code_of_the_minute_that_a_stranger_can_check(
    tab: Driver, scene: Any, phone: Any, live_app: Any
) -> None:
    tab.open("/field/me")
    tab.sync()
    tab.until(lambda: "&c=" in tab.page.get_attribute(".qr", "href"), "no code of the minute")
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.set_offline(True)
    tab.open("/field/me")

    tab.until(lambda: "&c=" in (tab.page.get_attribute(".qr", "href") or ""), "no code without a network")
    tab.shows("[data-place=certificate]", "秒后换码")
    tab.until(lambda: tab.page.evaluate("document.querySelector('.qr img')?.naturalWidth > 0"), "no picture")
    address = tab.page.get_attribute(".qr", "href")
    page = live_app.test_client().get(address[address.index("/verify/") :]).get_data(as_text=True)

    assert "证件有效" in page
    assert "前有效，过后请重新扫码" in page


def test_what_makes_the_codes_of_a_certificate_leaves_the_phone_with_its_user(tab: Driver, scene: Any) -> None:
    tab.open("/field/me")
    tab.sync()
    user = tab.call("session", "currentUser")["id"]
    place = tab.call("certificate-key", "placeOf", user)
    tab.until(lambda: tab.call("store", "read", "meta", place), "no secret of the certificate")

    tab.page.click("[data-action=leave]")
    tab.page.wait_for_selector("dialog [name=password]")
    assert not tab.call("store", "read", "meta", place)

    tab.sign_in("zhangsan")
    tab.until(lambda: tab.call("store", "read", "meta", place), "no secret after signing in again")
