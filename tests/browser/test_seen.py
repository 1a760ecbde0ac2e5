"""What everybody has to see: where the keyboard stands, what a printed page says, and large text on a small phone."""

import re
from pathlib import Path
from typing import Any

import pytest
from browsers import DESK, PHONE, opened, sign_in_at_desk, until_ready, until_still, watching
from playwright.sync_api import expect
from servers import LiveServer

from fieldapp.people.passwords import DEMO_PASSWORD

SCRIPT = Path(__file__).with_name("seeing.js").read_text()
NOBODY = ""
# Where one looks: who, the page, and the links to follow from there.
PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    NOBODY: (("/sign-in", ""), ("/verify/", ""), ("/no-such-page", "")),
    "lead1": (
        ("/review/?state=all&no=1", ""),
        ("/review/?state=submitted&no=1", "main a.list__row"),
        ("/review/ratings?view=all", ""),
        ("/review/ratings?view=all", "main a.list__row"),
        ("/account/sign-ins", ""),
    ),
    "admin": (
        ("/admin/", ""),
        ("/admin/people", "main a.list__row"),
        ("/admin/checklists", "main a[href*='/checklists/']"),
        ("/admin/rating-codes", "main a.list__row"),
        ("/admin/rating-codes", "main a.list__row | a >> text=打开评价页"),
        ("/admin/audit", ""),
    ),
    "agency1": (("/agency/", ""), ("/agency/scores", "")),
    "supervisor1": (
        ("/field/", ""),
        ("/field/records", ""),
        ("/field/guide", ""),
        ("/field/me", ""),
        ("/field/", "main a[href*='visit?id']"),
        ("/field/records", "main a[href*='record?id']"),
    ),
}
NARROW = ({"width": 360, "height": 640}, {"width": 390, "height": 844})
MOST_OF_ITS_HEIGHT = 0.45  # what sticks to the edges may take at most


@pytest.mark.parametrize("who", PAGES)
def test_everybody_sees_where_the_keyboard_stands_and_prints_what_is_folded(
    browser: Any, demo: LiveServer, who: str
) -> None:
    """A ring has 3:1 against what it lies on (WCAG 2.2, 1.4.11), light, dark and large; no fold is shut on paper."""
    with opened(browser.new_context(base_url=demo.url, **DESK)) as context, watching(context):
        page = _arrive(context, who)
        faults = []
        for address, link in PAGES[who]:
            _open(page, address, link)
            page.emulate_media(media="print", color_scheme="light")
            found = page.evaluate("() => shutOnPaper()")
            page.emulate_media(media="screen")
            found += page.evaluate("() => weakRings()")
            page.emulate_media(color_scheme="dark")
            found += [f"dark: {fault}" for fault in page.evaluate("() => weakRings('large')")]
            faults += [f"{address} {link}: {fault}" for fault in found]

    assert faults == []


def test_a_weak_ring_and_a_shut_fold_are_seen(browser: Any, demo: LiveServer) -> None:
    with opened(browser.new_context(base_url=demo.url, bypass_csp=True, **DESK)) as context:
        page = _arrive(context, NOBODY)
        _open(page, "/verify/", "")
        page.add_style_tag(content=":focus-visible { outline-color: #ddd !important } a { outline: none !important }")
        page.evaluate("document.querySelector('main').append(Object.assign(document.createElement('details'), "
                      "{ innerHTML: '<summary>a</summary><p>what is folded away</p>' }))")  # fmt: skip
        rings = page.evaluate("() => weakRings()")
        page.emulate_media(media="print")
        page.add_style_tag(
            content="@layer print { details::details-content { content-visibility: hidden !important } }"
        )

        assert any("no ring" in fault for fault in rings)
        assert any(re.search(r"1\.\d", fault) for fault in rings)
        assert page.evaluate("() => shutOnPaper()") == ["shut: a"]


def test_a_record_on_paper_has_every_item_in_ink(browser: Any, demo: LiveServer) -> None:
    """Printed from a dark screen, for the file: all items with answer and legal basis, pictures, nothing to tap."""
    with opened(browser.new_context(base_url=demo.url, **{**DESK, "color_scheme": "dark"})) as context:
        page = _arrive(context, "lead1")
        _open(page, "/review/?state=submitted&no=1", "main a.list__row")
        expect(page.get_by_role("button", name="打印")).to_be_visible()
        counts = page.locator(".figures--six .figure__value").all_inner_texts()[:4]
        number = re.search(r"JD-\d{4}-\d{6}", page.inner_text(".page-head"))
        page.emulate_media(media="print", color_scheme="dark")
        paper = page.evaluate("() => onPaper()")
        sheets = page.pdf(prefer_css_page_size=True)

    assert number
    assert paper["items"] == sum(map(int, counts)) == 29
    assert paper["withoutAnswer"] == []
    assert paper["withoutBasis"] == []
    assert paper["toTap"] == []
    assert paper["pale"] == []
    assert min(paper["pictures_mm"]) >= 60
    assert paper["no"]
    assert all(sign == ['"✕"', "none", "rgb(0, 0, 0)"] for sign in paper["no"])
    assert number[0] in paper["foot"]
    assert paper["tallWithoutBreak"] == []
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) <= 9


