"""作废: a draft that nobody will submit, and a visit that was opened by mistake, go from the phone with their trace."""

from typing import Any

import pytest
from browsers import until_ready
from factories import interview_body
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def _other_phone(live_app: Any, username: str = "zhangsan") -> Any:
    """Another device of a user, speaking to the API."""
    client = live_app.test_client()
    assert client.sign_in(username).status_code == 200
    return client


def _stored(client: Any, record_id: str, address: str = "observations") -> Any:
    return client.api_get(f"/api/v1/{address}/{record_id}").json


def _discard_elsewhere(client: Any, record_id: str) -> None:
    stored = _stored(client, record_id)
    numbers = {"revision": stored["revision"] + 1, "base_revision": stored["revision"]}
    last = stored["body"] | numbers | {"state": "discarded"}
    assert client.api_put(f"/api/v1/observations/{record_id}", last).status_code == 200


def _backed_up(tab: Driver, scene: Any) -> str:
    record_id = tab.new_observation(scene.today)
    tab.sync()
    assert "已备份到服务器" in tab.words(record_id)
    return record_id


def _discard(tab: Driver, reason: str = "") -> None:
    tab.page.click('button:has-text("删除草稿")')
    tab.shows("dialog", "标为“已作废”", "留痕", "不再提交")
    tab.page.fill("#reason", reason)
    tab.page.click("dialog button[value=yes]")


def test_a_backed_up_draft_is_discarded_offline_and_the_server_keeps_it_as_a_trace(
    tab: Driver, scene: Any, phone: Any, live_app: Any
) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    record_id = _backed_up(tab, scene)
    phone.set_offline(True)
    tab.open("/field/records")

    tab.page.click('button:has-text("删除草稿")')
    tab.page.click("dialog button[value=no]")
    assert tab.record(record_id)["state"] == "draft"
    _discard(tab, "点错了")
    tab.shows("[data-place=waiting]", "待作废")
    tab.open(f"/field/visit?id={scene.today}")
    expect(tab.page.locator("[data-action=record]")).to_be_visible()

    phone.set_offline(False)
    tab.open("/field/records").sync()
    tab.shows("[data-place=done]", "已作废")
    stored = _stored(_other_phone(live_app), record_id)
    assert (stored["state"], stored["body"]["discard_reason"]) == ("discarded", "点错了")
    assert tab.call("outbox", "summary")["unsent"] == 0


def test_a_draft_is_restored_as_long_as_the_server_has_not_heard(tab: Driver, scene: Any, phone: Any) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    record_id = _backed_up(tab, scene)
    phone.set_offline(True)
    tab.open("/field/records")
    _discard(tab, "点错了")

    tab.page.click('button:has-text("恢复草稿")')

    tab.shows("[data-place=drafts]", "草稿")
    kept = tab.record(record_id)
    assert (kept["body"]["state"], "discard_reason" in kept["body"]) == ("draft", False)
    phone.set_offline(False)
    tab.sync()
    assert tab.record(record_id)["state"] == "draft"


def test_photos_that_had_not_gone_up_are_waited_for_by_nobody(tab: Driver, scene: Any, live_app: Any) -> None:
    record_id = _backed_up(tab, scene)
    with tab.unheard():
        tab.add_photo(record_id, item="B01")
        tab.open("/field/records")
        _discard(tab)
        tab.shows("[data-place=waiting]", "待作废")
        counts = tab.call("outbox", "summary")
        assert (counts["filesUnsent"], counts["filesWaiting"], counts["waiting"]) == (0, 0, 1)

    tab.sync()

    assert tab.words(record_id) == "已作废"
    assert tab.evidence(record_id) == []
    assert _stored(_other_phone(live_app), record_id)["evidence"] == []


def test_a_draft_whose_answer_was_lost_is_discarded_all_the_same(tab: Driver, scene: Any, live_app: Any) -> None:
    record_id = tab.new_observation(scene.today)
    reached = []

    def lose(route: Any) -> None:
        reached.append(route.fetch().status)
        route.abort()

    tab.page.route("**/api/v1/observations/*", lose)
    tab.sync()
    assert reached[:1] == [200]
    tab.open("/field/records")
    _discard(tab)
    tab.page.unroute("**/api/v1/observations/*", lose)

    tab.sync()

    assert tab.words(record_id) == "已作废"
    states = [one["state"] for one in _stored(_other_phone(live_app), record_id)["revisions"]]
    assert states == ["draft", "discarded"]


