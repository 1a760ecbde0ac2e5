"""Two phones of one author: a draft that the server holds opens on each, and neither silently replaces the other."""

from typing import Any

import pytest
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
COVER = """
const { sha256 } = await evidence.finish(given.photo);
const marks = [{ kind: 'cover', from: [0.1, 0.1], to: [0.9, 0.9], how: 'opaque' }];
const said = JSON.stringify({ photo: { id: given.photo, sha256 }, marks });
const layer = { file: new Blob([said]), type: 'application/json', filename: 'layer.json', source: 'layer' };
await evidence.addEvidence(given.record, { ...layer, of: given.photo, marks });
"""
IN_THE_MIDDLE = """
() => {
  const canvas = document.querySelector('dialog canvas');
  if (!canvas || !canvas.width) return 0;
  return canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[3];
}
"""


@pytest.fixture
def other(second_phone: Any, scene: Any) -> Any:
    """other(): 张三's second phone, which has fetched its pack by now."""
    return lambda: Driver(second_phone.new_page()).arrive("zhangsan", "/field/")


def backed_up(tab: Driver, scene: Any, **body: Any) -> str:
    record_id = tab.new_observation(scene.today, **body)
    tab.sync()
    assert "已备份到服务器" in tab.words(record_id)
    return record_id


def write(tab: Driver, record_id: str, words: str) -> None:
    script = "await drafts.changeRecord(given.id, (body) => { body.summary = given.words; });"
    tab.run(script, {"id": record_id, "words": words})


def test_a_draft_of_the_server_opens_on_another_phone_with_its_words_and_photos_and_goes_on(
    tab: Driver, scene: Any, other: Any
) -> None:
    record_id = tab.new_observation(scene.today, summary="第一部手机写的")
    photo = tab.add_photo(record_id, item="B01")
    tab.sync()
    tab.until(lambda: tab.evidence(record_id)[0]["state"] == "receipted", "the photo did not arrive")

    phone = other().open("/field/records")
    row = phone.page.locator("[data-place=drafts] a", has_text="草稿（在另一部手机上）")
    row.click()
    phone.page.wait_for_selector("[data-place=body]:visible")
    assert phone.page.url.endswith(f"/field/record?id={record_id}")
    assert phone.words(record_id) == "草稿（已备份到服务器）"
    assert [(file["id"], file["remote"]) for file in phone.evidence(record_id)] == [(photo, True)]
    write(phone, record_id, "第二部手机接着写的")
    phone.submit(record_id)
    phone.sync()
    phone.until(lambda: "回执" in phone.words(record_id), "no receipt")

    tab.sync()
    assert tab.words(record_id) == "草稿（已在另一部手机上继续）"
    tab.open(f"/field/record?id={record_id}")
    kept = tab.record(record_id)
    assert (kept["state"], kept["body"]["summary"]) == ("receipted", "第二部手机接着写的")


def test_the_first_phone_says_that_another_went_on_and_opens_the_newest_when_asked(
    tab: Driver, scene: Any, other: Any
) -> None:
    record_id = backed_up(tab, scene, summary="一")
    tab.open(f"/field/record?id={record_id}")
    phone = other().open(f"/field/record?id={record_id}")
    write(phone, record_id, "二")
    phone.sync()

    tab.sync()
    tab.shows("[data-place=elsewhere]", "这份草稿已在另一部手机上继续", "联网后打开最新的一份")
    assert tab.record(record_id)["body"]["summary"] == "一", "nothing is replaced while somebody looks at it"
    tab.page.click("[data-action=renew]")
    tab.until(lambda: tab.record(record_id)["body"]["summary"] == "二", "the newest did not come")
    expect(tab.page.locator("[data-place=elsewhere]")).to_be_hidden()
    write(tab, record_id, "三")
    tab.sync()
    assert tab.words(record_id) == "草稿（已备份到服务器）"


def test_words_of_both_phones_stand_side_by_side(tab: Driver, scene: Any, other: Any) -> None:
    record_id = backed_up(tab, scene, summary="一")
    phone = other().open(f"/field/record?id={record_id}")
    write(phone, record_id, "第二部的")
    phone.sync()
    write(tab, record_id, "第一部的")
    tab.sync()

    assert tab.record(record_id)["state"] == "conflict"
    tab.open(f"/field/conflict?id={record_id}")
    tab.shows("[data-place=differences]", "第一部的", "第二部的")
    expect(tab.page.locator("[data-action=mine]")).to_be_visible()


