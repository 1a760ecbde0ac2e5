"""退回 and conflicts: what comes back to the phone, and that nothing is lost on the way."""

import secrets
from typing import Any

import pytest
from factories import observation_body
from phone_uploads import PIECE_TYPE, TUS, URL, describe, metadata
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo

from fieldapp.extensions import db
from fieldapp.ids import mint
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation
from fieldapp.reviews import operations as reviews
from fieldapp.reviews import reading

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def _file(recording: RecordingPhone) -> str:
    record_id = recording.start_record()
    recording.answer("B01", "no")
    recording.photograph("B01", photo("亮证"))
    recording.open("check", record_id)
    recording.answer_the_rest()
    recording.open("section", record_id, category="B").item("B01")
    recording.page.fill("#note-B01", "未亮证即进入车间")
    recording.keeps(record_id, lambda body: body["answers"]["B01"]["note"], "未亮证即进入车间")
    recording.open("check", record_id)
    recording.submit()
    recording.wait_until_arrived()
    return record_id


def _filed_elsewhere(recording: RecordingPhone, scene: Any) -> str:
    """The same record, filed with another phone: this one gets it when it is returned."""
    record_id, photo_id, content = mint(), mint(), photo("亮证")
    given = {"B01": {"value": "no", "note": "未亮证即进入车间", "evidence": [photo_id]}}
    body = observation_body(scene.visit, scene.version, answers=given)
    server = recording.page.request
    token = {"X-CSRFToken": server.get("/api/v1/me").json()["csrf_token"]}
    filed = server.put(f"/api/v1/observations/{record_id}", data=body, headers=token)
    assert filed.status == 200, filed.text()
    said = metadata(**describe(content, id=photo_id, observation=record_id, item="B01"))
    headers = token | TUS | {"Content-Type": PIECE_TYPE, "Upload-Length": str(len(content)), "Upload-Metadata": said}
    stored = server.post(URL, data=content, headers=headers)
    assert stored.status == 201, stored.text()
    return record_id


def _refresh_pack(recording: RecordingPhone) -> None:
    recording.page.evaluate("async () => { await (await import('/static/js/field/session/pack.js')).refreshPack(); }")


def test_a_returned_record_shows_the_comment_at_its_item_with_the_photo_and_can_be_filed_again(
    recording: RecordingPhone, scene: Any
) -> None:
    record_id = _file(recording)
    stored = db.session.get(Observation, record_id)
    first = stored.head_revision
    reviews.return_to_author(
        scene.county.qian, record_id, revision=first, comment="请补充时间", items={"B01": "写明几点几分进入车间"}
    )
    _refresh_pack(recording)

    recording.open("record", record_id)
    recording.shows("[data-place=returned]", "请补充时间")
    expect(recording.item("B01").locator(".item-card__comment")).to_have_text("写明几点几分进入车间")
    expect(recording.item("B01").locator(".thumb")).to_have_count(1)
    recording.page.click("[data-action=reopen]")
    recording.page.wait_for_selector("[data-action=reopen]", state="hidden")
    recording.page.fill("#note-B01", "09:12 未亮证即进入车间")
    recording.keeps(record_id, lambda body: body["answers"]["B01"]["note"], "09:12 未亮证即进入车间")
    recording.photograph("B01", photo("补拍"))
    recording.keeps(record_id, lambda body: len(body["answers"]["B01"]["evidence"]), 2)
    recording.open("check", record_id)
    recording.page.click("[data-place=returned-list] [data-part=changed]:visible")
    recording.submit()
    recording.wait_until_arrived()

    db.session.expire_all()
    body = observations.body_of(observations.revision_of(stored))
    assert stored.state == "submitted"
    assert stored.head_revision > first
    assert body["answers"]["B01"]["note"] == "09:12 未亮证即进入车间"
    assert len(body["answers"]["B01"]["evidence"]) == 2
    assert stored.is_complete


def test_a_returned_record_opens_with_its_photos_on_a_phone_that_never_had_it(
    recording: RecordingPhone, scene: Any
) -> None:
    record_id = _filed_elsewhere(recording, scene)
    revision = db.session.get(Observation, record_id).head_revision
    reviews.return_to_author(scene.county.qian, record_id, revision=revision, comment="请补充", items={"B01": "几点？"})

    _refresh_pack(recording)

    recording.open("record", record_id)

    thumb = recording.item("B01").locator(".thumb img")
    thumb.wait_for()
    recording.until("document.querySelector('#item-B01 .thumb img').naturalWidth > 0")
    expect(recording.item("B01").locator(".item-card__comment")).to_have_text("几点？")
    expect(recording.page.locator("#note-B01")).to_have_value("未亮证即进入车间")
    thumb.click()  # of a photo that came without the moment when it was taken
    recording.shows("dialog[open]", "现场拍摄")
    expect(recording.page.locator("dialog[open]")).not_to_contain_text("NaN")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_two_versions_stand_side_by_side_and_the_chosen_one_is_filed(
    recording: RecordingPhone, scene: Any, signed_in_at: Any, choice: str
) -> None:
    recording.page.context.set_offline(True)
    record_id = recording.start_record()
    recording.answer("B03", "yes")
    other = observation_body(
        scene.visit,
        scene.version,
        state="draft",
        answers={"B03": {"value": "no", "note": "没有告知"}},
        party={"kind": "enterprise", "name": "某厂", "contact": "", "salt": secrets.token_hex(16)},
    )
    assert signed_in_at(scene.county.zhang_san).api_put(f"/api/v1/observations/{record_id}", other).status_code == 200

    recording.page.context.set_offline(False)
    recording.page.evaluate("async () => { await (await import('/static/js/field/sync/sync-engine.js')).syncNow(); }")
    recording.until(
        "(async () => (await (await import('/static/js/field/records/drafts.js'))"
        f".readRecord('{record_id}')).state === 'conflict')()"
    )
    recording.open("conflict", record_id)
    recording.shows("[data-place=differences]", "B03", "没有告知")
    recording.page.click(f"[data-action={choice}]")
    recording.page.click("dialog [value=yes]")
    recording.page.wait_for_url("**/field/record?id=*")
    recording.page.wait_for_selector(".item-card")

    recording.shows_answer("B03", {"mine": "是", "theirs": "否"}[choice])
    kept = recording.stored(record_id)["setAside"]
    assert [one["body"]["answers"]["B03"]["value"] for one in kept] == [{"mine": "no", "theirs": "yes"}[choice]]


