"""The app starts without a network, and a new version never takes a page away from an open draft."""

import re
from typing import Any

import pytest
from browsers import until_ready
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)

# A call that wakes the old worker while it is stopped would keep the new one waiting for good.
CALLS_FROM_THE_TAP = """
(address) => document.addEventListener('click', () => {
  for (let ms = 0; ms < 400; ms += 4) setTimeout(() => fetch(address).catch(() => undefined), ms);
})
"""
OF_THE_API, THROUGH_THE_OLD_WORKER = "/api/v1/me", "/field/nothing.txt"


@pytest.fixture
def phone(new_phone: Any) -> Any:
    """One that the app has not been on before: here its arriving, its renewal and its going are what is looked at."""
    return new_phone


def test_every_page_opens_with_the_server_gone(tab: Driver, scene: Any, live_server: Any) -> None:
    from fieldapp.web.field.pages import SHELLS

    record = tab.ready_offline().new_observation(scene.visit_id)
    live_server.kill()

    of_a_record = {"/record", "/section", "/check", "/receipt", "/conflict"}
    for path in SHELLS:
        tab.page.goto(f"/field{path}?id={record}" if path in of_a_record else f"/field{path}")
        until_ready(tab.page)
        expect(tab.page.locator("main"), path).to_contain_text(re.compile(r"\S"), use_inner_text=True)
        expect(tab.page.locator("[data-failed]"), path).to_have_count(0)
    assert tab.record(record)["state"] == "draft"


def test_answers_of_the_api_are_never_kept_and_no_page_outside_the_app_is_served_by_the_worker(tab: Driver) -> None:
    kept = tab.ready_offline().page.evaluate(
        "async () => { const all = []; for (const name of await caches.keys())"
        " for (const request of await (await caches.open(name)).keys())"
        " all.push(new URL(request.url).pathname); return all; }"
    )
    assert any(path == "/field/" for path in kept)
    assert all(path.startswith(("/field/", "/static/")) for path in kept)

    other = tab.page.context.new_page()
    other.goto("/healthz")
    assert other.evaluate("navigator.serviceWorker.controller === null")


def test_a_new_version_waits_while_a_draft_is_open(tab: Driver, scene: Any, live_server: Any) -> None:
    record = tab.ready_offline().new_observation(scene.visit_id)
    tab.open(f"/field/record?id={record}")
    tab.page.evaluate("() => { window.untouched = true; }")
    _update(tab, live_server)

    tab.shows("[data-module=worker-news]", "有新版本")
    expect(tab.page.locator("[data-module=worker-news] button")).to_have_count(0)
    assert tab.call("worker", "useNewVersion") is False
    assert tab.page.evaluate("window.untouched") is True


@pytest.mark.parametrize("calls", [OF_THE_API, THROUGH_THE_OLD_WORKER])
def test_a_new_version_is_taken_when_asked_and_drops_the_old_pages(
    tab: Driver, scene: Any, live_server: Any, calls: str
) -> None:
    tab.ready_offline()
    record = tab.new_observation(scene.visit_id)
    before = tab.call("worker", "appVersion")
    _update(tab, live_server)
    tab.page.wait_for_selector("[data-module=worker-news]:not([hidden]) button")
    tab.page.evaluate(CALLS_FROM_THE_TAP, calls)

    with tab.page.expect_navigation():
        tab.page.click("[data-module=worker-news] button")

    until_ready(tab.page)
    names = tab.until(lambda: _one(tab.page.evaluate("caches.keys()")), "the old pages are still kept")
    assert names != f"field-{before}"
    assert tab.record(record)["state"] == "draft"


def test_the_kill_switch_removes_the_worker_and_keeps_the_records(tab: Driver, scene: Any, live_server: Any) -> None:
    record = tab.ready_offline().new_observation(scene.visit_id)
    (live_server.instance / "worker-off").touch()

    tab.page.evaluate("() => navigator.serviceWorker.getRegistration('/field/').then((it) => it.update())")

    tab.until(lambda: tab.page.evaluate("caches.keys()") == [], "pages still kept")
    assert tab.record(record)["state"] == "draft"


def _one(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


def _update(tab: Driver, live_server: Any) -> None:
    """Puts another version on the server and lets the page look for it."""
    live_server.stop()
    live_server.environment["FIELDAPP_ORGANISATION"] = "改名后的司法局"
    live_server.start()
    tab.page.evaluate("() => navigator.serviceWorker.getRegistration('/field/').then((it) => it.update())")