def test_words_that_come_after_the_other_phone_submitted_are_kept_aside(tab: Driver, scene: Any, other: Any) -> None:
    record_id = backed_up(tab, scene, summary="一")
    phone = other().open(f"/field/record?id={record_id}")
    phone.submit(record_id)
    phone.sync()
    write(tab, record_id, "来不及送的话")
    tab.sync()

    tab.open(f"/field/conflict?id={record_id}")
    tab.shows("main", "另一部手机已经提交了这份记录", "来不及送的话")
    expect(tab.page.locator("[data-action=mine]")).to_be_hidden()
    tab.page.click("[data-action=theirs]")
    tab.page.click("dialog [value=yes]")
    tab.page.wait_for_url("**/field/record?id=*")
    kept = tab.record(record_id)
    assert (kept["state"], kept["body"]["summary"]) == ("receipted", "一")
    assert [one["body"]["summary"] for one in kept["setAside"]] == ["来不及送的话"]


def test_a_draft_taken_up_can_be_discarded_there_and_the_first_phone_hears_of_it(
    tab: Driver, scene: Any, other: Any
) -> None:
    record_id = backed_up(tab, scene)
    phone = other().open(f"/field/record?id={record_id}").open("/field/records")
    phone.page.click('button:has-text("删除草稿")')
    phone.page.click("dialog button[value=yes]")
    phone.shows("[data-place=waiting]", "待作废")
    phone.sync()

    tab.sync()
    assert tab.record(record_id)["state"] == "discarded"


def test_the_visit_offers_to_go_on_and_not_to_begin_anew(tab: Driver, scene: Any, other: Any) -> None:
    record_id = backed_up(tab, scene)

    phone = other().open(f"/field/visit?id={scene.today}")
    expect(phone.page.locator("[data-action=record]")).to_be_hidden()
    go_on = phone.page.locator("[data-place=continue]")
    expect(go_on).to_have_text("继续记录")
    go_on.click()
    phone.page.wait_for_url(f"**/field/record?id={record_id}")
    phone.page.wait_for_selector("[data-place=body]:visible")


def test_what_was_delivered_opens_to_be_read(tab: Driver, scene: Any, other: Any) -> None:
    record_id = tab.new_observation(scene.today, summary="送达的话")
    tab.submit(record_id)
    tab.sync()

    phone = other().open(f"/field/visit?id={scene.today}")
    expect(phone.page.locator("[data-place=continue]")).to_have_text("查看记录")
    phone.open("/field/records").page.locator("[data-place=done] a", has_text="已送达，待审核").click()
    phone.page.wait_for_selector("[data-place=body]:visible")
    phone.open(f"/field/check?id={record_id}")
    expect(phone.page.locator("#summary")).to_have_value("送达的话")
    expect(phone.page.locator("#summary")).not_to_be_editable()
    phone.open(f"/field/receipt?id={record_id}")
    phone.shows("[data-place=headline]", "已送达服务器")
    expect(phone.page.locator("[data-place=qr] svg")).to_be_visible()


def test_offline_it_is_said_where_the_draft_is(tab: Driver, scene: Any, other: Any, second_phone: Any) -> None:
    record_id = backed_up(tab, scene)
    phone = other().ready_offline()
    second_phone.set_offline(True)

    phone.open(f"/field/record?id={record_id}")
    phone.shows("[data-place=unknown]", "这份记录在服务器上", "联网后再打开")


def test_what_was_drawn_over_a_photo_covers_it_on_the_other_phone_too(tab: Driver, scene: Any, other: Any) -> None:
    record_id = tab.new_observation(scene.today)
    photo = tab.add_photo(record_id, item="B01")
    tab.run(COVER, {"record": record_id, "photo": photo})
    tab.sync()
    tab.until(lambda: {one["state"] for one in tab.evidence(record_id)} == {"receipted"}, "not all has arrived")

    phone = other().open(f"/field/record?id={record_id}")
    (layer,) = [one for one in phone.evidence(record_id) if one["source"] == "layer"]
    assert (layer["of"], [one["kind"] for one in layer["marks"]], layer["remote"]) == (photo, ["cover"], True)
    phone.open(f"/field/section?id={record_id}&category=B")
    expect(phone.page.locator(".thumb")).to_have_count(1)  # the layer is no photo
    phone.page.locator(".thumb").click()
    phone.until(lambda: phone.page.evaluate(IN_THE_MIDDLE) == 255, "nothing is drawn over the middle of the photo")
