"""临时监督 by the API."""

import pytest
from factories import interview_body, make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.audit.models import AuditEntry
from fieldapp.extensions import db
from fieldapp.visits import planning, queries
from fieldapp.visits.models import Visit


def body(**changes):
    return {
        "mode": "on_site",
        "domain": "work_safety",
        "agency": {"name": "云川市某执法队"},
        "place": "柳湾镇集市",
        "matter": "占道",
        "starts_at": "2026-11-24T09:00:00+08:00",
    } | changes


@pytest.fixture
def phone(county, signed_in):
    make_checklist_version()
    return signed_in(county.zhang_san)


@pytest.fixture
def url():
    return f"/api/v1/visits/{ids.mint()}"


def entries():
    return db.session.query(AuditEntry).filter_by(event="visit.filed").count()


def test_a_visit_made_at_the_scene_is_in_the_next_pack_and_can_be_recorded(phone, url):
    made = phone.api_put(url, body())

    assert made.status_code == 200, made.json
    pack = phone.api_get("/api/v1/pack").json
    assert [visit["id"] for visit in pack["visits"]] == [url.rsplit("/", 1)[1]]
    assert pack["visits"][0]["is_ad_hoc"] is True
    visit = db.session.query(Visit).one()
    version = type("Version", (), {"id": "test-2026-1", "content": _content()})
    filed = phone.api_put(f"/api/v1/observations/{ids.mint()}", observation_body(visit, version))
    assert filed.status_code == 200, filed.json


def _content():
    from fieldapp.checklists.models import ChecklistVersion

    return db.session.get(ChecklistVersion, "test-2026-1").content


def test_the_same_visit_sent_again_changes_nothing(phone, url):
    first, again = phone.api_put(url, body()), phone.api_put(url, body())

    assert first.json == again.json
    assert db.session.query(Visit).one().revision == 1
    assert entries() == 1


def test_a_changed_visit_counts_its_changes(phone, url):
    phone.api_put(url, body())
    assert phone.api_put(url, body(place="石桥镇集市")).json["visit"]["place"] == "石桥镇集市"

    assert db.session.query(Visit).one().revision == 2
    assert entries() == 2


def test_a_planned_visit_is_not_changed_by_a_phone(phone, county):
    planned = make_visit(group=county.first_group)
    own = make_visit(created_by=county.zhang_san)

    assert phone.api_put(f"/api/v1/visits/{planned.id}", body()).status_code == 404
    assert phone.api_put(f"/api/v1/visits/{own.id}", body()).status_code == 423
    assert db.session.get(Visit, planned.id, populate_existing=True).place == planned.place


def test_somebody_elses_visit_is_not_changed_nor_shown(phone, url, county, signed_in):
    phone.api_put(url, body())
    other = signed_in(county.li_si)

    assert other.api_put(url, body(place="别处")).status_code == 404
    assert other.api_get("/api/v1/pack").json["visits"] == []


def test_a_visit_for_the_group_reaches_its_other_members(phone, url, county, signed_in):
    answer = phone.api_put(url, body(group=county.first_group.id, locality={"id": county.liuwan.id}))

    assert answer.status_code == 200, answer.json
    assert [visit["id"] for visit in signed_in(county.li_si).api_get("/api/v1/pack").json["visits"]] == [
        url.rsplit("/", 1)[1]
    ]
    assert signed_in(county.wang_wu).api_get("/api/v1/pack").json["visits"] == []


def test_an_agency_of_the_register_goes_by_its_registered_name(phone, url, county):
    answer = phone.api_put(url, body(agency={"id": county.work_safety_agency.id, "name": "应急局"}))

    assert answer.json["visit"]["agency"] == {"id": county.work_safety_agency.id, "name": "云川市应急管理局"}
    assert phone.api_put(f"/api/v1/visits/{ids.mint()}", body(agency=county.work_safety_agency.id)).status_code == 200
    wrong = phone.api_put(f"/api/v1/visits/{ids.mint()}", body(agency={"id": county.bureau.id}))
    assert [one["pointer"] for one in wrong.json["errors"]] == ["/agency/id"]


def test_a_group_that_one_is_not_in_cannot_be_named(phone, url, county):
    answer = phone.api_put(url, body(group=county.second_group.id))

    assert [one["pointer"] for one in answer.json["errors"]] == ["/group"]


def test_to_see_a_visit_is_not_to_go_along_and_only_who_does_may_file_of_it(phone, url, county, signed_in):
    phone.api_put(url, body(group=county.first_group.id, locality=county.liuwan.id))
    visit_id = url.rsplit("/", 1)[1]

    visit = queries.find(county.zhou, visit_id)
    answers = {
        name: signed_in(getattr(county, name)).api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(visit))
        for name in ("li_si", "qian", "zhou", "sun")
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "li_si": 200, "qian": 200, "zhou": 422, "sun": 422,
    }  # fmt: skip
    assert answers["sun"].json["errors"][0]["pointer"] == "/visit"


def cancelled(**changes):
    return body(cancelled=True, cancelled_reason="点错了", **changes)


def visits_of(client):
    return [(visit["id"], visit["cancelled"]) for visit in client.api_get("/api/v1/pack").json["visits"]]


