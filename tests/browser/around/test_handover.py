"""交给当事人填写: while the phone is in the party's hands, it shows one page and nothing else."""

from typing import Any

import pytest
from browsers import until_ready
from cases import every
from factories import PASSWORD
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


@pytest.fixture
def handed_over(tab: Driver, scene: Any) -> str:
    """The id of an interview to which the phone is locked with the PIN 2468."""
    tab.open(f"/field/visit?id={scene.today}")
    tab.page.click("[data-action=interview]")
    tab.page.wait_for_url("**/field/interview?id=*")
    interview_id = str(tab.page.url.split("id=")[1])
    tab.page.click("[data-action=hand-over]")
    tab.page.fill("#pin-new", "2468")
    tab.page.click("dialog button[value=lock]")
    tab.page.wait_for_url("**/field/handover?id=*")
    tab.page.wait_for_selector("[data-place=form]")
    return interview_id


def test_a_phone_that_is_not_handed_over_shows_the_visits_instead(tab: Driver, scene: Any) -> None:
    tab.page.goto("/field/handover")

    tab.page.wait_for_url("**/field/")
    until_ready(tab.page)
    expect(tab.page.locator("h1")).to_have_text("伴随式监督")


@every("path", ["/field/", "/field/records", "/field/me", "/field/guide", "/field/new-visit"])
def test_every_other_page_leads_back(tab: Driver, handed_over: str, path: str) -> None:
    tab.page.goto(path)

    tab.page.wait_for_url(f"**/field/handover?id={handed_over}")


def test_a_record_that_another_tab_has_open_leads_there_at_the_next_view(tab: Driver, scene: Any) -> None:
    record_id = tab.new_observation(scene.today)
    other = tab.page.context.new_page()
    other.goto(f"/field/record?id={record_id}")
    until_ready(other)

    tab.call("handover-lock", "lockTo", record_id, "2468")
    other.locator("main a.tap-card").first.click()

    other.wait_for_url("**/field/handover?id=*")


def test_the_back_button_and_a_reload_stay_on_the_page(tab: Driver, handed_over: str) -> None:
    tab.page.go_back()
    tab.page.wait_for_timeout(500)
    tab.page.reload()
    tab.page.wait_for_selector("[data-place=form]")

    assert f"/field/handover?id={handed_over}" in tab.page.url


def test_the_party_sees_nothing_of_the_supervisor(tab: Driver, handed_over: str) -> None:
    expect(tab.page.locator("nav, .top-bar, [data-module=sync-line]")).to_have_count(0)
    tab.page.wait_for_load_state("networkidle")  # the sync that knows the name has begun and ended
    assert "张三" not in tab.page.inner_text("body")


def test_what_the_party_filled_in_comes_back_with_the_pin(tab: Driver, handed_over: str) -> None:
    tab.page.check("#adult")
    tab.page.click("[data-action=agree]")
    tab.page.click(".level >> nth=0")
    tab.page.fill("#suggestion", "少来几次，一次查完")
    tab.page.click("[data-action=done]")
    tab.shows("[data-place=done]", "交还给监督员")
    expect(tab.page.locator("[data-place=form]")).to_be_hidden()

    tab.page.fill("#pin", "2468")
    tab.page.click("[data-part=pin-button]")
    tab.page.wait_for_url("**/field/interview?id=*")

    body = tab.record(handed_over)["body"]
    assert (body["level"], body["suggestion"], body["conducted"]) == (5, "少来几次，一次查完", "handed_over")
    assert (body["consent"]["given"], body["is_adult"]) == (True, True)


def test_the_party_reads_whose_visit_it_is_about_and_is_thanked_by_the_heading(tab: Driver, handed_over: str) -> None:
    tab.shows("[data-place=about]", "执法", "应急")
    expect(tab.page.locator("h1")).to_have_text("请您填写")
    tab.page.click("[data-action=decline]")

    expect(tab.page.locator("h1")).to_have_text("谢谢您！")
    expect(tab.page.locator("h1")).to_be_focused()
    expect(tab.page.locator("[data-place=about]")).to_be_hidden()


def test_a_finished_page_does_not_open_again_after_a_reload(tab: Driver, handed_over: str) -> None:
    tab.page.click("[data-action=decline]")
    tab.page.wait_for_selector("[data-place=done]")

    tab.page.reload()
    tab.page.wait_for_selector("[data-place=done]")

    expect(tab.page.locator("[data-place=form]")).to_be_hidden()
    assert tab.record(handed_over)["body"]["refused"]["reason"] == "当事人不同意"


def test_a_wrong_pin_makes_the_next_try_wait_longer_and_longer(tab: Driver, handed_over: str) -> None:
    waits = [tab.call("handover-lock", "tryPin", "0000", moment)["waitMs"] for moment in (0, 2000, 10000, 60000)]
    too_early = tab.call("handover-lock", "tryPin", "2468", 60500)

    assert waits == [1000, 2000, 4000, 8000]
    assert too_early["isOpen"] is False
    assert tab.call("handover-lock", "tryPin", "2468", 70000)["isOpen"] is True


def test_the_pin_itself_is_not_kept_on_the_phone(tab: Driver, handed_over: str) -> None:
    kept = tab.call("handover-lock", "currentLock")

    assert "2468" not in str(kept)


def test_a_forgotten_pin_is_replaced_by_the_password(tab: Driver, handed_over: str) -> None:
    tab.page.click("[data-action=take-back]")
    tab.page.click("[data-part=forgotten]")
    tab.page.fill("#password", PASSWORD)
    tab.page.press("#password", "Enter")

    tab.page.wait_for_url("**/field/interview?id=*")
    assert tab.call("handover-lock", "currentLock") is None
