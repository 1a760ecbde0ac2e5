"""临时监督 by the API."""

import pytest
from factories import interview_body, make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.extensions import db
from fieldapp.visits import queries
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
