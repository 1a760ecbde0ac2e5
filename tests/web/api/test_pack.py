"""The pack: everything for the field, and only what has changed."""

import base64
import json
import time
from datetime import timedelta

import pytest
from factories import (
    interview_body,
    make_certificate,
    make_checklist_version,
    make_organisation,
    make_photo,
    make_visit,
    observation_body,
)

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.reviews import operations as reviews

SECTIONS = {
    "user", "visits", "checklist_versions", "agencies", "localities", "slips", "returned", "records", "limits",
    "consent",
}  # fmt: skip


@pytest.fixture
def visit(county):
    make_certificate(county.zhang_san)
    return make_visit(group=county.first_group)


@pytest.fixture
def phone(county, signed_in, visit, version):
    return signed_in(county.zhang_san)


def fetch(phone, since=""):
    answer = phone.api_get("/api/v1/pack", query_string={"since": since} if since else {})
    assert answer.status_code == 200
    return answer.json


def test_a_first_pack_holds_everything_for_work_without_a_network(phone, visit, version):
    pack = fetch(phone)

    assert set(pack) >= SECTIONS | {"cursor"}
    assert pack["user"]["name"] == "张三"
    assert pack["user"]["certificate"]["state"] == "valid"
    assert pack["user"]["certificate"]["qr_svg"].startswith("<svg ")
    (shown,) = pack["visits"]
    assert shown["id"] == visit.id
    assert shown["mode_label"] == "现场监督"
    assert {one["name"] for one in shown["group"]["members"]} == {"张三", "李四"}
    items = [item for part in pack["checklist_versions"][0]["categories"] for item in part["items"]]
    assert {"code", "title", "question", "guidance", "basis", "stage", "modes", "domains", "weight", "critical"} <= set(
        items[0]
    )
    assert pack["consent"]["text"]


def test_an_unchanged_pack_costs_nothing(phone):
    first = phone.api_get("/api/v1/pack")
    etag = first.headers["ETag"]

    again = phone.api_get("/api/v1/pack", headers={"If-None-Match": etag})

    assert not etag.startswith("W/")
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert "private" in first.headers["Cache-Control"]


def test_with_a_cursor_comes_exactly_what_has_changed(phone, visit, version, county):
    cursor = fetch(phone)["cursor"]
    assert set(fetch(phone, cursor)) == {"cursor"}

    make_organisation("云川市新设局")
    changed = fetch(phone, cursor)
    assert set(changed) == {"cursor", "agencies"}

    make_visit(group=county.first_group, agency=county.work_safety_agency)
    assert set(fetch(phone, changed["cursor"])) == {"cursor", "visits"}
    assert set(fetch(phone, cursor)) == {"cursor", "visits", "agencies"}, "an older phone gets both"


def test_a_filed_record_changes_records_and_the_visit_only(phone, visit, version):
    cursor = fetch(phone)["cursor"]
    record = ids.mint()
    phone.api_put(f"/api/v1/observations/{record}", observation_body(visit, version))

    changed = fetch(phone, cursor)

    assert set(changed) == {"cursor", "records", "visits"}
    assert [(one["id"], one["state"], one["revision"]) for one in changed["records"]] == [(record, "submitted", 1)]


def test_after_a_return_the_record_comes_back_with_comments_and_photos(phone, visit, version, county):
    record, photo, interview = ids.mint(), ids.mint(), ids.mint()
    body = observation_body(visit, version, answers={"B01": {"value": "no", "note": "未亮证", "evidence": [photo]}})
    phone.api_put(f"/api/v1/observations/{record}", body)
    phone.api_put(f"/api/v1/interviews/{interview}", interview_body(visit))
    phone.send_file(make_photo(), evidence_id=photo, observation=record, item="B01")
    reviews.return_to_author(county.qian, record, revision=1, comment="请补充", items={"B01": "谁在场？"})

    (returned,) = fetch(phone)["returned"]

    assert returned["body"] == body
    assert returned["review"]["comment"] == "请补充"
    assert returned["review"]["reviewer"] == "钱组长"
    assert returned["review"]["items"] == {"B01": "谁在场？"}
    assert [one["id"] for one in returned["evidence"]] == [photo]
    assert phone.get(returned["evidence"][0]["original_url"]).status_code == 200
    phone.api_put(f"/api/v1/observations/{record}", body | {"revision": 2, "base_revision": 1})
    assert fetch(phone)["returned"] == []


def test_everybody_gets_their_own(phone, visit, version, county, signed_in):
    phone.api_put(f"/api/v1/observations/{ids.mint()}", observation_body(visit, version))

    colleague = fetch(signed_in(county.li_si))
    assert (len(colleague["visits"]), colleague["records"], colleague["returned"]) == (1, [], [])
    for person in (county.wang_wu, county.chen, county.zheng):
        assert fetch(signed_in(person))["visits"] == []


def test_a_visit_of_long_ago_is_not_carried_about(phone, county, visit):
    make_visit(group=county.first_group, starts_at=now() - timedelta(days=100))
    coming = make_visit(group=county.first_group, starts_at=now() + timedelta(days=5))

    assert [one["id"] for one in fetch(phone)["visits"]] == [visit.id, coming.id], "soonest first"


def test_an_old_checklist_comes_along_as_long_as_a_record_is_made_with_it(phone, visit, version, county):
    url = f"/api/v1/observations/{ids.mint()}"
    phone.api_put(url, observation_body(visit, version, state="draft"))
    time.sleep(0.01)
    make_checklist_version("test-2027-1")

    assert version.id in [one["id"] for one in fetch(phone)["checklist_versions"]]


def test_a_cursor_that_makes_no_sense_gets_everything(phone):
    def spelled(value):
        return base64.urlsafe_b64encode(value).decode()

    for cursor in (
        "nonsense", "𠮷", "=", spelled(b"[]"), spelled(b"5"), spelled(b"[" * 2000), spelled(b'{"user": NaN}'),
        spelled(json.dumps({"user": "\ud800", "visits": 2**70, "agencies": ["x"]}).encode()), spelled(b"\xff"),
    ):  # fmt: skip
        answer = phone.api_get("/api/v1/pack", query_string={"since": cursor})
        assert answer.status_code == 200, cursor
        assert set(answer.json) >= SECTIONS


def test_a_stranger_gets_nothing(client):
    answer = client.api_get("/api/v1/pack")

    assert answer.status_code == 401
    assert answer.json["type"].endswith("sign-in-needed")