def test_what_differs_in_an_optional_item_is_shown_too(recording: RecordingPhone) -> None:
    optional = {"code": "X01", "title": "选做的一项"}
    sheet = {"categories": [{"code": "A", "items": [], "optional_items": [optional]}]}
    found = recording.page.evaluate(
        "async (given) => (await import('/static/js/field/records/comparing.js')).differences(...given)",
        [sheet, {"answers": {"X01": {"value": "yes"}}}, {"answers": {}}],
    )

    assert [(one["title"], one["mine"]["answer"], one["theirs"]["answer"]) for one in found] == [
        ("X01 选做的一项", "yes", None)
    ]


def _returned(recording: RecordingPhone, scene: Any, **items: str) -> str:
    record_id = _filed_elsewhere(recording, scene)
    revision = db.session.get(Observation, record_id).head_revision
    reviews.return_to_author(scene.county.qian, record_id, revision=revision, comment="总体要再细一点", items=items)
    _refresh_pack(recording)
    recording.open("record", record_id)
    return record_id


def _mend(recording: RecordingPhone) -> None:
    recording.page.click("[data-action=reopen]")
    recording.page.wait_for_selector("[data-action=reopen]", state="hidden")


def test_every_comment_of_a_return_is_on_top_with_its_link_and_on_the_card_of_its_section(
    recording: RecordingPhone, scene: Any
) -> None:
    record_id = _returned(recording, scene, B01="写明几点", C02="谁说的？")
    page = recording.page

    recording.shows("[data-place=state]", "被退回（2 项待改）")
    recording.shows("[data-place=returned-list]", "总体要再细一点", "写明几点", "谁说的？")
    expect(page.locator("[data-place=sections] [data-slot=asked]:visible")).to_have_text(["1 项待改", "1 项待改"])
    recording.open("check", record_id)
    recording.shows("[data-place=returned-list]", "总体要再细一点", "写明几点", "谁说的？")
    page.locator("[data-place=returned-list] a", has_text="C02").click()
    page.wait_for_selector("#item-C02")
    expect(recording.item("C02").locator(".item-card__comment")).to_have_text("谁说的？")


def test_answers_to_comments_count_down_and_reach_the_lead(recording: RecordingPhone, scene: Any) -> None:
    record_id = _returned(recording, scene, B01="写明几点", C02="谁说的？")
    page = recording.page
    _mend(recording)
    page.fill("#note-B01", "09:12 未亮证即进入车间")
    recording.shows("[data-place=state]", "还有 1 项待改")
    expect(recording.item("B01").locator("[data-part=reply]")).to_contain_text("已改")
    recording.open("section", record_id, category="C")
    recording.item("C02").locator("[data-part=explain]").click()
    page.fill("#reply-at-C02", "当时无人在场，无从得知")
    recording.keeps(record_id, lambda body: len(body.get("replies") or {}), 1)
    recording.open("check", record_id)

    page.click("[data-action=submit]")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("还有 1 条意见没有答复")
    dialog.locator("[value=no]").click()
    page.locator("[data-place=returned-list] li").first.locator("[data-part=changed]").click()
    recording.submit()
    recording.wait_until_arrived()

    db.session.expire_all()
    shown = reading.read(db.session.get(Observation, record_id))
    assert shown.reply_words == "3 条意见：2 条已改，1 条说明"
    assert shown.replies[-1].words == "当时无人在场，无从得知"


def test_comments_that_nobody_answers_keep_nobody_from_submitting(recording: RecordingPhone, scene: Any) -> None:
    record_id = _returned(recording, scene, B01="写明几点")
    _mend(recording)
    recording.open("check", record_id)

    recording.page.click("[data-action=submit]")
    expect(recording.page.get_by_role("dialog")).to_contain_text("还有 2 条意见没有答复")
    recording.page.click("dialog [value=yes]")
    recording.page.click("dialog [value=yes]")
    recording.page.wait_for_url("**/field/receipt?id=*")
    recording.wait_until_arrived()

    db.session.expire_all()
    shown = reading.read(db.session.get(Observation, record_id))
    assert shown.reply_words == "2 条意见：2 条没有答复"
