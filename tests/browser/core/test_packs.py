"""A first visit waits for the core alone; what is not on the phone yet says so in words, and opens when it has come."""

import re
from typing import Any

import pytest
from browsers import until_ready
from phone_driver import Driver
from playwright.sync_api import expect

from fieldapp.web.field.packs import PACKS, entry_of

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)

# The line breaks between the core and the packs: while `held` stands, no page comes to ask for them.
HELD = """
const post = ServiceWorker.prototype.postMessage;
ServiceWorker.prototype.postMessage = function (message, ...more) {
  if (message !== "FETCH_PACKS" || !localStorage.getItem("held")) post.call(this, message, ...more);
};
if (!sessionStorage.getItem("came")) localStorage.setItem("held", "1");
sessionStorage.setItem("came", "1");
"""
NEWEST = """
async () => { const names = await caches.keys();
  return (await (await caches.open(names.at(-1))).keys()).map((request) => new URL(request.url).pathname); }
"""
SAYS = "这一部分还没有下载到本机。联网后打开一次即可。记录都在。"


@pytest.fixture
def tab(new_phone: Any, scene: Any) -> Driver:
    """Of a phone that has the core and nothing else."""
    page = new_phone.new_page()
    page.add_init_script(HELD)
    tab = Driver(page).arrive("zhangsan", "/field/")
    tab.until(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), "no worker")
    return tab


def test_with_the_core_alone_one_works_offline_and_the_rest_says_that_it_is_missing(
    tab: Driver, scene: Any, live_server: Any
) -> None:
    record = tab.new_observation(scene.visit_id)
    live_server.kill()

    for path in ("/field/", f"/field/visit?id={scene.visit_id}", f"/field/record?id={record}", "/field/me"):
        tab.page.goto(path)
        until_ready(tab.page)
        expect(tab.page.locator("[data-failed]"), path).to_have_count(0)
    for path in ("/field/interview", "/field/conflict", "/field/guide", "/field/rescue", "/field/handover"):
        tab.page.goto(path)
        expect(tab.page.locator("main"), path).to_have_text(re.compile(SAYS), use_inner_text=True)
    assert tab.record(record)["state"] == "draft"


def test_what_was_missing_opens_by_itself_when_the_network_is_back(tab: Driver, live_server: Any) -> None:
    live_server.kill()
    tab.page.goto("/field/guide")
    expect(tab.page.locator("main")).to_contain_text(SAYS)

    live_server.start()
    tab.page.evaluate("() => { localStorage.removeItem('held'); dispatchEvent(new Event('online')); }")

    expect(tab.page.locator("main")).not_to_contain_text(SAYS)
    until_ready(tab.page)
    expect(tab.page.locator("[data-failed]")).to_have_count(0)
    assert tab.call("packs", "missingPacks") == []


def test_getting_ready_says_what_is_missing_and_brings_it(tab: Driver) -> None:
    tab.open("/field/me")
    expect(tab.page.locator("[data-module=offline-ready] ul")).to_contain_text(
        "还差：确认、照片的查看、标注和连拍、全部项、常用语填空和行前两分钟、指引、访谈、签名和执法人员、救援包、回执、"
        "对照、证件和二维码"
    )

    tab.page.evaluate("localStorage.removeItem('held')")
    tab.page.click("[data-module=offline-ready] button")

    expect(tab.page.locator("[data-module=offline-ready] [data-slot=status]")).to_have_text(re.compile("^准备好了"))
    assert {entry_of(pack) for pack in PACKS} <= set(tab.page.evaluate(NEWEST))


def test_what_arrives_while_one_looks_is_said_to_be_there(tab: Driver) -> None:
    tab.open("/field/me")
    rows = tab.page.locator("[data-module=offline-ready] ul")
    expect(rows).to_contain_text("还差：")

    tab.page.evaluate("() => { localStorage.removeItem('held'); dispatchEvent(new Event('online')); }")

    expect(rows).not_to_contain_text("还差：")
    expect(rows).to_contain_text("没有网络也能打开")


def test_a_new_version_waits_until_it_has_everything(tab: Driver, live_server: Any) -> None:
    before = tab.page.evaluate(NEWEST)
    live_server.stop()
    live_server.environment["FIELDAPP_ORGANISATION"] = "改名后的司法局"
    live_server.start()
    tab.page.evaluate("() => navigator.serviceWorker.getRegistration('/field/').then((it) => it.update())")

    tab.page.wait_for_selector("[data-module=worker-news]:not([hidden])")

    assert {entry_of(pack) for pack in PACKS}.isdisjoint(before)
    assert {entry_of(pack) for pack in PACKS} <= set(tab.page.evaluate(NEWEST))
