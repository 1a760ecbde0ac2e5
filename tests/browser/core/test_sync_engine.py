"""What is on the phone reaches the server, whatever the network, the server and the browser do meanwhile."""

import json
from typing import Any

import pytest
from factories import make_photo
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_words_and_photos_arrive_and_are_receipted(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(
        scene.visit_id,
        summary="𠮷野家 😀 现场正常",
        party={"kind": "citizen", "name": "张某", "contact": "", "salt": "0" * 32},
    )
    first = tab.add_photo(record, make_photo(text="1"), item="B01")
    second = tab.add_photo(record, make_photo(text="2"))
    tab.submit(record)

    counts = tab.sync()

    kept = tab.record(record)
    assert (kept["state"], counts["unsent"], counts["filesUnsent"]) == ("receipted", 0, 0)
    stored = tab.page.request.get(f"/api/v1/observations/{record}").json()
    assert stored["body"]["answers"]["B01"]["evidence"] == [first]
    assert stored["body"]["unfiled_evidence"] == [second]
    assert stored["evidence_arrived"] == stored["evidence_named"] == 2
    assert tab.words(record).startswith("已送达 · 回执 ")
    assert tab.call("receipts", "isGenuine", kept["receipt"]) is True


def test_a_draft_goes_up_by_itself_and_stays_a_draft(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)

    tab.until(lambda: tab.record(record)["baseRevision"] == 1, "the draft was not backed up")

    assert tab.record(record)["state"] == "draft"
    assert tab.words(record) == "草稿（已备份到服务器）"


def test_a_record_goes_on_where_a_killed_server_left_it(tab: Driver, scene: Any, live_server: Any) -> None:
    tab.on_a_slow_line()
    with tab.unheard():
        record = tab.new_observation(scene.visit_id)
        photos = [tab.add_photo(record, make_photo(text=str(number))) for number in range(6)]
        tab.submit(record)
    tab.page.route(
        "**/api/v1/evidence",
        lambda route: (live_server.kill(), route.abort()) if live_server.process else route.abort(),
    )
    tab.sync()
    assert tab.words(record) == "文字已送达，照片 0/6"
    tab.page.unroute("**/api/v1/evidence")

    live_server.start()
    counts = tab.sync()

    assert counts["unsent"] == 0
    assert [file["state"] for file in tab.evidence(record)] == ["receipted"] * len(photos)


def test_a_lost_reply_files_the_record_once(tab: Driver, scene: Any) -> None:
    with tab.unheard():
        record = tab.new_observation(scene.visit_id)
        tab.submit(record)
    lost = []

    def lose_the_reply(route: Any) -> None:
        route.fetch()
        lost.append(route.request.post_data_json["revision"])
        route.abort()

    tab.page.route("**/api/v1/observations/*", lose_the_reply)
    tab.sync()
    assert tab.words(record) == "待上传"
    tab.page.unroute("**/api/v1/observations/*")

    tab.sync()

    stored = tab.page.request.get(f"/api/v1/observations/{record}").json()
    assert [one["revision"] for one in stored["revisions"]] == lost[:1]
    assert tab.record(record)["state"] == "receipted"


def test_a_200_of_a_login_wall_is_no_receipt(tab: Driver, scene: Any) -> None:
    tab.page.route(
        "**/api/v1/observations/*",
        lambda route: route.fulfill(
            status=200, content_type="text/html", body="<html><body>欢迎使用公共 Wi-Fi</body></html>"
        ),
    )
    record = tab.new_observation(scene.visit_id)
    tab.submit(record)

    tab.sync()

    assert tab.record(record)["state"] == "waiting"
    assert tab.record(record)["lastError"] == "网络需要登录（可能是公共 Wi-Fi 的认证页）"
    tab.shows(".sync-line", "网络需要登录")


@pytest.mark.parametrize(
    "change",
    [{"digest": "0" * 64}, {"revision": 9}, {"id": "01890000-0000-7000-8000-000000000000"}, {"signature": "AAAA"}],
)
def test_a_receipt_of_something_else_is_no_receipt(tab: Driver, scene: Any, change: dict[str, Any]) -> None:
    def falsify(route: Any) -> None:
        answer = route.fetch()
        body = answer.json()
        body["receipt"] |= change
        route.fulfill(response=answer, json=body)

    tab.page.route("**/api/v1/observations/*", falsify)
    record = tab.new_observation(scene.visit_id)
    tab.submit(record)

    tab.sync()

    assert tab.record(record)["state"] == "waiting"
    assert tab.record(record)["receipt"] is None


def test_no_network_no_server_a_failing_server_a_login_wall_and_a_firewall_are_told_apart(
    tab: Driver, scene: Any, live_server: Any
) -> None:
    tab.new_observation(scene.visit_id)
    tab.open("/field/me")
    line = tab.page.locator(".sync-line")

    live_server.stop()
    tab.call("sync-engine", "syncNow")
    expect(line).to_contain_text("连不上服务器")
    expect(line).not_to_contain_text("离线")
    live_server.start()
    for status, words, remedy in (
        (502, "服务器出错", "告诉管理员"),
        (200, "网络需要登录", "登录这个网络"),
        (403, "网络拦下了我们的请求", "改用流量"),
    ):
        tab.page.route("**/api/v1/me", _answering(status))
        tab.call("sync-engine", "syncNow")
        expect(line).to_contain_text(words)
        expect(line).to_contain_text(remedy)
        tab.page.unroute("**/api/v1/me")
    sent_elsewhere = tab.call("api", "call", "GET", "/review")  # by a redirect, as many a login wall does
    assert tab.call("verdicts", "reachOf", sent_elsewhere) == "captive"
    tab.page.context.set_offline(True)
    tab.call("sync-engine", "syncNow")
    expect(line).to_contain_text("离线")
    tab.page.context.set_offline(False)
    tab.sync()
    expect(line).to_contain_text("全部已上传")


def test_a_server_that_fails_at_one_record_is_named_while_the_record_waits(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.submit(record)
    tab.page.route("**/api/v1/observations/**", _answering(500))
    tab.open("/field/me")
    tab.call("sync-engine", "syncNow")

    line = tab.page.locator(".sync-line")
    expect(line).to_contain_text("1 条待上传")
    expect(line).to_contain_text("服务器暂时出错，稍后自动重试")
    tab.page.unroute("**/api/v1/observations/**")
    tab.sync()
    expect(line).to_contain_text("全部已上传")


def _answering(status: int) -> Any:
    return lambda route: route.fulfill(status=status, content_type="text/html", body="<h1>gateway</h1>")


def test_signing_out_agrees_with_the_list_on_what_is_only_here(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.sync()
    assert tab.words(record) == "草稿（已备份到服务器）"
    assert tab.run("return session.unsentOf((await session.currentUser()).id);") == []

    tab.page.context.set_offline(True)
    tab.run("await drafts.changeRecord(given, (body) => { body.summary = '还没上传'; })", record)
    refusal = tab.run("return session.signOut().then(() => '', (error) => error.message);")
    assert tab.words(record) == "草稿（最新改动仅在本机）"
    assert "还有 1 项只在本机" in refusal
    tab.page.context.set_offline(False)
    tab.sync()

    tab.call("session", "signOut")
    assert tab.run("return session.currentUser();") is None


def test_a_draft_that_the_server_refused_is_not_called_backed_up(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.sync()
    tab.run("await drafts.changeRecord(given, (body) => { body.answers.B01.value = 'perhaps'; })", record)
    tab.sync()

    assert tab.words(record) == "草稿（最新改动仅在本机）"
    assert len(tab.run("return session.unsentOf((await session.currentUser()).id);")) == 1


def test_what_another_person_recorded_here_is_said_to_be_theirs(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.sync()
    tab.page.context.clear_cookies()
    tab.sign_in("lisi")

    tab.open(f"/field/record?id={record}")

    tab.shows("main", "这条记录是张三的", "请张三登录后继续")
    expect(tab.page.get_by_text("这部手机上没有这条记录")).to_be_hidden()
    expect(tab.page.get_by_text("检查并提交")).to_be_hidden()


def test_an_ended_session_asks_in_place_and_goes_on(tab: Driver, scene: Any) -> None:
    tab.sync()  # so that no answer on its way brings the cookie back
    tab.page.context.set_offline(True)
    record = tab.new_observation(scene.visit_id)
    tab.submit(record)
    tab.page.context.clear_cookies()
    tab.page.context.set_offline(False)
    tab.call("sync-engine", "syncNow")
    dialog = tab.page.locator("dialog[open]")
    dialog.wait_for()
    assert tab.words(record) == "待上传"
    tab.shows(".sync-line", "登录已失效")

    dialog.locator("[name=password]").fill("Zhe-jian-shi-36!")
    dialog.locator("[type=submit]").click()

    tab.until(lambda: tab.record(record)["state"] == "receipted", "not sent after signing in")
    expect(tab.page.locator("dialog[open]")).to_have_count(0)


def test_a_refused_photo_stops_nothing_else(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    good = tab.add_photo(record, make_photo(text="1"))
    fake = tab.add_photo(record, b"MZ this is no picture at all" * 50)
    also_good = tab.add_photo(record, make_photo(text="2"))
    other = tab.new_observation(scene.visit_id)
    for one in (record, other):
        tab.submit(one)

    tab.sync()

    states = {file["id"]: file["state"] for file in tab.evidence(record)}
    assert states == {good: "receipted", fake: "refused", also_good: "receipted"}
    assert tab.record(other)["state"] == "receipted"
    refused = next(file for file in tab.evidence(record) if file["id"] == fake)
    assert refused["refusal"]["title"]
    assert tab.words(record) == "文字已送达，1 个附件未被接收"
    tab.shows(".sync-line", "1 条需要处理")


def test_a_refused_record_says_where_and_stops_nothing_else(tab: Driver, scene: Any) -> None:
    bad = tab.new_observation(scene.visit_id, answers={"B01": {"value": "perhaps"}})
    good = tab.new_observation(scene.visit_id)
    for one in (bad, good):
        tab.submit(one)

    tab.sync()

    refused = tab.record(bad)
    assert refused["state"] == "refused"
    assert any(error["pointer"].startswith("/answers/") for error in refused["refusal"]["errors"])
    assert tab.record(good)["state"] == "receipted"


def test_a_long_recording_goes_in_pieces_and_resumes(tab: Driver, scene: Any) -> None:
    tab.page.context.set_offline(True)
    record = tab.new_observation(scene.visit_id)
    photo = make_photo(3000, 2600, quality=100, text="大")
    padded = photo[:2] + b"".join(b"\xff\xfe\xff\xff" + b"\x20" * 65533 for _ in range(90)) + photo[2:]
    assert len(padded) > 5 * 1024 * 1024
    tab.add_photo(record, padded)
    tab.submit(record)
    pieces: list[str] = []

    def cut_the_third(route: Any) -> None:
        pieces.append(route.request.headers["upload-offset"])
        if len(pieces) == 3:
            route.abort()
        else:
            route.continue_()

    tab.page.route(
        "**/api/v1/evidence/*",
        lambda route: cut_the_third(route) if route.request.method == "PATCH" else route.continue_(),
    )
    tab.page.context.set_offline(False)
    tab.until(lambda: tab.sync()["unsent"] == 0, "the recording did not arrive", seconds=60)

    assert tab.evidence(record)[0]["state"] == "receipted"
    assert [int(offset) for offset in pieces[:4]] == [0, 524288, 1048576, 1048576]


def test_two_tabs_send_each_record_once(tab: Driver, scene: Any, phone: Any) -> None:
    other = Driver(phone.new_page()).open()
    filed: list[str] = []

    def note(answer: Any) -> None:
        if answer.request.method == "PUT" and "/observations/" in answer.url and answer.status == 200:
            filed.append(answer.url.rsplit("/", 1)[1])

    for one in (tab, other):
        one.page.on("response", note)
    phone.set_offline(True)
    records = [tab.new_observation(scene.visit_id) for _ in range(3)]
    for record in records:
        tab.submit(record)
    tab.until_nobody_syncs()  # a round under way may have taken up a record while it was a draft
    phone.set_offline(False)

    for one in (tab, other):
        one.page.evaluate("import('/static/js/field/sync/sync-engine.js').then((engine) => { engine.syncNow(); })")
    tab.until(lambda: all(tab.record(record)["state"] == "receipted" for record in records), "not sent")

    assert sorted(filed) == sorted(records)
    assert other.record(records[0])["state"] == "receipted"


def test_another_user_of_the_phone_never_sends_under_the_wrong_name(tab: Driver, scene: Any) -> None:
    tab.page.route("**/api/v1/observations/*", lambda route: route.abort())
    record = tab.new_observation(scene.visit_id)
    tab.submit(record)
    tab.call("session", "signIn", "lisi", "Zhe-jian-shi-36!")
    tab.page.unroute("**/api/v1/observations/*")

    counts = tab.sync()

    assert counts["held"] == [{"name": "张三", "count": 1}]
    assert tab.record(record) is None
    assert tab.page.request.get(f"/api/v1/observations/{record}").status == 404
    tab.call("session", "signIn", "zhangsan", "Zhe-jian-shi-36!")
    tab.sync()
    assert tab.record(record)["state"] == "receipted"


def test_somebody_who_signs_in_during_a_sync_gets_nothing_of_it(tab: Driver, scene: Any) -> None:
    tab.page.context.set_offline(True)
    first, second = (tab.new_observation(scene.visit_id) for _ in range(2))
    for record in (first, second):
        tab.submit(record)
    switched = []

    def switch_after_the_first(route: Any) -> None:
        answer = route.fetch()
        if not switched:
            switched.append(route.request.url)
            tab.page.request.post("/api/v1/login", data={"username": "lisi", "password": "Zhe-jian-shi-36!"})
        # Without the cookie of the first user, which an answer on its way would bring back.
        kept = {name: value for name, value in answer.headers.items() if name.lower() != "set-cookie"}
        route.fulfill(response=answer, headers=kept)

    tab.page.route("**/api/v1/observations/*", switch_after_the_first)
    tab.page.context.set_offline(False)

    tab.sync()

    states = sorted(tab.record(record)["state"] for record in (first, second))
    assert (len(switched), states) == (1, ["receipted", "waiting"])


def test_a_browser_signed_in_as_somebody_else_sends_nothing(tab: Driver, scene: Any) -> None:
    with tab.unheard():
        record = tab.new_observation(scene.visit_id)
        tab.submit(record)
        tab.page.request.post("/api/v1/login", data={"username": "lisi", "password": "Zhe-jian-shi-36!"})

    tab.sync()

    assert tab.record(record)["state"] == "waiting"
    tab.shows("dialog[open]", "李四")


def test_two_phones_of_one_author_keep_both_versions(tab: Driver, scene: Any, second_phone: Any) -> None:
    record = tab.new_observation(scene.visit_id, summary="第一部手机")
    tab.sync()
    kept = tab.record(record)
    body = {**kept["body"], "revision": 2, "base_revision": 1, "summary": "第二部手机"}
    token = tab.page.request.get("/api/v1/me").json()["csrf_token"]
    assert (
        tab.page.request.put(
            f"/api/v1/observations/{record}",
            data=json.dumps(body),
            headers={"X-CSRFToken": token, "Content-Type": "application/json"},
        ).status
        == 200
    )
    tab.run("await drafts.changeRecord(given, (body) => { body.summary = '第一部手机，改过'; })", record)

    tab.sync()

    conflict = tab.record(record)
    assert conflict["state"] == "conflict"
    assert (conflict["body"]["summary"], conflict["conflict"]["stored"]["body"]["summary"]) == (
        "第一部手机，改过",
        "第二部手机",
    )
    with tab.unheard():
        tab.call("conflicts", "settleConflict", record, "mine")
        tab.submit(record)
    tab.sync()
    stored = tab.page.request.get(f"/api/v1/observations/{record}").json()
    assert (stored["revision"], stored["body"]["summary"]) == (3, "第一部手机，改过")


def test_a_record_whose_earlier_version_the_server_does_not_have_is_filed_there_anew(tab: Driver, scene: Any) -> None:
    place = {"latitude": 31.4, "longitude": 121.0, "accuracy": 12}  # known already: the record's view asks for none
    with tab.unheard():
        record = tab.new_observation(scene.visit_id, summary="只有手机上有", location=place)
        tab.run(
            "const { step } = await import('/static/js/field/records/records.js');"
            "await step(given, (record) => { record.baseRevision = 4; })",
            record,
        )
    tab.sync()
    assert tab.record(record)["state"] == "conflict"
    assert tab.record(record)["conflict"]["stored"] is None
    tab.open(f"/field/conflict?id={record}")
    expect(tab.page.get_by_role("button", name="用我这份")).to_be_visible()
    expect(tab.page.get_by_role("button", name="用服务器那份")).to_have_count(0)

    tab.page.get_by_role("button", name="用我这份").click()
    tab.page.get_by_role("dialog").get_by_role("button", name="用我这份").click()
    tab.page.wait_for_url("**/field/record?*")
    tab.sync()

    stored = tab.page.request.get(f"/api/v1/observations/{record}").json()
    assert (stored["revision"], stored["body"]["summary"]) == (1, "只有手机上有")


@pytest.mark.parametrize(  # backed up, the phone has the receipts of two revisions
    "is_backed_up", [pytest.param(False, marks=pytest.mark.long), True]
)
def test_a_server_that_forgot_a_record_is_told_and_gets_it_again(
    tab: Driver, scene: Any, live_server: Any, live_app: Any, is_backed_up: bool
) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.add_photo(record)
    live_server.stop()
    before = {path.name: path.read_bytes() for path in live_server.instance.glob("fieldapp.sqlite3*")}
    live_server.start()
    if is_backed_up:
        tab.until(lambda: tab.sync() and tab.record(record)["baseRevision"] == 1, "not backed up")
    tab.submit(record)
    tab.sync()
    assert tab.record(record)["state"] == "receipted"
    live_server.stop()
    for path in live_server.instance.glob("fieldapp.sqlite3*"):
        path.unlink()
    for name, content in before.items():
        (live_server.instance / name).write_bytes(content)
    live_server.start()

    def stored() -> Any:
        return tab.page.request.get(f"/api/v1/observations/{record}").json()

    # The first try may meet the line of the server that was stopped, and learns nothing then.
    tab.until(lambda: tab.sync()["unsent"] == 0 and stored().get("state") == "submitted", "not sent again")
    tab.until(lambda: tab.sync()["unsent"] == 0 and stored()["evidence_arrived"] == 1, "its photo is not sent again")
    tab.until(
        lambda: tab.sync() and tab.call("sync-status", "state")["alarm"] is None, "it is asked for again and again"
    )
    assert tab.record(record)["state"] == "receipted"


def _days_pass(tab: Driver, days: int) -> None:
    tab.run(
        """
      const gone = given * 24 * 3600 * 1000;
      const earlier = (kept, ...fields) => {
        for (const field of fields) if (kept[field]) kept[field] -= gone;
        return kept;
      };
      await store.write(['records', 'evidence'], async ({ records, evidence }) => {
        for (const kept of await records.getAll()) await records.put(earlier(kept, 'sentAt', 'settledAt'));
        for (const kept of await evidence.getAll()) await evidence.put(earlier(kept, 'receiptedAt'));
      });
    """,
        days,
    )


def test_originals_leave_the_phone_only_a_week_after_their_receipts(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    photo = tab.add_photo(record)
    tab.submit(record)
    tab.sync()
    tab.sync()
    has_original = "return Boolean(await store.read('blobs', given));"
    assert tab.run(has_original, photo) is True
    _days_pass(tab, 8)

    tab.page.route("**/api/v1/devices/*", lambda route: route.abort())
    tab.sync()
    assert tab.run(has_original, photo) is True, "let go without the server's word"
    tab.page.unroute("**/api/v1/devices/*")
    tab.sync()

    assert tab.run(has_original, photo) is False
    assert tab.record(record)["receipt"]["digest"]
    assert tab.run("return (await store.readAll('receipts')).length;") == 2


def test_the_body_of_a_delivered_record_leaves_the_phone_after_thirty_days_and_its_receipt_stays(
    tab: Driver, scene: Any
) -> None:
    record = tab.new_observation(scene.visit_id, summary="三十天后只在服务器")
    tab.submit(record)
    tab.sync()
    _days_pass(tab, 8)
    tab.sync()
    _days_pass(tab, 21)
    tab.reload().sync()
    assert tab.record(record)["body"]["summary"] == "三十天后只在服务器"

    _days_pass(tab, 2)
    tab.page.route("**/api/v1/devices/*", lambda route: route.abort())
    tab.reload().sync()
    assert "summary" in tab.record(record)["body"], "let go without the server's word"
    tab.page.unroute("**/api/v1/devices/*")
    tab.reload().sync()

    kept = tab.record(record)
    assert "summary" not in kept["body"]
    assert "answers" not in kept["body"]
    assert tab.words(record) == f"已送达 · 回执 {tab.call('words', 'receiptMark', kept['receipt'])}"
    assert tab.run("return (await store.readAll('receipts')).length;") == 1
    tab.open(f"/field/record?id={record}")
    tab.shows("main", "本机只留回执，内容在服务器上")
    tab.open(f"/field/receipt?id={record}")
    tab.shows("main", kept["receipt"]["digest"][:16])


def test_an_ad_hoc_visit_arrives_before_its_record(tab: Driver, scene: Any) -> None:
    tab.page.context.set_offline(True)
    ids = tab.run("""
      const known = await pack.readPack();
      const summary = { mode: 'on_site', domain: 'work_safety', agency: known.agencies[0],
        place: '柳湾镇', matter: '临时检查' };
      const { id, name } = summary.agency;
      const visit = await drafts.newRecord('visit', { body: { ...summary, agency: { id, name },
        starts_at: '2026-11-24T09:00:00+08:00', group: null, locality: null } });
      const checklist = await pack.checklistFor(summary);
      const answers = {};
      for (const category of checklist.categories) for (const item of category.items) {
        if (item.modes.includes('on_site') && (!item.domains.length || item.domains.includes('work_safety'))) {
          answers[item.code] = { value: 'yes', note: '', at_ms: 5, evidence: [] };
        }
      }
      const whole = { visit: { ...summary, id: visit.id }, checklist, body: { answers } };
      const record = await drafts.newRecord('observation', whole);
      await drafts.submitRecord(record.id);
      return [visit.id, record.id];
    """)
    tab.page.context.set_offline(False)

    tab.sync()

    assert [tab.record(one)["state"] for one in ids] == ["receipted", "receipted"]


def test_signing_out_refuses_to_forget_what_was_not_sent(tab: Driver, scene: Any) -> None:
    tab.page.context.set_offline(True)
    record = tab.new_observation(scene.visit_id)
    refusal = tab.run(
        "try { await session.signOut(); return null; } catch (error) { return [error.message, error.unsent.length]; }"
    )
    assert refusal[1] == 1
    assert "只在本机" in refusal[0]
    assert tab.record(record)["state"] == "draft"

    tab.run("await session.signOut({ keep: true });")

    assert tab.run("return session.currentUser();") is None
    assert tab.run("return (await store.read('records', given)).state;", record) == "draft"
