"""A record goes up with its small photos in one request, and one by one wherever that would not do."""

from typing import Any

import pytest
from factories import make_photo
from phone_driver import Driver

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)

BUNDLES = "**/api/v1/observations/*/bundle"


class Calls:
    """What a tab has sent that files something, in order: method, what it was, the status of the answer."""

    def __init__(self, tab: Driver) -> None:
        self.seen: list[tuple[str, str, int]] = []
        tab.page.on("response", self._note)

    def _note(self, answer: Any) -> None:
        request = answer.request
        path = request.url.partition("/api/v1/")[2]
        if request.method in ("PUT", "POST", "PATCH") and path.startswith(("observations", "interviews", "evidence")):
            name = "bundle" if path.endswith("/bundle") else path.partition("/")[0]
            self.seen.append((request.method, name, answer.status))


def collected(tab: Driver, scene: Any, *photos: bytes) -> tuple[str, list[str]]:
    """A submitted record with photos, made while nothing could be sent: its id and theirs."""
    with tab.unheard():
        return made(tab, scene, *photos)


def made(tab: Driver, scene: Any, *photos: bytes) -> tuple[str, list[str]]:
    """A submitted record with photos: its id and theirs."""
    record = tab.new_observation(scene.visit_id)
    added = [tab.add_photo(record, content, item="B01") for content in photos]
    tab.submit(record)
    return record, added


def padded(length: int) -> bytes:
    """A photo of about so many bytes."""
    photo, comment = make_photo(), b"\xff\xfe\xff\xff" + b" " * 65533
    return photo[:2] + comment * (length // len(comment)) + photo[2:]


def everything_arrived(tab: Driver, record: str) -> bool:
    """Whether the phone has the receipts, and the server the files."""
    stored = tab.page.request.get(f"/api/v1/observations/{record}").json()
    files = tab.evidence(record)
    return (
        tab.record(record)["state"] == "receipted"
        and all(file["state"] == "receipted" and file["receipt"]["digest"] == file["sha256"] for file in files)
        and stored["evidence_arrived"] == stored["evidence_named"] == len(files)
        and len(stored["revisions"]) == 1
    )


def test_a_record_and_its_photos_go_up_in_one_request(tab: Driver, scene: Any) -> None:
    record, _ = collected(tab, scene, make_photo(text="1"), make_photo(text="2"))
    calls = Calls(tab)

    counts = tab.sync()

    assert calls.seen == [("PUT", "bundle", 200)]
    assert (counts["unsent"], counts["filesUnsent"]) == (0, 0)
    assert everything_arrived(tab, record)
    assert tab.words(record).startswith("已送达 · 回执 ")
    kept = tab.call("receipts", "receiptsOfUser", tab.record(record)["userId"])
    assert {one["kind"] for one in kept} == {"observation", "evidence"}


def test_words_without_files_go_up_as_ever(tab: Driver, scene: Any) -> None:
    collected(tab, scene)
    calls = Calls(tab)

    tab.sync()

    assert calls.seen == [("PUT", "observations", 200)]


def test_words_wait_for_small_photos_alone(tab: Driver, scene: Any) -> None:
    """A large one goes after them, its small copy first; and of several records the words wait for 1.5 MB in all."""
    tab.ready_offline()  # what makes the copy is here
    with tab.unheard():
        first, _ = made(tab, scene, padded(900_000), padded(2_000_000), make_photo(text="小"))
        second, _ = made(tab, scene, padded(900_000))
    calls = Calls(tab)

    tab.sync()

    assert calls.seen == [
        ("PUT", "bundle", 200), ("PUT", "observations", 200), *[("POST", "evidence", 201)] * 3
    ]  # fmt: skip
    assert everything_arrived(tab, first)
    assert everything_arrived(tab, second)


def test_on_a_slow_line_the_words_go_first(tab: Driver, scene: Any) -> None:
    record, _ = collected(tab, scene, make_photo())
    tab.on_a_slow_line()
    calls = Calls(tab)

    tab.sync()

    assert calls.seen == [("PUT", "observations", 200), ("POST", "evidence", 201)]
    assert everything_arrived(tab, record)


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (404, "application/problem+json", '{"type": "/problems/not-found", "title": "没有这个地址", "status": 404}'),
        (404, "text/html", "<h1>Not Found</h1>"),
        (413, "text/html", "<h1>Request Entity Too Large</h1>"),
        (405, "text/html", "<h1>Method Not Allowed</h1>"),
    ],
)
def test_a_server_without_bundles_gets_the_single_calls_and_is_asked_once(
    tab: Driver, scene: Any, status: int, content_type: str, body: str
) -> None:
    with tab.unheard():
        records = [made(tab, scene, make_photo(text=str(number)))[0] for number in range(2)]
    tab.page.route(BUNDLES, lambda route: route.fulfill(status=status, content_type=content_type, body=body))
    calls = Calls(tab)

    counts = tab.sync()

    assert counts["unsent"] == 0
    assert [name for _, name, _ in calls.seen] == ["bundle", "observations", "observations", "evidence", "evidence"]
    assert all(everything_arrived(tab, record) for record in records)


