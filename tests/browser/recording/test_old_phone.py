"""An old phone app, kept from an earlier release, does its whole work against today's server."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from browsers import PHONE, opened, until_ready, watching
from factories import PASSWORD
from old_phones import archive
from old_phones.in_front import in_front_of
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo
from sqlalchemy import select, update

from fieldapp import clock
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db, unit_of_work
from fieldapp.interviews import queries as interviews
from fieldapp.interviews.models import Interview
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation
from fieldapp.people.models import SignIn

RELEASES = sorted(path.parent.name for path in archive.HERE.glob(f"*/{archive.NAME}"))
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
# Where a program has what this test asks it for, below js/field; the first names are those of 0.1.0.
SCRIPTS = {
    "49a4c74": {"worker": "worker", "pack": "pack", "sync": "courier", "outbox": "outbox", "drafts": "drafts"},
    "c6e7b8f": {
        "worker": "storage/worker",
        "pack": "session/pack",
        "sync": "sync/sync-engine",
        "outbox": "records/outbox",
        "drafts": "records/drafts",
    },
}
VERSION = "worker", "({ appVersion }) => appVersion()"
REFRESH = "pack", "({ refreshPack }) => refreshPack()"
SYNC = "sync", "(engine) => { engine.syncNow(); }"
NOTHING_WAITS = "outbox", "({ summary }) => summary().then(({ unsent }) => !unsent)"


class OldPhone(RecordingPhone):
    """A tab with the program of `release`."""

    release: str = ""

    def script(self, call: tuple[str, str]) -> str:
        """What asks one script of the program."""
        name, then = call
        return f"import('/static/js/field/{SCRIPTS[self.release][name]}.js').then({then})"


@pytest.fixture(params=RELEASES)
def old_phone(request: Any, browser: Any, live_server: Any, scene: Any) -> Iterator[OldPhone]:
    """张三's phone, which the program of an earlier release came to: signed in by its own dialog."""
    with (
        in_front_of(live_server.port, request.param) as address,
        opened(browser.new_context(base_url=address, **PHONE)) as context,
        watching(context),
    ):
        phone = OldPhone(context.new_page(), drafts=f"{SCRIPTS[request.param]['drafts']}.js")
        phone.release = request.param
        phone.sign_in()
        yield phone


@pytest.mark.parametrize("live_server", ENGINES, indirect=True)
def test_an_old_phone_app_files_is_returned_resubmits_and_signs_in_again(
    old_phone: OldPhone, scene: Any, signed_in_at: Any
) -> None:
    told = archive.read(old_phone.release)["/field/kept.txt"].body
    version = old_phone.page.evaluate(old_phone.script(VERSION))
    assert f'"version": "{version}"'.encode() in told  # its own program, not today's
    pictures = [photo("亮证"), photo("补拍")]

    record_id = file_offline(old_phone, pictures[0])
    first = head_of(record_id)
    assert first["answers"]["B01"]["note"] == "未亮证即进入车间"

    lead = signed_in_at(scene.county.qian)
    revision = db.session.get(Observation, record_id).head_revision
    comments = {"revision": str(revision), "comment": "请补充时间", "item-B01": "写明几点几分进入车间"}
    assert lead.post_form(f"/review/records/{record_id}/return", comments).status_code == 302
    change_what_was_returned(old_phone, record_id, pictures[1])
    old_phone.open("check", record_id).submit()
    end_every_session()
    old_phone.page.context.set_offline(False)
    sign_in_in_place(old_phone)
    old_phone.wait_until_arrived()

    body = head_of(record_id)
    assert body["answers"]["B01"]["note"] == "09:12 未亮证即进入车间"
    assert body["answers"] | {"B01": None} == first["answers"] | {"B01": None}
    assert files_of(record_id) == {hashlib.sha256(picture).hexdigest() for picture in pictures}
    interview_id = file_interview(old_phone, scene.visit.id)
    interview = db.session.get(Interview, interview_id)
    heard = interviews.bodies_of([interview])[interview_id]
    assert (interview.state, heard["level"], heard["opinion"]) == ("submitted", 4, "希望提前说明要准备哪些材料")