def test_what_this_phone_alone_still_has_of_a_draft_discarded_elsewhere_is_kept_as_a_new_one(
    tab: Driver, scene: Any, live_app: Any
) -> None:
    record_id = _backed_up(tab, scene)
    other = _other_phone(live_app)
    with tab.unheard():
        photo = tab.add_photo(record_id, item="B01")
        tab.run("await drafts.changeRecord(given, (body) => { body.summary = '只在这部手机上'; });", record_id)
        _discard_elsewhere(other, record_id)
    tab.sync()
    tab.open("/field/records")
    tab.shows("[data-place=trouble]", "另一部手机已把这份草稿作废")

    tab.page.click('button:has-text("另存为新的一份")')
    tab.page.wait_for_url(lambda address: "/field/record?id=" in address and record_id not in address)
    fresh = tab.page.url.split("id=")[1]
    tab.sync()
    tab.until(lambda: "state" in _stored(other, fresh), "the new draft does not come to the server")

    assert tab.words(record_id) == "已作废"
    kept = tab.record(fresh)
    assert kept["body"]["summary"] == "只在这部手机上"
    [file] = tab.evidence(fresh)
    assert file["id"] != photo
    stored = _stored(other, fresh)
    assert (stored["state"], stored["body"]["summary"]) == ("draft", "只在这部手机上")
    assert [one["id"] for one in stored["evidence"]] == [file["id"]]
    assert stored["body"]["answers"]["B01"]["evidence"] == [file["id"]]


def test_a_draft_discarded_elsewhere_of_which_the_server_has_everything_goes_by_itself(
    tab: Driver, scene: Any, live_app: Any
) -> None:
    record_id = _backed_up(tab, scene)
    _discard_elsewhere(_other_phone(live_app), record_id)

    tab.sync()

    assert tab.words(record_id) == "已作废"
    assert tab.call("outbox", "summary")["refused"] == 0


def test_what_was_not_kept_of_a_draft_discarded_elsewhere_goes_after_a_question(
    tab: Driver, scene: Any, live_app: Any
) -> None:
    record_id = _backed_up(tab, scene)
    with tab.unheard():
        tab.add_photo(record_id, item="B01")
        _discard_elsewhere(_other_phone(live_app), record_id)
    tab.sync()
    tab.open("/field/records")

    tab.page.click('button:has-text("不保留")')
    tab.shows("dialog", "找不回来")
    tab.page.click("dialog button[value=yes]")

    tab.shows("[data-place=done]", "已作废")
    assert tab.evidence(record_id) == []


@pytest.mark.parametrize(("side", "state"), [("mine", "discarded"), ("theirs", "draft")])
def test_what_another_phone_wrote_meanwhile_is_shown_before_it_is_discarded_with_the_rest(
    tab: Driver, scene: Any, live_app: Any, side: str, state: str
) -> None:
    record_id = _backed_up(tab, scene)
    other = _other_phone(live_app)
    with tab.unheard():
        tab.open("/field/records")
        _discard(tab)
        tab.shows("[data-place=waiting]", "待作废")
        stored = _stored(other, record_id)
        numbers = {"revision": stored["revision"] + 1, "base_revision": stored["revision"]}
        newer = stored["body"] | numbers | {"summary": "另一部手机写的"}
        assert other.api_put(f"/api/v1/observations/{record_id}", newer).status_code == 200
    tab.sync()
    assert tab.record(record_id)["state"] == "conflict"

    tab.open(f"/field/conflict?id={record_id}")
    tab.shows("main", "另一部手机写的", "作废")
    tab.page.click(f"[data-action={side}]")
    tab.page.click("dialog button[value=yes]")
    tab.page.wait_for_url("**/field/record?id=*")
    tab.sync()

    assert _stored(other, record_id)["state"] == state
    kept = tab.record(record_id)
    assert (kept["state"], kept["body"].get("summary")) == (state, "另一部手机写的" if side == "theirs" else "")
    assert len(kept["setAside"]) == 1, "what was not chosen stays on this phone"


def test_a_draft_that_the_server_refuses_for_its_content_can_be_discarded(
    tab: Driver, scene: Any, live_app: Any
) -> None:
    record_id = _backed_up(tab, scene)
    tab.run("await drafts.changeRecord(given, (body) => { body.answers.Z99 = { value: 'yes' }; });", record_id)
    tab.sync()
    assert tab.record(record_id)["refusal"]["errors"][0]["pointer"].startswith("/answers/Z99")
    tab.open("/field/records")

    _discard(tab)
    tab.sync()

    assert tab.words(record_id) == "已作废"
    assert _stored(_other_phone(live_app), record_id)["state"] == "discarded"


def test_an_interview_opened_to_look_leaves_no_draft(tab: Driver, scene: Any, live_app: Any) -> None:
    interview_id = _begin_interview(tab, scene)
    tab.sync()
    assert tab.call("outbox", "summary")["drafts"] == 0
    assert _other_phone(live_app).api_get(f"/api/v1/interviews/{interview_id}").status_code == 404

    tab.open(f"/field/visit?id={scene.today}")
    expect(tab.page.locator("[data-place=interviews-section]")).to_be_hidden()
    tab.open("/field/records")
    expect(tab.page.locator("[data-place=none]")).to_be_visible()


