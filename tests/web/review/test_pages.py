"""The review desk, as a reviewer uses it."""

import re

import pytest
from factories import filed_observation, interview_body, make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.observations.models import Observation

RARE = "𠮷龘😀<b>&\"'"


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def file_record(county, visit):
    version = make_checklist_version()

    def file(author=None, *, record=None, **changes):
        record = record or ids.mint()
        author = author or county.zhang_san
        file_revision(author, filed_observation(record, observation_body(visit, version, **changes)))
        return record

    return file


@pytest.fixture
def desk(county, signed_in):
    return signed_in(county.qian)


def shown(desk, address, **asked):
    answer = desk.get(address, query_string=asked)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def state_of(record):
    return db.session.get(Observation, record, populate_existing=True).state


def test_what_waits_is_listed_and_leads_to_the_record(desk, file_record):
    record = file_record(answers={"B01": {"value": "no", "note": "未亮证"}})

    page = shown(desk, "/review/")

    assert f"/review/records/{record}" in page
    assert "云川市应急管理局" in page
    assert "未亮证" in shown(desk, f"/review/records/{record}")


def test_filters_stand_in_the_address_and_stay_while_one_steps_on(desk, file_record, county):
    first, second = file_record(), file_record(county.li_si)
    listed = shown(desk, "/review/", state="all", domain="work_safety", q="应急")

    links = re.findall(r'href="(/review/records/[^"]+)"', listed)
    assert {link.split("?")[0].rsplit("/", 1)[1] for link in links} == {first, second}
    assert all("domain=work_safety" in link and "state=all" in link for link in links)
    answer = desk.post_form(
        f"/review/records/{first}/return?state=all&domain=work_safety", {"revision": "1", "comment": "补"}
    )
    assert answer.status_code == 302
    assert answer.location.startswith(f"/review/records/{second}?")
    assert "domain=work_safety" in answer.location


@pytest.mark.usefixtures("file_record")
def test_an_address_that_makes_no_sense_still_shows_a_list(desk):
    for asked in (
        {"page": "-1"}, {"page": "9" * 30}, {"page": "٣"}, {"since": "yesterday"}, {"since": "0001-01-01"},
        {"until": "9999-12-31"}, {"until": "2026-13-40"}, {"state": "gone"}, {"locality": "x"}, {"no": "yes"},
        {"q": "%_\\"}, {"q": "龘" * 500}, {"mode": RARE}, {"critical": "1", "no": "1"},
    ):  # fmt: skip
        shown(desk, "/review/", **asked)
    assert desk.get("/review/?q=%00").status_code == 400
    assert desk.get("/review/?locality=%ED%A0%80").status_code in (200, 400)


def test_an_odd_record_address_is_not_found_and_never_an_error(desk, file_record):
    record = file_record()

    for address in (ids.mint(), "nonsense", "%00", "龘", "x" * 300):
        assert desk.get(f"/review/records/{address}").status_code == 404
    for revision in ("7", "0", "-1"):
        assert desk.get(f"/review/records/{record}?revision={revision}").status_code in (200, 404)
    assert desk.get(f"/review/records/{record}?revision=7").status_code == 404
    for revision in ("9" * 30, "9" * 5000, "abc", "1.5"):
        assert desk.get(f"/review/records/{record}?revision={revision}").status_code == 200


