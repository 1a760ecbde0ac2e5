"""What the browser tests lean on: a phone that is as new for each of them, and eyes that see what is wrong."""

from typing import Any

import pytest
from axe import OF_A_LOOK, violations
from kept_phone import KeptPhone
from phone_driver import Driver

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
BAD = "<main><h1 style='color: #ccc; background: #fff'>pale</h1><input></main>"


def test_a_kept_phone_is_as_new_but_for_the_app_that_it_keeps(chromium: Any, scene: Any, live_server: Any) -> None:
    kept = KeptPhone(chromium)
    tab = Driver(kept.as_new(live_server.url).new_page()).arrive("zhangsan").ready_offline()
    tab.new_observation(scene.visit_id)
    tab.page.evaluate("() => { localStorage.setItem('a', 'b'); sessionStorage.setItem('a', 'b'); }")
    kept.context.clear_permissions()
    kept.context.set_offline(True)
    kept.put_away()

    page = kept.as_new(live_server.url).new_page()
    page.goto("/field/me")  # kept by the worker
    worker = "navigator.serviceWorker.controller !== null"
    stored = "[localStorage.getItem('a'), sessionStorage.getItem('a'), document.cookie]"
    place = "navigator.permissions.query({ name: 'geolocation' }).then((one) => one.state)"

    assert page.evaluate(f"Promise.all([{worker}, navigator.onLine, {place}])") == [True, True, "granted"]
    assert page.evaluate(stored) == [None, None, ""]
    assert Driver(page).run("return [await drafts.listRecords(), await session.currentUser()];") == [[], None]
    assert page.request.get("/api/v1/me").status == 401
    with pytest.raises(RuntimeError, match="new_phone"):
        kept.context.add_init_script("")
    kept.give_up()


def test_what_is_wrong_on_a_page_is_seen_and_in_another_look_what_a_look_changes(phone: Any) -> None:
    page = phone.new_page()
    page.goto("about:blank")
    page.set_content(BAD)

    assert {fault.partition(":")[0] for fault in violations(page)} >= {"color-contrast", "label", "html-has-lang"}
    assert {fault.partition(":")[0] for fault in violations(page, *OF_A_LOOK)} == {"color-contrast"}