def test_an_interview_is_a_draft_from_the_first_answer_on_also_after_a_reload(
    tab: Driver, scene: Any, live_app: Any
) -> None:
    interview_id = _begin_interview(tab, scene)
    tab.reload()

    tab.page.click('[data-part=methods] button[value="oral"]')
    tab.until(lambda: tab.record(interview_id)["body"]["consent"], "the consent is not kept")
    tab.sync()

    tab.open(f"/field/visit?id={scene.today}")
    tab.shows("[data-place=interviews]", "草稿（已备份到服务器）")
    assert _stored(_other_phone(live_app), interview_id, "interviews")["state"] == "draft"


def test_a_visit_opened_by_mistake_is_cancelled_with_its_drafts(tab: Driver, scene: Any, live_app: Any) -> None:
    visit_id = _open_ad_hoc(tab)
    tab.page.click("[data-place=continue]")
    tab.page.wait_for_url("**/field/record?id=*")
    record_id = tab.page.url.split("id=")[1]
    tab.sync()
    colleague = _other_phone(live_app, "lisi")
    assert visit_id in _visits_of(colleague)

    tab.open(f"/field/visit?id={visit_id}")
    tab.page.click("[data-action=cancel]")
    tab.shows("dialog", "份草稿一并作废", "从您和同组人的列表里消失")
    tab.page.fill("#reason", "开错了")
    tab.page.click("dialog button[value=yes]")
    tab.page.wait_for_url("**/field/")
    until_ready(tab.page)

    assert "柳湾镇示例路9号" not in tab.page.inner_text("main")
    tab.sync()
    assert visit_id not in _visits_of(colleague)
    assert _stored(_other_phone(live_app), record_id)["state"] == "discarded"
    tab.open("/field/")
    assert "柳湾镇示例路9号" not in tab.page.inner_text("main")
    tab.open("/field/records")
    tab.shows("[data-place=done]", "已取消", "已作废")


def test_a_visit_that_nobody_has_heard_of_yet_goes_for_good(tab: Driver, scene: Any, phone: Any) -> None:
    tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.set_offline(True)
    visit_id = _open_ad_hoc(tab)

    tab.page.click("[data-action=cancel]")
    tab.page.click("dialog button[value=yes]")
    tab.page.wait_for_url("**/field/")

    assert tab.record(visit_id) is None


def test_a_visit_of_which_a_colleague_has_submitted_something_goes_on_and_says_why(
    tab: Driver, scene: Any, live_app: Any
) -> None:
    visit_id = _open_ad_hoc(tab)
    tab.sync()
    with tab.unheard():
        tab.page.click("[data-action=cancel]")
        tab.page.click("dialog button[value=yes]")
        tab.page.wait_for_url("**/field/")
        interview = "0191aaaa-0000-7000-8000-000000000001"
        body = interview_body(type("Visit", (), {"id": visit_id}))
        filed = _other_phone(live_app, "lisi").api_put(f"/api/v1/interviews/{interview}", body)
        assert filed.status_code == 200, filed.json

    tab.sync()
    tab.open("/field/records")
    tab.shows("[data-place=trouble]", "没有取消成", "已提交访谈，不能取消")
    tab.page.click('button:has-text("知道了")')

    tab.shows("[data-place=done]", "已送达")
    tab.open("/field/")
    tab.shows("[data-place=today]", "柳湾镇示例路9号")


def test_a_cancelled_visit_of_which_a_colleague_submits_something_later_comes_back(
    tab: Driver, scene: Any, live_app: Any
) -> None:
    visit_id = _open_ad_hoc(tab)
    tab.sync()
    tab.page.click("[data-action=cancel]")
    tab.page.click("dialog button[value=yes]")
    tab.page.wait_for_url("**/field/")
    tab.sync()
    interview = "0191aaaa-0000-7000-8000-000000000002"
    body = interview_body(type("Visit", (), {"id": visit_id}))
    assert _other_phone(live_app, "lisi").api_put(f"/api/v1/interviews/{interview}", body).status_code == 200

    tab.sync()

    tab.open("/field/")
    tab.shows("[data-place=today]", "柳湾镇示例路9号")


def _begin_interview(tab: Driver, scene: Any) -> str:
    tab.open(f"/field/visit?id={scene.today}")
    tab.page.click("[data-action=interview]")
    tab.page.wait_for_url("**/field/interview?id=*")
    until_ready(tab.page)
    return str(tab.page.url.split("id=")[1])


def _open_ad_hoc(tab: Driver) -> str:
    tab.open("/field/new-visit")
    tab.page.click('[data-place=domains] button[value="work_safety"]')
    tab.page.fill("#agency", "应急")
    tab.page.click("[data-place=found] button")
    tab.page.fill("#place", "柳湾镇示例路9号")
    tab.page.click("[data-action=begin]")
    tab.page.wait_for_url("**/field/record?id=*")
    until_ready(tab.page)
    visit_id = str(tab.record(tab.page.url.split("id=")[1])["visit"]["id"])
    tab.open(f"/field/visit?id={visit_id}")
    return visit_id


def _visits_of(client: Any) -> list[str]:
    return [visit["id"] for visit in client.api_get("/api/v1/pack").json["visits"]]
