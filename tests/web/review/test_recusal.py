"""Who belongs to the rated agency sees nothing of it at the desk; an agency in words gets its place from the record."""

import pytest
from citizens import make_slip, rated
from factories import (
    filed_observation,
    interview_body,
    make_certificate,
    make_checklist_version,
    make_group,
    make_user,
    make_visit,
    observation_body,
)

from fieldapp import ids
from fieldapp.audit import projections
from fieldapp.clock import now
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.ratings.rules import Wish
from fieldapp.reviews import agreement_projection
from fieldapp.visits.ad_hoc import FiledVisit, file_visit

COMMENT, OPINION = "收费不给票据", "受访人的意见"


@pytest.fixture
def lead(county):
    """A lead of the agency's own 法制科 who sees the whole county."""
    return make_user("法制科长", role="lead", organisation=county.work_safety_agency, origin="legal_unit")


@pytest.fixture
def case(county, signed_in):
    """A visit to that agency with a record, an interview and a bad rating: their ids."""
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    version, record, interview = make_checklist_version(), ids.mint(), ids.mint()
    file_revision(county.zhang_san, filed_observation(record, observation_body(visit, version)))
    sent = signed_in(county.zhang_san).api_put(
        f"/api/v1/interviews/{interview}", json=interview_body(visit, opinion=OPINION)
    )
    assert sent.status_code == 200
    slip = make_slip(county.zhang_san, visit=visit)
    wish = Wish("1", {}, ("rude",), COMMENT, "王五", "000-0000-0021", may_call=True)
    rating = rated(slip, wish, seconds_ago=0)
    projections.catch_up(agreement_projection.PROJECTION)
    return {"visit": visit, "version": version, "record": record, "interview": interview, "rating": rating.id}


def addresses(case):
    return (
        f"/review/records/{case['record']}", f"/review/ratings/{case['rating']}",
        f"/api/v1/observations/{case['record']}", f"/api/v1/interviews/{case['interview']}",
    )  # fmt: skip


def test_a_lead_of_the_rated_agency_gets_none_of_its_rows_and_is_told_why(county, lead, case, signed_in):
    desk, other = signed_in(lead), signed_in(county.zhou)

    for address in addresses(case):
        assert (desk.get(address).status_code, other.get(address).status_code) == (404, 200), address
    for path in ("/review/?state=all", "/review/ratings", "/review/ratings/all", "/review/ratings/totals"):
        page = desk.get(path).get_data(as_text=True)
        assert "按回避规定" in page, path
        assert "云川市应急管理局）的记录" in page, path
        assert case["record"] not in page
        assert case["rating"] not in page
        assert COMMENT not in page
        assert "按回避规定" not in other.get(path).get_data(as_text=True)
    assert COMMENT not in desk.get("/review/ratings/export.csv").get_data(as_text=True)
    assert COMMENT in other.get("/review/ratings/export.csv").get_data(as_text=True)
    for step, form in (
        ("records/{record}/approval", {"revision": "1"}),
        ("records/{record}/return", {"revision": "1", "comment": "x"}),
        ("ratings/{rating}/steps", {"action": "call", "words": "x"}), ("ratings/{rating}/contact", {"reason": "x"}),
    ):  # fmt: skip
        assert desk.post_form(f"/review/{step.format(**case)}", form).status_code == 404, step
    refused = other.post_form(f"/review/ratings/{case['rating']}/steps", {"action": "triage", "owner": lead.id})
    assert refused.status_code == 422
    assert "法制科长" in refused.get_data(as_text=True)


def test_who_recorded_the_own_agency_reads_the_own_record_and_not_what_citizens_said(county, lead, case, signed_in):
    make_certificate(lead, kind="invited")
    group = make_group(county.zhou, [lead])
    case["visit"].group_id = group.id
    db.session.commit()
    own = ids.mint()
    file_revision(lead, filed_observation(own, observation_body(case["visit"], case["version"])))
    desk = signed_in(lead)

    page = desk.get(f"/review/records/{own}").get_data(as_text=True)

    assert "本单位" in page
    assert OPINION not in page
    assert case["rating"] not in page
    assert "张三" not in page
    assert signed_in(lead).api_get(f"/api/v1/observations/{own}").json["marks"] == [
        {"id": "own_agency", "label": "本单位"}
    ]


def test_the_mark_stands_in_the_list_and_on_the_record_and_a_refusal_says_what_to_do(county, case, signed_in):
    chen = make_group(county.qian, [county.chen, county.zhang_san], locality=county.liuwan)
    record = ids.mint()
    body = observation_body(make_visit(group=chen, agency=county.environment_agency), case["version"])
    file_revision(county.chen, filed_observation(record, body))
    desk = signed_in(county.qian)

    assert "无有效监督证" in desk.get("/review/").get_data(as_text=True)
    refused = desk.post_form(f"/review/records/{record}/approval", {"revision": "1", "comment": "写好的话"})

    assert refused.status_code == 423
    assert "请退回" in refused.get_data(as_text=True)
    assert "写好的话" in refused.get_data(as_text=True)
    assert desk.post_form(f"/review/records/{record}/return", {"revision": "1", "comment": "补证"}).status_code == 302


def test_an_agency_in_words_is_chosen_from_the_register_on_the_records_page(county, case, signed_in):
    visit = file_visit(county.zhang_san, FiledVisit(
        id=ids.mint(), mode="on_site", domain="work_safety", agency_id=None, agency_name="市环保局",
        group_id=county.first_group.id, locality_id=county.liuwan.id, place="示例路1号", matter="", source="routine",
        starts_at=now(), digest="0" * 64,
    ))  # fmt: skip
    record = ids.mint()
    file_revision(county.zhang_san, filed_observation(record, observation_body(visit, case["version"])))
    desk, address = signed_in(county.qian), f"/review/records/{record}"

    assert "对应行政执法机关" in desk.get(address).get_data(as_text=True)
    assert desk.post_form(f"{address}/agency", {"agency": ""}).status_code == 422
    assert desk.post_form(f"{address}/agency", {"agency": county.environment_agency.id}).status_code == 302

    page = desk.get(address).get_data(as_text=True)
    assert "云川市生态环境局" in page
    assert "名册里的行政执法机关" not in page
    assert desk.post_form(f"{address}/agency", {"agency": county.work_safety_agency.id}).status_code == 423