def test_folds_open_on_paper_in_a_browser_that_cannot_style_them(browser: Any, demo: LiveServer) -> None:
    with opened(browser.new_context(base_url=demo.url, **DESK)) as context, watching(context):
        context.add_init_script("CSS.supports = () => false;")
        page = _arrive(context, "lead1")
        _open(page, "/review/?state=submitted&no=1", "main a.list__row")
        shut = "document.querySelectorAll('main details:not([open])').length"
        before = page.evaluate(shut)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        printed = page.evaluate(shut)
        page.evaluate("dispatchEvent(new Event('afterprint'))")

        assert before > 20
        assert (printed, page.evaluate(shut)) == (0, before)


def test_who_needs_text_at_double_size_can_record_with_a_small_phone(browser: Any, demo: LiveServer) -> None:
    """Source: WCAG 2.2, 1.4.4 and 1.4.10; the size is the one that the browser itself is set to."""
    with opened(browser.new_context(base_url=demo.url, **PHONE)) as context, watching(context):
        page = _arrive(context, "supervisor3")
        _open(page, "/field/", "main a[href*='visit?id']")
        page.click("[data-action=record]")
        page.wait_for_url("**/field/record?id=*")
        record = page.url.split("?")[1]
        larger = context.new_cdp_session(page)
        faults = []
        for size_px, large in ((32, False), (24, False), (16, True)):
            larger.send("Page.setFontSizes", {"fontSizes": {"standard": size_px, "fixed": size_px}})
            page.evaluate("(on) => localStorage.setItem('fieldapp.text', on ? 'large' : '')", large)
            for name in ("", "record", "section", "check", "records"):
                query = f"?{record}&category=B" if name in ("record", "section", "check") else ""
                for view in NARROW:
                    page.set_viewport_size(view)
                    _open(page, f"/field/{name}{query}", "")
                    found = page.evaluate("(most) => crowded(most)", MOST_OF_ITS_HEIGHT)
                    faults += [f"/field/{name} {size_px} {view['width']}: {fault}" for fault in found]

    assert faults == []


@pytest.mark.parametrize("width", [1024, pytest.param(1280, marks=pytest.mark.long)])
def test_the_header_of_a_desk_is_one_row_for_a_name_of_four_characters(
    browser: Any, demo: LiveServer, width: int
) -> None:
    with opened(browser.new_context(base_url=demo.url, **{**DESK, "java_script_enabled": False})) as context:
        page = _arrive(context, "admin")
        page.set_viewport_size({"width": width, "height": 800})
        for large in (False, True):
            page.evaluate("(on) => { document.querySelector('.menu__name').textContent = '欧阳明月';"
                          " if (on) document.documentElement.dataset.text = 'large'; }", large)  # fmt: skip
            row_px = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize) * 3.5")
            assert page.locator(".desk-header").bounding_box()["height"] <= row_px + 3
        page.click(".desk-nav summary >> text=系统")
        page.click(".desk-nav >> text=审计")

        assert page.url.endswith("/admin/audit")
        assert page.locator(".desk-nav [aria-current=true]").inner_text() == "系统"


def test_at_390_pixels_each_fact_and_its_verdict_can_be_read(browser: Any, demo: LiveServer) -> None:
    with opened(browser.new_context(base_url=demo.url, **PHONE)) as context:
        page = _arrive(context, "lead1")
        _open(page, "/review/?state=all&voices=1&no=1", "main a.list__row")
        rows = page.evaluate("() => voices()")

    assert rows
    for words, lines, verdict, right in rows:
        assert lines == 1, words
        assert verdict in ("! 矛盾", "矛盾", "无矛盾", "仅一方，无从比对", "无人表态")
        assert right <= PHONE["viewport"]["width"]


def _arrive(context: Any, who: str) -> Any:
    page = context.new_page()
    if who != NOBODY:
        page.goto("/sign-in")
        sign_in_at_desk(page, who, DEMO_PASSWORD)
    if who.startswith("supervisor"):
        page.wait_for_selector("main a[href*='visit?id']")
    return page


def _open(page: Any, address: str, link: str) -> None:
    page.goto(address)
    for one in filter(None, link.split(" | ")):
        with page.expect_navigation():
            page.locator(one).first.click()
    if "/field/" in page.url:
        until_ready(page)
    until_still(page)
    page.evaluate(SCRIPT)