def file_offline(phone: OldPhone, picture: bytes) -> str:
    """A whole record without a network, then with one, until its receipt; gives its id."""
    phone.page.context.set_offline(True)
    record_id = phone.start_record()
    phone.answer("B01", "no")
    phone.page.fill("#note-B01", "未亮证即进入车间")
    phone.keeps(record_id, lambda body: body["answers"]["B01"]["note"], "未亮证即进入车间")
    phone.photograph("B01", picture)
    phone.open("check", record_id)
    phone.answer_the_rest()
    phone.submit()
    phone.shows("[data-place=headline]", "待上传")
    assert db.session.get(Observation, record_id) is None
    phone.page.context.set_offline(False)
    phone.wait_until_arrived()
    return record_id


def change_what_was_returned(phone: OldPhone, record_id: str, picture: bytes) -> None:
    """The comments are there, at their item; without a network the words are changed, another photo is taken."""
    phone.page.evaluate(phone.script(REFRESH))
    phone.open("record", record_id)
    phone.shows("[data-place=returned]", "请补充时间")
    expect(phone.item("B01").locator(".item-card__comment")).to_have_text("写明几点几分进入车间")
    expect(phone.item("B01").locator(".thumb")).to_have_count(1)
    phone.page.context.set_offline(True)
    phone.page.click("[data-action=reopen]")
    phone.page.wait_for_selector("[data-action=reopen]", state="hidden")
    phone.page.fill("#note-B01", "09:12 未亮证即进入车间")
    phone.keeps(record_id, lambda body: body["answers"]["B01"]["note"], "09:12 未亮证即进入车间")
    phone.photograph("B01", picture)
    phone.keeps(record_id, lambda body: len(body["answers"]["B01"]["evidence"]), 2)


def file_interview(phone: OldPhone, visit_id: str) -> str:
    """Consent, a level, an opinion, word of mouth instead of a signature; gives its id once it has arrived."""
    page = phone.page
    page.goto(f"/field/visit?id={visit_id}")
    until_ready(page)
    page.click("[data-action=interview]")
    page.wait_for_url("**/field/interview?id=*")
    until_ready(page)
    interview_id = str(page.url.split("id=")[1])
    page.click('[data-part=methods] button[value="tick"]')
    page.click('[data-place=age-chips] button[value="true"]')
    page.click(".level >> nth=1")
    page.fill("#opinion", "希望提前说明要准备哪些材料")
    page.click('[data-place=sign-ways] button[value="oral"]')
    phone.keeps(interview_id, lambda body: body["opinion"], "希望提前说明要准备哪些材料")
    page.click("[data-action=submit]")
    page.wait_for_url("**/field/visit?id=*")
    page.evaluate(phone.script(SYNC))
    phone.until(phone.script(NOTHING_WAITS))
    db.session.rollback()  # what was read before is looked at anew
    return interview_id


def end_every_session() -> None:
    """On the server every sign-in ends."""
    with unit_of_work():
        db.session.execute(update(SignIn).values(ended_at=clock.now()))


def sign_in_in_place(phone: OldPhone) -> None:
    """The dialog over the page that is open, with the name filled in already."""
    phone.page.wait_for_selector("dialog #sign-in-password")
    expect(phone.page.locator("#sign-in-username")).to_have_value("zhangsan")
    phone.page.fill("#sign-in-password", PASSWORD)
    phone.page.click("dialog button[type=submit]")
    phone.until("!document.querySelector('dialog #sign-in-password')")


def head_of(record_id: str) -> Any:
    """The words of a record that has arrived whole, as the server holds them."""
    db.session.rollback()
    stored = db.session.get(Observation, record_id, populate_existing=True)
    assert (stored.state, stored.is_complete) == ("submitted", True)
    return observations.body_of(observations.revision_of(stored))


def files_of(record_id: str) -> set[str]:
    """SHA-256 of the photos that the server holds of a record."""
    return set(db.session.scalars(select(Evidence.sha256).where(Evidence.owner_id == record_id)))
