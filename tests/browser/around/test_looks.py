"""Every page around recording: nothing for axe to find, nothing too wide, in light, dark and large."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe import OF_A_LOOK, violations
from browsers import PHONE, opened, until_ready, until_still, watching
from phone_driver import Driver

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
PAGES = ["/field/", "/field/new-visit", "/field/records", "/field/guide?item=B01", "/field/me", "/field/rescue"]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "large on the smallest phone": {"viewport": {"width": 320, "height": 640}},
}


@pytest.fixture
def looked_at(look: str, browser: Any, live_server: Any, scene: Any) -> Iterator[Driver]:
    """张三's phone in one look, with an interview begun."""
    how = {**PHONE, **LOOKS[look]}
    with opened(browser.new_context(base_url=live_server.url, **how)) as context, watching(context):
        tab = Driver(context.new_page()).arrive("zhangsan", "/field/")
        if "large" in look:
            tab.page.evaluate("localStorage.setItem('fieldapp.text', 'large')")
        yield tab


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_accessible_and_fits(looked_at: Driver, scene: Any, look: str) -> None:
    only = () if look == "light" else OF_A_LOOK
    pages = [*PAGES, f"/field/visit?id={scene.today}"]
    faults = [fault for path in pages for fault in _faults(looked_at.open(path), only)]
    looked_at.page.click("[data-action=interview]")
    looked_at.page.wait_for_url("**/field/interview?id=*")
    looked_at.page.click('[data-part=methods] button[value="tick"]')
    looked_at.page.click('[data-place=age-chips] button[value="true"]')
    faults += _faults(looked_at, only)
    looked_at.page.click("[data-action=hand-over]")
    looked_at.page.fill("#pin-new", "2468")
    faults += _faults(looked_at, only)
    looked_at.page.click("dialog button[value=lock]")
    looked_at.page.wait_for_selector("[data-place=form]")
    looked_at.page.click("[data-action=take-back]")
    faults += _faults(looked_at, only)

    assert faults == []


def _faults(tab: Driver, only: tuple[str, ...]) -> list[str]:
    until_ready(tab.page)
    until_still(tab.page)
    where = tab.page.url.split("/field/")[1]
    found = [f"{where}: {fault}" for fault in violations(tab.page, *only)]
    wider = tab.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*found, *([f"{where}: {wider} px too wide"] if wider > 0 else [])]