def test_a_lost_reply_files_words_and_photos_once(tab: Driver, scene: Any) -> None:
    record, _ = collected(tab, scene, make_photo())

    def lose_the_reply(route: Any) -> None:
        route.fetch()
        route.abort()

    tab.page.route(BUNDLES, lose_the_reply)
    tab.sync()
    assert tab.words(record) == "待上传"
    tab.page.unroute(BUNDLES)
    calls = Calls(tab)

    tab.sync()

    # After a failure the words go alone; the photo is there already.
    assert calls.seen == [("PUT", "observations", 200), ("POST", "evidence", 200)]
    assert everything_arrived(tab, record)


def test_a_record_goes_on_where_a_server_killed_during_its_bundle_left_it(
    tab: Driver, scene: Any, live_server: Any
) -> None:
    record, _ = collected(tab, scene, make_photo(text="1"), make_photo(text="2"))
    tab.page.route(BUNDLES, lambda route: (live_server.kill(), route.abort()))
    tab.sync()
    assert tab.words(record) == "待上传"
    tab.page.unroute(BUNDLES)

    live_server.start()
    counts = tab.sync()

    assert counts["unsent"] == 0
    assert everything_arrived(tab, record)


def test_a_photo_that_is_none_is_named_and_the_words_and_the_others_are_there(tab: Driver, scene: Any) -> None:
    record, (fake, good) = collected(tab, scene, b"not a picture at all" * 40, make_photo())

    tab.sync()

    files = {file["id"]: file for file in tab.evidence(record)}
    assert (files[fake]["state"], files[good]["state"]) == ("refused", "receipted")
    assert "不是图片" in files[fake]["refusal"]["title"]
    assert tab.record(record)["receipt"]
    assert tab.words(record) == "文字已送达，1 个附件未被接收"


def test_a_photo_damaged_on_its_way_is_sent_again_by_itself(tab: Driver, scene: Any) -> None:
    record, (photo,) = collected(tab, scene, make_photo())
    damaged = []

    def damage(route: Any) -> None:
        sent = route.request.post_data_buffer
        damaged.append(len(sent))
        route.continue_(post_data=sent[:-200] + bytes([sent[-200] ^ 1]) + sent[-199:])

    tab.page.route(BUNDLES, damage)
    calls = Calls(tab)
    tab.until(lambda: tab.sync()["unsent"] == 0, "the photo did not arrive")

    assert damaged
    assert calls.seen[0] == ("PUT", "bundle", 200)
    assert ("POST", "evidence", 201) in calls.seen
    assert everything_arrived(tab, record)


@pytest.mark.parametrize("change", [{"digest": "0" * 64}, {"signature": "AAAA"}])
def test_a_false_receipt_of_a_photo_is_none(tab: Driver, scene: Any, change: dict[str, Any]) -> None:
    record, (photo,) = collected(tab, scene, make_photo())

    def falsify(route: Any) -> None:
        answer = route.fetch()
        body = answer.json()
        body["evidence"][0]["receipt"] |= change
        route.fulfill(response=answer, json=body)

    tab.page.route(BUNDLES, falsify)
    tab.page.route("**/api/v1/evidence", lambda route: route.abort())
    tab.page.route("**/api/v1/evidence/*", lambda route: route.abort())

    tab.sync()

    file = tab.evidence(record)[0]
    assert (file["state"], file["receipt"]) == ("kept", None)
    assert tab.record(record)["receipt"]


def test_refused_words_take_no_photo_with_them_and_arrive_with_it_when_put_right(tab: Driver, scene: Any) -> None:
    with tab.unheard():
        record = tab.new_observation(scene.visit_id, answers={"B01": {"value": "perhaps"}})
        photo = tab.add_photo(record, make_photo(), item="B01")
        tab.submit(record)

    tab.sync()

    assert tab.record(record)["state"] == "refused"
    assert tab.evidence(record)[0]["state"] == "kept"
    assert tab.page.request.get(f"/api/v1/receipts/{photo}").status == 404
