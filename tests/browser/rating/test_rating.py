"""The rating page in a real browser: without script, on small screens, at 200 % text, by screen reader, sent twice."""

from typing import Any

import pytest
from axe import OF_A_LOOK, STANDARD, violations
from browsers import ARGUMENTS, ENVIRONMENT, shell_path, shows
from citizens import make_poster, make_slip
from factories import make_checklist_version, make_photo, make_visit
from personas import make_county
from playwright.sync_api import expect
from sqlalchemy import func, select

from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import ContactPoint
from fieldapp.ratings.models import Rating, RatingPhoto

SMALL = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 568}},
    # What 200 % text does to a page that is 360 px wide: half as many pixels for the same letters.
    "text at 200 %": {"viewport": {"width": 180, "height": 370}},
}

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


@pytest.fixture
def county(live_app: Any) -> Any:
    make_checklist_version()
    return make_county()


@pytest.fixture
def slip(county: Any) -> Any:
    return make_slip(county.zhang_san, visit=make_visit(group=county.first_group, agency=county.work_safety_agency))


@pytest.fixture
def point(county: Any) -> Any:
    row = ContactPoint(id="0191aaaa-0000-7000-8000-000000000001", name="滨河社区联系点", kind="community",
                       locality_id=county.liuwan.id)  # fmt: skip
    with unit_of_work() as session:
        session.add(row)
    return make_poster(county.wu, contact_point_id=row.id)


def open_page(browser: Any, live_server: Any, path: str, **changes: Any) -> Any:
    context = browser.new_context(base_url=live_server.url, **SMALL | changes)
    page = context.new_page()
    page.goto(path)
    return page


def tap(page: Any, words: str) -> None:
    page.locator("label", has_text=words).first.click()


def send(page: Any) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="提交评价").click()


