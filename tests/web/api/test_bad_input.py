"""Whatever is sent: the right status, a Chinese sentence, nothing lost, never a 500. On both engines."""

import json
import re
from itertools import product
from typing import Any

import pytest
from cases import every
from factories import interview_body, make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.interviews.models import Interview
from fieldapp.observations.models import Observation, ObservationRevision

CHINESE = re.compile(r"[\u4e00-\u9fff]")
RARE = "𠮷龘😀👨‍👩‍👧—é\u0301"


@pytest.fixture
def place(county: Any) -> dict[str, Any]:
    """A visit of the first group and a checklist."""
    return {"visit": make_visit(group=county.first_group), "version": make_checklist_version()}


@pytest.fixture
def phone(county: Any, signed_in: Any) -> Any:
    return signed_in(county.zhang_san)


def observation(place: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return observation_body(place["visit"], place["version"], **changes)


def said(answer: Any, status: int) -> list[str]:
    """The pointers of a refusal, after checking that it is one in words."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status
    assert CHINESE.search(problem["title"]), problem
    assert all(CHINESE.search(one["detail"]) for one in problem.get("errors", [])), problem
    return [one["pointer"] for one in problem.get("errors", [])]


def raw(phone: Any, content: bytes | str, *, content_type: str | None = "application/json", url: str = "") -> Any:
    url = url or f"/api/v1/observations/{ids.mint()}"
    return phone.put(url, data=content, headers={"X-CSRFToken": phone.csrf_token}, content_type=content_type)


# What is no record at all

PUTS = ["observations", "interviews", "visits", "devices"]


@every("kind", PUTS)
def test_what_is_no_json_is_a_bad_request(phone: Any, kind: str):
    for content in (b"", b"{", b"\xff\xfe{", b"nonsense", b'{"revision": NaN}', b'{"n": 1e999}', b"[" * 10_000,
                    b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"revision": 1, "revision": 2}',
                    b'{"summary": "\xed\xa0\x80"}', b'{"revision": ' + b"9" * 5000 + b"}"):  # fmt: skip
        assert said(raw(phone, content, url=f"/api/v1/{kind}/{ids.mint()}"), 400) == []


@every("kind", PUTS)
def test_another_json_value_than_an_object_is_refused(phone: Any, kind: str):
    for content in ("[]", "null", "1", '"text"', "true"):
        assert said(raw(phone, content, url=f"/api/v1/{kind}/{ids.mint()}"), 422) == [""]


@every("kind", PUTS)
def test_an_empty_object_is_told_everything_that_it_lacks(phone: Any, kind: str):
    url = f"/api/v1/{kind}/{ids.mint()}"
    if kind == "devices":
        assert raw(phone, "{}", url=url).status_code == 200, "a heartbeat may be silent"
        return
    assert len(said(raw(phone, "{}", url=url), 422)) >= 3


@every("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_content_type_is_named_as_such(phone: Any, place: Any, content_type: str):
    said(raw(phone, json.dumps(observation(place)), content_type=content_type), 415)


def test_json_by_another_name_or_without_one_is_taken(phone: Any, place: Any):
    for content_type in ("application/json; charset=utf-8", "application/merge-patch+json", None):
        answer = raw(phone, json.dumps(observation(place)), content_type=content_type)
        assert answer.status_code == 200, (content_type, answer.json)


def test_a_body_of_more_than_4_mb_is_too_large_whether_it_says_so_or_not(phone: Any):
    body = b'{"summary": "' + b"x" * (4 * 1024 * 1024) + b'"}'
    said(raw(phone, body), 413)
    answer = phone.put(
        f"/api/v1/observations/{ids.mint()}",
        data=body,
        content_type="application/json",
        headers={"X-CSRFToken": phone.csrf_token, "Content-Length": ""},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    said(answer, 413)


@every("kind, wrong", product(PUTS, ["1", "abc", "00000000-0000-0000-0000-00000000000Z", "%00", "𠮷", "A" * 300]))
def test_an_address_that_is_no_id_is_refused(phone: Any, place: Any, kind: str, wrong: str):
    body = {"observations": observation(place), "interviews": interview_body(place["visit"]),
            "visits": ad_hoc(), "devices": {}}[kind]  # fmt: skip
    assert phone.api_put(f"/api/v1/{kind}/{wrong}", body).status_code in (404, 422)
    assert phone.api_get(f"/api/v1/{kind}/{wrong}").status_code in (404, 405, 422)


# What is wrong in a record is said at its place


@every(
    "changes, pointer",
    [
        ({"revision": "1"}, "/revision"),
        ({"revision": 0}, "/revision"),
        ({"revision": 1.5}, "/revision"),
        ({"revision": True}, "/revision"),
        ({"revision": 2**40}, "/revision"),
        ({"base_revision": -1}, "/base_revision"),
        ({"visit": "visit-1"}, "/visit"),
        ({"visit": None}, "/visit"),
        ({"visit": "0191a1b2-0000-7000-8000-00000000ffff"}, "/visit"),
        ({"checklist_version": "field-1999-1"}, "/checklist_version"),
        ({"checklist_version": 5}, "/checklist_version"),
        ({"checklist_version": "x" * 300}, "/checklist_version"),
        ({"state": "approved"}, "/state"),
        ({"started_at": "yesterday"}, "/started_at"),
        ({"started_at": "2026-11-23T09:12:04"}, "/started_at"),
        ({"started_at": "2026-11-23 09:12:04+08:00"}, "/started_at"),
        ({"started_at": "2026-W48-1T00:00:00+08:00"}, "/started_at"),
        ({"started_at": "0001-01-01T00:00:00+08:00"}, "/started_at"),
        ({"started_at": "9999-12-31T23:59:59-12:00"}, "/started_at"),
        ({"started_at": "2026-02-30T00:00:00+08:00"}, "/started_at"),
        ({"started_at": 1764000000}, "/started_at"),
        ({"ended_at": "2026-11-23T25:00:00Z"}, "/ended_at"),
        ({"clock_offset_ms": "fast"}, "/clock_offset_ms"),
        ({"location": []}, "/location"),
        ({"location": {"latitude": 91, "longitude": 0}}, "/location/latitude"),
        ({"location": {"latitude": 31.3, "longitude": "east"}}, "/location/longitude"),
        ({"location": {"latitude": 31.3, "longitude": 120.9, "accuracy": -1}}, "/location/accuracy"),
        ({"officers": "陈一"}, "/officers"),
        ({"officers": [{"certificate_no": "1"}]}, "/officers/0/name"),
        ({"officers": [{"name": "陈" * 201}]}, "/officers/0/name"),
        ({"officers": [{"name": "陈一"}] * 51}, "/officers"),
        ({"party": "某某"}, "/party"),
        ({"party": {"kind": "citizen", "salt": "short"}}, "/party/salt"),
        ({"circumstances": "penalty"}, "/circumstances"),
        ({"circumstances": ["flood"]}, "/circumstances/0"),
        ({"circumstances": [{}]}, "/circumstances/0"),
        ({"answers": []}, "/answers"),
        ({"answers": None}, "/answers"),
        ({"summary": 5}, "/summary"),
        ({"summary": "x" * 20_001}, "/summary"),
        ({"timeline": [{"at_ms": -1, "text": ""}]}, "/timeline/0/at_ms"),
        ({"timeline": [{"at_ms": 1, "text": None}]}, "/timeline/0/text"),
        ({"signature": "me"}, "/signature"),
        ({"signature": {"evidence": "x"}}, "/signature/evidence"),
        ({"unfiled_evidence": [5]}, "/unfiled_evidence/0"),
        ({"more": 2**60}, "/more"),
        ({"more": [{"a/b": "\ud83d"}]}, "/more/0/a~1b"),
        ({"summary": "\udc00"}, "/summary"),
        ({"summary": "a\x00b"}, "/summary"),
        ({"party": {"kind": "citizen", "name": "\x00", "salt": "0" * 32}}, "/party/name"),
    ],
)
def test_what_is_wrong_in_a_record_is_said_at_its_place(phone: Any, place: Any, changes: Any, pointer: str):
    url = f"/api/v1/observations/{ids.mint()}"

    for state in ("draft", "submitted"):
        assert pointer in said(phone.api_put(url, observation(place) | {"state": state} | changes), 422)
    assert phone.api_get(url).status_code == 404, "nothing of it is stored"


@every(
    "answer, below",
    [
        (5, ""),
        ([], ""),
        ("yes", ""),
        ({"value": "maybe"}, "/value"),
        ({"value": 1}, "/value"),
        ({"value": ["yes"]}, "/value"),
        ({"value": {}}, "/value"),
        ({"value": "yes", "note": 5}, "/note"),
        ({"value": "yes", "note": "长" * 20_001}, "/note"),
        ({"value": "yes", "note": "\ud800"}, "/note"),
        ({"value": "yes", "at_ms": "soon"}, "/at_ms"),
        ({"value": "yes", "at_ms": -1}, "/at_ms"),
        ({"value": "yes", "at_ms": 10**17}, "/at_ms"),
        ({"value": "yes", "corrected_on_spot": "yes"}, "/corrected_on_spot"),
        ({"value": "yes", "evidence": 5}, "/evidence"),
        ({"value": "yes", "evidence": "0191"}, "/evidence"),
        ({"value": "yes", "evidence": [{}]}, "/evidence/0"),
        ({"value": "yes", "evidence": [None]}, "/evidence/0"),
        ({"value": "yes", "evidence": ["photo.jpg"]}, "/evidence/0"),
        ({"value": "yes", "evidence": [[]]}, "/evidence/0"),
    ],
)
def test_what_is_wrong_in_an_answer_is_said_at_its_place(phone: Any, place: Any, answer: Any, below: str):
    for state in ("draft", "submitted"):
        sent = observation(place, state=state)
        sent["answers"]["B01"] = answer
        pointers = said(phone.api_put(f"/api/v1/observations/{ids.mint()}", sent), 422)
        assert f"/answers/B01{below}" in pointers


def test_every_wrong_field_is_named_at_once(phone: Any, place: Any):
    sent = observation(place) | {"revision": 0, "state": "gone", "summary": [], "started_at": "now"}

    assert sorted(said(phone.api_put(f"/api/v1/observations/{ids.mint()}", sent), 422)) == [
        "/revision", "/started_at", "/state", "/summary",
    ]  # fmt: skip


@every("code", ["Z99", "b01", "B01 ", "", "a/b~c", "𠮷", "constructor", "__proto__"])
def test_an_unknown_item_is_said_by_its_name(phone: Any, place: Any, code: str):
    sent = observation(place, answers={code: {"value": "yes"}})

    pointers = said(phone.api_put(f"/api/v1/observations/{ids.mint()}", sent), 422)

    assert pointers == ["/answers/" + code.replace("~", "~0").replace("/", "~1")]


def test_a_submitted_record_with_gaps_names_each_of_them(phone: Any, place: Any):
    sent = observation(
        place,
        answers={"B01": None, "B02": {"value": "no", "note": " "}, "B03": {"value": "na"}, "A02": {"value": None}},
    )

    pointers = said(phone.api_put(f"/api/v1/observations/{ids.mint()}", sent), 422)

    assert {"/answers/B01", "/answers/B02/note", "/answers/B03/note"} <= set(pointers)
    assert phone.api_put(f"/api/v1/observations/{ids.mint()}", sent | {"state": "draft"}).status_code == 200


# What is unusual and right


def test_10_000_characters_and_rare_ones_come_back_as_they_went_in_everywhere(
    phone: Any, place: Any, signed_in: Any, county: Any
):
    long = (RARE + "现场情况") * 1000
    assert len(long) > 10_000
    sent = observation(
        place,
        answers={"B01": {"value": "no", "note": long}, "B02": {"value": "na", "note": RARE}},
        summary=long,
        officers_statement=RARE,
        case_no=RARE,
        officers=[{"name": RARE, "certificate_no": RARE}],
        party={"kind": "citizen", "name": RARE, "contact": RARE, "salt": "0" * 32},
        timeline=[{"at_ms": 0, "text": RARE}],
        signature={"refused": RARE, "witness": RARE},
    )
    url = f"/api/v1/observations/{ids.mint()}"

    stored = phone.api_put(url, sent)

    assert stored.status_code == 200, stored.json
    assert phone.api_get(url).json["body"] == sent
    again = phone.api_put(url, sent)
    assert again.json["receipt"] == stored.json["receipt"]
    page = signed_in(county.qian).get(url.replace("/api/v1/observations", "/review/records")).get_data(as_text=True)
    assert page.count(RARE) >= 8


def test_fields_that_the_server_does_not_know_are_kept(phone: Any, place: Any):
    sent = observation(place, later_field={"nested": [1, 2.5, None, True]})
    sent["answers"]["B01"]["later_mark"] = "kept"
    url = f"/api/v1/observations/{ids.mint()}"

    assert phone.api_put(url, sent).status_code == 200
    assert phone.api_get(url).json["body"] == sent


# Interviews, visits, devices


@every(
    "changes, pointer",
    [
        ({"consent": "yes"}, "/consent"),
        ({"consent": {"version": "1", "given": "yes", "method": "tick"}}, "/consent/given"),
        ({"level": 6}, "/level"),
        ({"level": "4"}, "/level"),
        ({"level": True}, "/level"),
        ({"facts": {"show_credentials": "maybe"}}, "/facts/show_credentials"),
        ({"facts": []}, "/facts"),
        ({"answers": {"q1": 5}}, "/answers/q1"),
        ({"answers": {"q1": "x" * 20_001}}, "/answers/q1"),
        ({"recordings": [{}]}, "/recordings/0"),
        ({"respondent": []}, "/respondent"),
        ({"respondent": {"kind": "party", "salt": "1"}}, "/respondent/salt"),
        ({"refused": "不谈"}, "/refused"),
        ({"refused": {"reason": 5}}, "/refused/reason"),
        ({"refused": {"reason": " "}}, "/refused/reason"),
        ({"opinion": "\x00"}, "/opinion"),
        ({"opinion": "\ud800"}, "/opinion"),
        ({"visit": "0191a1b2-0000-7000-8000-00000000ffff"}, "/visit"),
        ({"started_at": "0000-00-00T00:00:00Z"}, "/started_at"),
        ({"more": -(2**53)}, "/more"),
    ],
)
def test_what_is_wrong_in_an_interview_is_said_at_its_place(phone: Any, place: Any, changes: Any, pointer: str):
    url = f"/api/v1/interviews/{ids.mint()}"

    assert pointer in said(phone.api_put(url, interview_body(place["visit"]) | changes), 422)
    assert phone.api_get(url).status_code == 404


def test_rare_characters_come_back_from_an_interview(phone: Any, place: Any, signed_in: Any, county: Any):
    sent = interview_body(
        place["visit"],
        answers={"q1": RARE * 1000},
        opinion=RARE,
        suggestion=RARE,
        respondent={"kind": "party", "name": RARE, "contact": RARE, "salt": "0" * 32},
    )
    url = f"/api/v1/interviews/{ids.mint()}"

    assert phone.api_put(url, sent).status_code == 200
    assert phone.api_get(url).json["body"] == sent
    seen = signed_in(county.qian).api_get(url).json["body"]
    assert set(seen["respondent"]) == {"commitment"}, "the lead reads the words, not the name"


def ad_hoc(**changes: Any) -> dict[str, Any]:
    return {
        "mode": "on_site",
        "domain": "work_safety",
        "agency": {"name": "云川市某执法队"},
        "place": "集市",
        "matter": "",
        "starts_at": "2026-11-24T09:00:00+08:00",
    } | changes


@every(
    "changes, pointer",
    [
        ({"mode": "by_phone"}, "/mode"),
        ({"mode": None}, "/mode"),
        ({"domain": "astronomy"}, "/domain"),
        ({"domain": "x" * 100}, "/domain"),
        ({"agency": {}}, "/agency"),
        ({"agency": {"name": "局" * 121}}, "/agency/name"),
        ({"agency": {"id": "0191a1b2-0000-7000-8000-00000000ffff"}}, "/agency/id"),
        ({"agency": 5}, "/agency"),
        ({"place": "路" * 201}, "/place"),
        ({"place": "\x00"}, "/place"),
        ({"matter": "\ud800"}, "/matter"),
        ({"source": "rumour"}, "/source"),
        ({"starts_at": "9999-12-31T23:59:59-23:59"}, "/starts_at"),
        ({"group": "0191a1b2-0000-7000-8000-00000000ffff"}, "/group"),
        ({"locality": "0191a1b2-0000-7000-8000-00000000ffff"}, "/locality"),
        ({"more": 10**30}, "/more"),
    ],
)
def test_what_is_wrong_in_a_visit_is_said_at_its_place(phone: Any, place: Any, changes: Any, pointer: str):
    assert pointer in said(phone.api_put(f"/api/v1/visits/{ids.mint()}", ad_hoc(**changes)), 422)


def test_a_visit_to_the_longest_and_rarest_names_is_kept(phone: Any, place: Any):
    name = ("𠮷" * 118) + "😀龘"
    answer = phone.api_put(f"/api/v1/visits/{ids.mint()}", ad_hoc(agency={"name": name}, place="龘" * 200))

    assert answer.status_code == 200, answer.json
    assert answer.json["visit"]["agency"]["name"] == name


@every(
    "changes, pointer",
    [
        ({"unsent_records": -1}, "/unsent_records"),
        ({"unsent_files": "2"}, "/unsent_files"),
        ({"oldest_unsent_at": "0001-01-01T00:00:00+08:00"}, "/oldest_unsent_at"),
        ({"highest_sequence": 10**12}, "/highest_sequence"),
        ({"app_version": "\x00"}, "/app_version"),
        ({"storage": []}, "/storage"),
        ({"storage": {"note": "\ud800"}}, "/storage/note"),
        ({"storage": {"free": 2**60}}, "/storage/free"),
        ({"receipts": {}}, "/receipts"),
        ({"receipts": [5]}, "/receipts/0"),
        ({"receipts": [{}] * 501}, "/receipts"),
    ],
)
def test_what_is_wrong_in_a_heartbeat_is_said_at_its_place(phone: Any, changes: Any, pointer: str):
    assert pointer in said(phone.api_put(f"/api/v1/devices/{ids.mint()}", changes), 422)


def test_a_long_app_version_is_no_reason_to_lose_a_heartbeat(phone: Any):
    assert phone.api_put(f"/api/v1/devices/{ids.mint()}", {"app_version": "版" * 200}).status_code == 200


# Who sends


@every("kind", PUTS)
def test_an_expired_session_is_a_401_in_words_and_nothing_is_stored(client: Any, place: Any, kind: str):
    answer = client.put(f"/api/v1/{kind}/{ids.mint()}", json=observation(place))

    assert answer.status_code in (400, 401)
    assert CHINESE.search(answer.json["title"])
    assert answer.json["type"].endswith(("csrf", "sign-in-needed"))


def test_a_session_that_was_ended_is_a_401_even_with_its_token_and_cookie(phone: Any, place: Any):
    cookie, token = phone.get_cookie("fieldapp").value, phone.csrf_token
    phone.api_post("/api/v1/logout")
    phone.set_cookie("fieldapp", cookie)

    answer = phone.put(f"/api/v1/observations/{ids.mint()}", json=observation(place), headers={"X-CSRFToken": token})

    said(answer, 401)
    said(phone.api_get("/api/v1/pack"), 401)
    assert Observation.query.count() == 0


@every("who", ["wu", "zheng"])
def test_who_goes_along_on_no_visit_files_nothing(place: Any, county: Any, signed_in: Any, who: str):
    browser = signed_in(getattr(county, who))

    said(browser.api_put(f"/api/v1/observations/{ids.mint()}", observation(place)), 403)
    said(browser.api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(place["visit"])), 403)
    said(browser.api_put(f"/api/v1/visits/{ids.mint()}", ad_hoc()), 403)


@every("who", ["wang_wu", "sun", "chen", "zhou"])
def test_who_is_not_in_the_group_files_nothing_on_its_visit(place: Any, county: Any, signed_in: Any, who: str):
    browser = signed_in(getattr(county, who))

    assert said(browser.api_put(f"/api/v1/observations/{ids.mint()}", observation(place)), 422) == ["/visit"]
    assert said(browser.api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(place["visit"])), 422) == ["/visit"]


def test_another_persons_id_cannot_be_written_to_nor_learned_about(phone: Any, place: Any, county: Any, signed_in: Any):
    url = f"/api/v1/observations/{ids.mint()}"
    phone.api_put(url, observation(place))
    before = phone.api_get(url).json
    other = signed_in(county.li_si)  # of the same group

    said(other.api_put(url, observation(place, summary="别人的话")), 404)
    said(other.api_put(url, observation(place, revision=2)), 404)
    assert other.api_get(url).status_code == 404
    assert phone.api_get(url).json == before

    interview = f"/api/v1/interviews/{ids.mint()}"
    phone.api_put(interview, interview_body(place["visit"]))
    said(other.api_put(interview, interview_body(place["visit"])), 404)
    assert other.api_get(interview).status_code == 404


def test_a_refused_record_leaves_nothing_behind_and_blocks_nobody(phone: Any, place: Any):
    said(
        phone.api_put(f"/api/v1/observations/{ids.mint()}", observation(place, answers={"Z99": {"value": "yes"}})), 422
    )

    assert phone.api_put(f"/api/v1/observations/{ids.mint()}", observation(place)).status_code == 200
    assert Observation.query.count() == 1
    assert ObservationRevision.query.count() == 1
    assert Interview.query.count() == 0