def test_a_refused_decision_keeps_every_word_that_was_typed(desk, file_record):
    record = file_record(answers={"B01": {"value": "no", "note": "未亮证", "evidence": [ids.mint()]}})

    answer = desk.post_form(
        f"/review/records/{record}/approval",
        {"revision": "1", "comment": f"总评{RARE}", "item-B01": f"单项{RARE}"},
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 423
    assert "0/1" in page
    assert "总评𠮷龘😀&lt;b&gt;" in page
    assert "单项𠮷龘😀&lt;b&gt;" in page
    assert state_of(record) == "submitted"


def test_a_return_without_a_word_is_refused_in_words(desk, file_record):
    record = file_record()

    answer = desk.post_form(f"/review/records/{record}/return", {"revision": "1", "comment": " "})

    assert answer.status_code == 422
    assert "退回要写明原因" in answer.get_data(as_text=True)


def test_a_decision_on_an_older_revision_is_refused(desk, file_record, county):
    record = file_record()
    desk.post_form(f"/review/records/{record}/return", {"revision": "1", "comment": "补"})
    file_record(record=record, revision=2)

    for revision in ("1", "", "abc", "9" * 40, "-2"):
        answer = desk.post_form(f"/review/records/{record}/approval", {"revision": revision})
        assert answer.status_code == 409, revision
    assert state_of(record) == "submitted"


def test_words_of_every_kind_come_back_on_the_page_as_they_were_written(desk, file_record, signed_in, county):
    record = file_record()
    desk.post_form(f"/review/records/{record}/return", {"revision": "1", "comment": RARE, "item-B01": f"一{RARE}"})

    page = shown(desk, f"/review/records/{record}")
    assert "𠮷龘😀&lt;b&gt;&amp;" in page
    returned = signed_in(county.zhang_san).api_get("/api/v1/pack").json["returned"]
    assert returned[0]["review"]["comment"] == RARE
    assert returned[0]["review"]["items"] == {"B01": f"一{RARE}"}


def test_a_nul_or_an_endless_comment_is_refused_and_decides_nothing(desk, file_record):
    record = file_record()

    assert desk.post_form(f"/review/records/{record}/return", {"revision": "1", "comment": "a\x00b"}).status_code == 400
    assert (
        desk.post_form(f"/review/records/{record}/return", {"revision": "1", "comment": "长" * 10_000}).status_code
        == 422
    )
    assert state_of(record) == "submitted"


def test_without_the_token_of_the_page_nothing_is_decided(desk, file_record):
    record = file_record()

    assert desk.post(f"/review/records/{record}/approval", data={"revision": "1"}).status_code == 400
    assert state_of(record) == "submitted"


def test_who_may_open_the_desk_and_who_may_decide(file_record, county, signed_in, client):
    record = file_record()
    seen = {}
    for name in ("qian", "zhou", "wu", "sun", "zhang_san", "zheng"):
        browser = signed_in(getattr(county, name))
        page = browser.get(f"/review/records/{record}")
        seen[name] = (browser.get("/review/").status_code, page.status_code, "/approval" in page.get_data(as_text=True))

    assert seen == {
        "qian": (200, 200, True), "zhou": (200, 200, True), "wu": (200, 200, False), "sun": (200, 404, False),
        "zhang_san": (403, 403, False), "zheng": (403, 403, False),
    }  # fmt: skip
    assert client.get("/review/").status_code == 302
    assert client.get("/review/").location.startswith("/sign-in?next=/review/")
    refused = signed_in(county.wu).post_form(f"/review/records/{record}/approval", {"revision": "1"})
    assert refused.status_code == 403


def test_a_lead_reads_the_own_record_and_cannot_decide_on_it(desk, file_record, county, signed_in):
    record = file_record(county.qian)

    page = shown(desk, f"/review/records/{record}")

    assert "/approval" not in page
    assert desk.post_form(f"/review/records/{record}/approval", {"revision": "1"}).status_code == 403
    assert signed_in(county.zhou).post_form(f"/review/records/{record}/approval", {"revision": "1"}).status_code == 302
    assert state_of(record) == "approved"


def test_a_draft_is_not_on_the_desk(desk, file_record, county, signed_in):
    record = file_record(state="draft")

    assert record not in shown(desk, "/review/", state="all")
    assert desk.get(f"/review/records/{record}").status_code == 404
    own = file_record(county.qian, state="draft")
    assert desk.get(f"/review/records/{own}").status_code == 404


def test_records_and_interviews_of_the_same_visit_stand_beside_each_other(desk, file_record, county, visit, signed_in):
    record, other = file_record(), file_record(county.li_si)
    signed_in(county.li_si).api_put(
        f"/api/v1/interviews/{ids.mint()}",
        interview_body(
            visit,
            opinion="态度很好𠮷",
            respondent={"kind": "party", "name": "李某某", "contact": "000-0000-0009", "salt": "0" * 32},
        ),
    )

    page = shown(desk, f"/review/records/{record}")

    assert f"/review/records/{other}" in page
    assert "态度很好𠮷" in page
    assert "李某某" not in page


def test_every_revision_stays_readable(desk, file_record):
    record = file_record(summary="第一版的话")
    desk.post_form(f"/review/records/{record}/return", {"revision": "1", "comment": "补"})
    file_record(record=record, revision=2, summary="第二版的话")

    newest, oldest = shown(desk, f"/review/records/{record}"), shown(desk, f"/review/records/{record}", revision=1)

    assert "第二版的话" in newest
    assert "第一版的话" in oldest
    assert "您在看旧的一版" in oldest
    assert "/approval" not in oldest


def test_the_message_names_the_record_on_the_next_records_page(desk, file_record, county):
    first, second = file_record(), file_record(county.li_si)
    number = db.session.get(Observation, first).number

    answer = desk.post_form(f"/review/records/{first}/return", {"revision": 1, "comment": "请补拍"})

    assert second in answer.location
    assert f"{number} 已退回" in desk.get(answer.location).get_data(as_text=True)
