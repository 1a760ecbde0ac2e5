"""The phone app in WebKit: cold start, sign-in, a record with photo and signature, Back, reload, receipt.

Without the cache of left pages: what that does to a write under way is told in test_facts.py.
"""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from factories import PASSWORD, make_checklist_version, make_photo, make_visit
from personas import make_county
from webkit_driver import Session, until

from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation

VISIT = 'main a[href*="visit?id"]'
NOTE = "进门后五分钟才亮证"
READY = """
const modules = [...document.querySelectorAll('[data-module]')];
return modules.length > 0 && modules.every((one) => 'ready' in one.dataset);
"""
UNANSWERED = """
return [...document.querySelectorAll('.item-card')]
  .filter((card) => card.checkVisibility() && !card.querySelector('.segmented [aria-pressed=true]'))
  .map((card) => card.id);
"""


@pytest.fixture
def visit(live_app: Any) -> Any:
    """An on-site visit of 张三's group in work safety: 29 of the 48 items are asked."""
    county = make_county()
    make_checklist_version("field-2026-1", items=None)
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


def until_ready(phone: Session) -> None:
    """Waits until the page has drawn what it shows."""
    until(lambda: phone.run(READY), "the page never gets ready")


def sign_in(phone: Session) -> None:
    """As a person does in the dialog of the first page."""
    phone.open("/field/")
    phone.shows("dialog h2", "登录")
    phone.type("#sign-in-username", "zhangsan")
    phone.type("#sign-in-password", PASSWORD)
    phone.run("window.isStrangers = true")
    phone.click("dialog button[type=submit]")
    until(lambda: not phone.run("return window.isStrangers"), "the page of a stranger is not drawn anew")
    until(lambda: phone.count(VISIT), "the visit of today is not listed")


def start_record(phone: Session) -> str:
    """Opens today's visit and begins a record; gives its id."""
    until_ready(phone)
    phone.click(VISIT)
    until(lambda: "/field/visit" in phone.url, "the visit does not open")
    until_ready(phone)
    phone.click("[data-action=record]")
    until(lambda: phone.count(".item-card"), "the record does not open")
    until_ready(phone)
    phone.click("[data-place=first] > summary")
    return phone.url.split("id=")[1]


def saved(phone: Session) -> None:
    """Waits for 已保存在本机."""
    until(lambda: phone.count('.saving-banner[data-status="saved"]'), "never said to be saved")


def add_photo(phone: Session, code: str, file: Path) -> None:
    """Chooses a picture of the album at an item, and waits for its thumbnail."""
    phone.keep_chooser_shut()
    phone.click(f"#item-{code} [data-action=album]")
    until(lambda: phone.count("input[type=file]"), "no file is asked for")
    phone.choose_file("input[type=file]", file)
    until(lambda: phone.count(f"#item-{code} .thumb"), "the photo is not kept")
    saved(phone)


def answer_all(phone: Session, record_id: str) -> None:
    """Taps 是 at every item of every section that has no answer yet."""
    for section in "ABCDE":
        phone.open(f"/field/section?id={record_id}&category={section}")
        until_ready(phone)
        cards = phone.run(UNANSWERED)
        for card in cards:
            phone.click(f"#{card} .answer--yes")
            until(lambda card=card: phone.count(f'#{card} .answer--yes[aria-pressed="true"]'), f"{card} not taken")
        if cards:
            saved(phone)


def assert_nothing_lost(phone: Session) -> None:
    """The answer, the note and the photo stand in the page."""
    until_ready(phone)
    until(lambda: phone.count('#item-B01 .answer--no[aria-pressed="true"]'), "the answer is lost")
    assert phone.value("#note-B01") == NOTE
    until(lambda: phone.count("#item-B01 .thumb img"), "the photo is lost")


@pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
def test_a_cold_start_leads_to_the_sign_in_and_from_then_on_the_app_opens_without_a_server(
    live_server: Any, visit: Any, new_session: Any
) -> None:
    phone = new_session(keeps_pages=False)
    sign_in(phone)
    phone.shows("main", "柳湾镇")
    until(lambda: phone.run("return Boolean(navigator.serviceWorker.controller)"), "no worker serves the page")

    live_server.stop()
    try:
        phone.reload()
        until(lambda: phone.count(VISIT), "without a server the visit is gone")
        start_record(phone)
        phone.click("#item-B01 .answer--no")
        phone.type("#note-B01", NOTE)
        saved(phone)
        phone.reload()
        until_ready(phone)
        assert phone.value("#note-B01") == NOTE
        assert phone.count('#item-B01 .answer--no[aria-pressed="true"]')
    finally:
        live_server.start()


def test_a_record_outlives_back_forward_and_reload_and_reaches_the_server_whole(
    visit: Any, new_session: Any, tmp_path: Path
) -> None:
    picture = tmp_path / "现场.jpg"
    picture.write_bytes(make_photo(1600, 1200, text="亮证"))
    phone = new_session(keeps_pages=False)
    sign_in(phone)
    record_id = start_record(phone)
    phone.click("[data-place=circumstances-done]")
    phone.click("#item-B01 .answer--no")
    phone.type("#note-B01", NOTE)
    add_photo(phone, "B01", picture)

    phone.click("[data-place=to-check]")
    until(lambda: "/field/check" in phone.url, "检查并提交 leads nowhere")
    until_ready(phone)
    phone.back()
    until(lambda: "/field/record?" in phone.url, "Back does not lead to the record")
    assert_nothing_lost(phone)
    phone.forward()
    until(lambda: "/field/check" in phone.url, "Forward leads nowhere")
    phone.back()
    phone.reload()
    assert_nothing_lost(phone)

    answer_all(phone, record_id)
    phone.open(f"/field/check?id={record_id}")
    until_ready(phone)
    phone.click("[data-part=sign]")
    phone.draw("dialog canvas")
    phone.click("dialog [value=done]")
    until(lambda: phone.is_shown("[data-part=picture]"), "the signature is not kept")
    phone.click("[data-action=submit]")
    phone.click("dialog [value=yes]")
    until(lambda: "/field/receipt" in phone.url, "提交 does not lead to the receipt")
    until(lambda: phone.text("[data-place=headline]").strip() == "已送达服务器", "never arrived", seconds=60)
    until(lambda: not phone.is_shown("[data-place=meter]"), "the files never arrived", seconds=60)
    phone.shows("[data-place=facts]", "JD-")

    stored = db.session.get(Observation, record_id)
    body = observations.body_of(observations.revision_of(stored))
    assert (stored.state, stored.is_complete, stored.no_items) == ("submitted", True, "B01")
    assert len([one for one in body["answers"].values() if one["value"]]) == 29
    assert body["answers"]["B01"]["note"] == NOTE
    kept = {row.sha256 for row in db.session.query(Evidence).filter_by(owner_id=record_id)}
    assert hashlib.sha256(picture.read_bytes()).hexdigest() in kept
    assert len(kept) == 2, "the photo and the signature"