def test_a_visit_opened_by_mistake_is_cancelled_and_leaves_everybodys_pack(phone, url, county, signed_in):
    of_group, other = {"group": county.first_group.id}, signed_in(county.li_si)
    phone.api_put(url, body(**of_group))
    visit_id = url.rsplit("/", 1)[1]
    assert visits_of(other) == [(visit_id, False)]

    first, again = phone.api_put(url, cancelled(**of_group)), phone.api_put(url, cancelled(**of_group))

    assert first.status_code == 200, first.json
    assert first.json == again.json
    assert (first.json["visit"]["cancelled"], first.json["visit"]["cancelled_reason"]) == (True, "点错了")
    assert visits_of(phone) == visits_of(other) == []
    assert [one.event for one in audit.of_subject(visit_id)] == ["visit.filed", "visit.cancelled"]


def test_what_an_older_phone_sends_says_nothing_of_cancelling(phone, url):
    phone.api_put(url, body())
    phone.api_put(url, cancelled())

    for sent in (body(), body(cancelled=None), body(cancelled=False)):
        assert phone.api_put(url, sent).json["visit"]["cancelled"] is True
    assert phone.api_put(url, body(place="石桥镇集市")).json["visit"]["place"] == "石桥镇集市"


def test_a_visit_of_which_something_was_submitted_is_not_cancelled(phone, url, county, signed_in):
    phone.api_put(url, body(group=county.first_group.id))
    visit = queries.find(county.zhang_san, url.rsplit("/", 1)[1])
    signed_in(county.li_si).api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(visit))

    answer = phone.api_put(url, cancelled(group=county.first_group.id))

    assert (answer.status_code, answer.json["title"]) == (423, "这次临时监督已提交访谈，不能取消。它照旧保留。")
    assert visits_of(phone) == [(visit.id, False)]


def test_a_visit_at_which_a_slip_was_shown_is_not_cancelled(phone, url):
    phone.api_put(url, body())
    slip = phone.api_get("/api/v1/pack").json["slips"][0]["id"]
    bound = {"visit": url.rsplit("/", 1)[1], "bound_at": "2026-11-24T09:10:00+08:00"}
    assert phone.api_put(f"/api/v1/slips/{slip}/binding", bound).status_code == 200

    answer = phone.api_put(url, cancelled())

    assert (answer.status_code, answer.json["title"]) == (423, "这次临时监督已出示评价码，不能取消。它照旧保留。")


def test_only_its_maker_cancels_a_visit_and_a_planned_one_is_the_desks(phone, url, county, signed_in):
    phone.api_put(url, body(group=county.first_group.id))
    planned = make_visit(created_by=county.zhang_san)

    assert signed_in(county.li_si).api_put(url, cancelled(group=county.first_group.id)).status_code == 404
    assert phone.api_put(f"/api/v1/visits/{planned.id}", cancelled()).status_code == 423
    assert dict(visits_of(phone)) == {url.rsplit("/", 1)[1]: False, planned.id: False}


def test_a_colleagues_draft_keeps_a_cancelled_visit_in_sight_until_it_is_discarded(phone, url, county, signed_in):
    phone.api_put(url, body(group=county.first_group.id))
    visit = queries.find(county.zhang_san, url.rsplit("/", 1)[1])
    other, draft = signed_in(county.li_si), f"/api/v1/interviews/{ids.mint()}"
    other.api_put(draft, interview_body(visit, state="draft"))

    assert phone.api_put(url, cancelled(group=county.first_group.id)).status_code == 200

    assert visits_of(other) == [(visit.id, True)]
    assert other.api_put(draft, interview_body(visit, state="draft", revision=2)).status_code == 200
    assert visits_of(phone) == [], "a draft that goes on being backed up reopens nothing"
    assert other.api_put(draft, interview_body(visit, state="discarded", revision=3)).status_code == 200
    assert visits_of(other) == []


def test_whoever_submits_a_record_of_a_cancelled_visit_reopens_it(phone, url, county, signed_in):
    phone.api_put(url, body(group=county.first_group.id))
    visit = queries.find(county.zhang_san, url.rsplit("/", 1)[1])
    phone.api_put(url, cancelled(group=county.first_group.id))

    filed = signed_in(county.li_si).api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(visit))

    assert filed.status_code == 200, filed.json
    assert visits_of(phone) == [(visit.id, False)]
    stored = db.session.get(Visit, visit.id, populate_existing=True)
    assert (stored.cancelled_at, stored.cancelled_reason) == (None, "点错了")
    assert "曾取消" in signed_in(county.wu).get("/admin/visits?period=all").text


def test_a_slip_that_was_shown_at_a_cancelled_visit_reopens_it(phone, url):
    phone.api_put(url, body())
    slip = phone.api_get("/api/v1/pack").json["slips"][0]["id"]
    phone.api_put(url, cancelled())

    bound = {"visit": url.rsplit("/", 1)[1], "bound_at": "2026-11-24T09:10:00+08:00"}
    assert phone.api_put(f"/api/v1/slips/{slip}/binding", bound).status_code == 200

    assert visits_of(phone) == [(url.rsplit("/", 1)[1], False)]


def test_a_record_of_a_planned_visit_that_was_cancelled_does_not_reopen_it(phone, county):
    planned = make_visit(group=county.first_group)
    planning.cancel_visit(county.wu, planned.id, reason="改期")

    assert phone.api_put(f"/api/v1/interviews/{ids.mint()}", interview_body(planned)).status_code == 200

    assert visits_of(phone) == [(planned.id, True)]


def test_a_visit_that_was_taken_back_before_the_server_heard_of_it_is_cancelled_from_the_first(phone, url):
    assert phone.api_put(url, cancelled()).json["visit"]["cancelled"] is True
    assert visits_of(phone) == []