def count_of(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_satisfied_citizen_needs_two_taps(browser: Any, live_server: Any, slip: Any, has_script: bool) -> None:
    page = open_page(browser, live_server, f"/r/{slip.code}", java_script_enabled=has_script)
    page.locator("label", has_text="非常满意").first.click()
    send(page)

    shows(page, "h1", "已收到您的评价")
    assert count_of(Rating) == 1
    page.context.close()


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_dissatisfied_citizen_who_mistypes_is_led_to_the_field_and_loses_neither_word_nor_photo(
    browser: Any, live_server: Any, slip: Any, has_script: bool
) -> None:
    page = open_page(browser, live_server, f"/r/{slip.code}", java_script_enabled=has_script)
    expect(page.locator(".reasons--bad"), "reasons appear only when a level asks for them").to_be_hidden()
    page.locator("label[for=level-1]").click()
    expect(page.locator(".reasons--bad")).to_be_visible()
    page.fill("#comment", "当时没有出示证件")
    page.set_input_files("#photos", [{"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": make_photo(800, 600)}])
    page.locator("summary", has_text="电话回访").click()
    page.fill("#phone", "打给我")
    page.locator("label[for=may-call]").click()
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.title().startswith("有错误：")
    assert page.evaluate("document.activeElement.id") == "faults"
    page.reload()
    page.get_by_role("link", name="看不懂这个号码").click()
    assert page.evaluate("document.activeElement.id") == "phone"
    page.fill("#phone", "000 0000 0001")
    page.locator("label[for=reason-bad-no_credentials]").click()
    page.locator("label[for=show_credentials-no]").click()
    send(page)

    shows(page, "h1", "已收到您的评价")
    rating = db.session.scalars(select(Rating)).one()
    assert (rating.level, rating.reasons, rating.show_credentials) == (1, "no_credentials", "no")
    assert rating.comment == "当时没有出示证件"
    assert count_of(RatingPhoto) == 1
    page.go_back()
    page.locator("h1", has_text="已经用过").wait_for()
    assert "当时没有出示证件" not in page.content()
    page.context.close()


def test_a_second_tap_and_a_reload_are_one_rating(browser: Any, live_server: Any, point: Any) -> None:
    page = open_page(browser, live_server, f"/r/{point.code}")
    tap(page, "非常满意")
    page.get_by_role("button", name="提交评价").dblclick()
    page.locator("h1", has_text="已收到您的评价").wait_for()  # the second tap may end the first one's navigation
    first = page.url
    page.reload()

    assert page.url == first
    assert count_of(Rating) == 1
    page.context.close()


def test_who_goes_back_and_rates_again_is_taken_and_counted_apart(browser: Any, live_server: Any, point: Any) -> None:
    page = open_page(browser, live_server, f"/r/{point.code}")
    for _ in range(2):
        tap(page, "非常满意")
        send(page)
        page.wait_for_url("**/r/status/*")
        page.go_back()

    db.session.rollback()
    marks = db.session.scalars(select(Rating.suspect_reasons).order_by(Rating.submitted_at)).all()
    assert ["same_device" in mark for mark in marks] == [False, True]
    page.context.close()


@pytest.mark.parametrize(
    "has_script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["with script", "without script"]
)
def test_a_phone_handed_on_after_a_rating_shows_nothing_of_it_and_takes_the_next_one_as_its_own(
    playwright: Any, live_server: Any, point: Any, has_script: bool
) -> None:
    keeps_pages = playwright.chromium.launch(
        executable_path=shell_path(), args=ARGUMENTS, env=ENVIRONMENT,
        ignore_default_args=["--disable-back-forward-cache"],
    )  # fmt: skip
    page = open_page(keeps_pages, live_server, f"/r/{point.code}", java_script_enabled=has_script)
    said = [("level-1", "第一个人的话", "000-0000-0001"), ("level-5", "第二个人的话", "000-0000-0002")]
    receipts = []
    for level, words, phone in said:
        for wrong in ("打给我", phone):
            expect(page.locator("#comment")).to_have_value(words if wrong == phone else "")
            expect(page.locator("#phone")).to_have_value("打给我" if wrong == phone else "")
            page.locator(f"label[for={level}]").click()
            page.fill("#comment", words)
            if wrong != phone:
                page.locator("summary", has_text="电话回访").click()
                page.locator("label[for=may-call]").click()
            page.fill("#phone", wrong)
            send(page)
        page.wait_for_url("**/r/status/*")
        receipts.append(page.url)
        page.go_back()
        expect(page.locator("h1"), "no error page of the browser").to_have_text("请您评价行政执法")
        expect(page.locator("input:checked")).to_have_count(0)

    db.session.rollback()
    ratings = db.session.scalars(select(Rating).order_by(Rating.submitted_at)).all()
    assert [(f"level-{one.level}", one.comment) for one in ratings] == [one[:2] for one in said]
    assert len(set(receipts)) == 2
    keeps_pages.close()


def test_a_page_that_the_browser_brings_back_as_it_was_is_made_anew(browser: Any, live_server: Any, point: Any) -> None:
    page = open_page(browser, live_server, f"/r/{point.code}")
    tap(page, "非常不满意")
    page.fill("#comment", "上一个人的话")
    token = page.locator("input[name=page]").get_attribute("value")

    with page.expect_navigation():  # what Safari does with its page cache, also for pages that must not be stored
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(page.locator("#comment")).to_have_value("")
    expect(page.locator("input:checked")).to_have_count(0)
    assert page.locator("input[name=page]").get_attribute("value") != token
    page.context.close()


def test_the_five_levels_and_the_button_are_on_the_first_screen(browser: Any, live_server: Any, slip: Any) -> None:
    page = open_page(browser, live_server, f"/r/{slip.code}")

    send_bar = page.locator(".send").bounding_box()
    last = page.locator("label[for=level-1]").bounding_box()
    assert last["y"] + last["height"] <= send_bar["y"]
    assert send_bar["y"] + send_bar["height"] <= 740
    page.context.close()


def test_whatever_is_tapped_is_sixty_pixels_high(browser: Any, live_server: Any, point: Any) -> None:
    page = open_page(browser, live_server, f"/r/{point.code}")
    page.locator("label[for=level-1]").click()
    for summary in page.locator("summary").all():
        summary.click()

    heights = page.evaluate(
        """() => [...document.querySelectorAll(
               '.levels > label, .tick label, .fact label, .field input, select, summary, button')]
             .filter(e => e.offsetParent && !e.closest('.trap'))
             .map(e => [e.outerHTML.slice(0, 60), e.offsetHeight])"""
    )
    assert heights
    assert [one for one in heights if one[1] < 60] == []
    page.context.close()


def test_the_keyboard_reaches_everything_and_never_the_trap(browser: Any, live_server: Any, slip: Any) -> None:
    page = open_page(browser, live_server, f"/r/{slip.code}", is_mobile=False)
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name || document.activeElement.type || ''"))

    assert names[0] == "level"
    assert "show_credentials" in names
    assert "comment" in names
    assert "submit" in names
    assert "confirm_note" not in names
    page.context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_can_be_read_by_everybody(browser: Any, live_server: Any, slip: Any, point: Any, look: str) -> None:
    page = open_page(browser, live_server, f"/r/{slip.code}", **LOOKS[look])
    rules = STANDARD if look == "light" else (*OF_A_LOOK, "target-size")
    assert faults(page, rules) == []
    page.locator("label[for=level-2]").click()
    for summary in page.locator("summary").all():
        summary.click()
    assert faults(page, rules) == []
    page.fill("#phone", "打给我")
    send(page)
    assert faults(page, rules) == []
    page.fill("#phone", "")
    send(page)
    page.wait_for_url("**/r/status/*")
    assert faults(page, rules) == []
    for path in (f"/r/{slip.code}", f"/r/{point.code}", f"/r/{point.code}/opinion", "/r/status", "/r/no-such-code",
                 "/r/status/no-such"):  # fmt: skip
        page.goto(path)
        assert faults(page, rules) == []
    page.context.close()


def test_nothing_is_asked_from_elsewhere_and_little_from_here(browser: Any, live_server: Any, slip: Any) -> None:
    context = browser.new_context(base_url=live_server.url, **SMALL)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/r/{slip.code}")
    page.wait_for_load_state("networkidle")

    assert all(url.startswith(live_server.url) for url in asked)
    assert len(asked) <= 4
    assert page.evaluate("navigator.serviceWorker ? navigator.serviceWorker.controller : null") is None
    context.close()


def faults(page: Any, rules: tuple[str, ...]) -> list[str]:
    """What axe finds, and whether the page scrolls sideways."""
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = violations(page, *rules) + ([f"{sideways} px too wide"] if sideways > 0 else [])
    return [f"{page.url}: {fault}" for fault in found]
