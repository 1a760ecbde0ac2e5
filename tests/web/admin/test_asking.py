"""The desk asks before it does what is mostly not meant, or what somebody else has changed meanwhile."""

import re
from datetime import timedelta

import pytest
from desk_pages import form_at, forms_of, send
from factories import (
    filed_observation,
    make_certificate,
    make_checklist_version,
    make_group,
    make_organisation,
    make_visit,
    observation_body,
)
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import china, now
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.people import queries as people
from fieldapp.people import registers
from fieldapp.people.registers import ContactPointDraft
from fieldapp.visits import listing
from fieldapp.visits.models import Visit

TODAY = china(now()).date()


@pytest.fixture
def desk(county, signed_in):
    make_checklist_version(items=None)
    return signed_in(county.wu)


def values_of(county, **changes):
    values = {
        "starts_at": f"{TODAY + timedelta(days=9)}T09:30",
        "group_id": county.first_group.id,
        "agency_id": county.work_safety_agency.id,
        "domain": "work_safety",
        "mode": "on_site",
        "place": "示例路1号",
    }
    return values | changes


def words_of(answer):
    return answer.get_data(as_text=True)


def stored_visits():
    db.session.expire_all()
    return list(db.session.scalars(select(Visit)))


@pytest.mark.parametrize(
    ("changes", "question"),
    [
        ({"starts_at": f"{TODAY - timedelta(days=3)}T09:30"}, "日期已过"),
        ({"domain": "transport"}, "没有登记"),
    ],
)
def test_what_is_mostly_a_slip_is_asked_and_taken_when_confirmed(county, desk, changes, question):
    form = form_at(desk, "/admin/visits/new")

    asked = send(desk, form, **values_of(county, **changes))

    assert asked.status_code == 422
    assert question in words_of(asked)
    assert stored_visits() == []
    again = forms_of(words_of(asked), "/admin/visits/new")[0]
    assert again.value("place") == "示例路1号"
    assert send(desk, again).status_code == 302
    assert len(stored_visits()) == 1


def test_a_confirmation_counts_for_what_was_asked_only(county, desk):
    form = form_at(desk, "/admin/visits/new")
    asked = send(desk, form, **values_of(county, starts_at=f"{TODAY - timedelta(days=3)}T09:30"))

    again = forms_of(words_of(asked), "/admin/visits/new")[0]

    assert send(desk, again, starts_at=f"{TODAY - timedelta(days=300)}T09:30").status_code == 422
    assert stored_visits() == []


def test_the_same_visit_twice_is_asked(county, desk):
    for _ in range(2):
        answer = send(desk, form_at(desk, "/admin/visits/new"), **values_of(county))

    assert "已有一次活动" in words_of(answer)
    assert len(stored_visits()) == 1


@pytest.mark.parametrize("year", [1899, 2019, TODAY.year + 3, 9999])
def test_a_year_that_can_only_be_a_slip_is_refused_in_words(county, desk, year):
    answer = send(desk, form_at(desk, "/admin/visits/new"), **values_of(county, starts_at=f"{year}-05-06T09:30"))

    assert answer.status_code == 422
    assert re.search("年份(不对|应在)", words_of(answer))
    assert stored_visits() == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/admin/visits/new", ["group_id", "agency_id", "domain", "mode"]),
        ("/admin/groups/new", ["lead_id"]),
        ("/admin/people/new", ["organisation_id"]),
        ("/admin/certificates/new", ["organisation_id"]),
        ("/admin/organisations/new", ["kind"]),
        ("/admin/contact-points/new", ["kind", "locality_id"]),
    ],
)
def test_nothing_is_chosen_before_somebody_chooses(desk, path, names):
    form = form_at(desk, path)

    assert [form.value(name) for name in names] == [""] * len(names)
    assert words_of(send(desk, form)).count("请选择。") == len(names)


def edits(county):
    """Every form that changes a row: its page, a field of it, and what reads the field."""
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    point = registers.create_contact_point(county.wu, ContactPointDraft("甲村", "village", county.liuwan.id))
    body = make_organisation("乙局")
    return {
        "visit": (f"/admin/visits/{visit.id}/edit", "place", lambda: db.session.get(Visit, visit.id).place),
        "person": (f"/admin/people/{county.li_si.id}/edit", "name", lambda: people.find_user(county.li_si.id).name),
        "group": (f"/admin/groups/{county.first_group.id}/edit", "name",
                  lambda: people.find_group(county.first_group.id).name),
        "organisation": (f"/admin/organisations/{body.id}/edit", "name",
                         lambda: people.find_organisation(body.id).name),
        "point": (f"/admin/contact-points/{point.id}/edit", "name", lambda: people.find_contact_point(point.id).name),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["visit", "person", "group", "organisation", "point"])
def test_the_second_of_two_who_edit_is_told_and_sees_both(county, desk, kind):
    path, name, stored = edits(county)[kind]
    first, second = form_at(desk, path), form_at(desk, path)
    assert send(desk, first, **{name: "先改的"}).status_code == 302

    told = send(desk, second, **{name: "后改的"})

    assert told.status_code == 422
    page = words_of(told)
    assert "别人改过这里" in page
    assert "<td>先改的</td><td>后改的</td>" in page
    db.session.expire_all()
    assert stored() == "先改的"
    again = forms_of(page, path)[0]
    assert again.value(name) == "后改的"
    assert send(desk, again).status_code == 302
    db.session.expire_all()
    assert stored() == "后改的"


def test_an_edit_of_what_nobody_else_changed_is_simply_saved(county, desk):
    path, name, stored = edits(county)["group"]
    refused = send(desk, form_at(desk, path), name="")
    assert refused.status_code == 422

    again = forms_of(words_of(refused), path)[0]

    assert send(desk, again, name="新的组名").status_code == 302
    db.session.expire_all()
    assert stored() == "新的组名"


def test_revoking_a_certificate_asks_because_it_cannot_be_undone(county, desk):
    certificate = make_certificate(county.li_si)
    place = f"/admin/certificates/{certificate.id}"

    def form_of(page):
        return next(one for one in forms_of(words_of(page), place) if one.action.endswith("/state"))

    asked = send(desk, form_of(desk.get(place)), state="revoked", reason="调离")

    assert asked.status_code == 422
    assert "不能恢复" in words_of(asked)
    assert send(desk, form_of(asked)).status_code == 302
    db.session.expire_all()
    assert people.find_certificate(certificate.id).state == "revoked"


@pytest.mark.parametrize(("choice", "left"), [("cancel", 0), ("keep", 1)])
def test_ending_a_group_asks_why_and_what_becomes_of_its_visits(county, desk, choice, left):
    visit = make_visit(group=county.first_group, starts_at=now() + timedelta(days=2))
    place = f"/admin/groups/{county.first_group.id}/ending"
    page = words_of(desk.get(place))
    assert visit.agency_name in page
    assert "1 次" in page
    assert send(desk, form_at(desk, place), reason="", visits=choice).status_code == 422

    assert send(desk, form_at(desk, place), reason="专项结束", visits=choice).status_code == 302

    db.session.expire_all()
    group = people.find_group(county.first_group.id)
    assert (group.ended_at is not None, group.ended_reason) == (True, "专项结束")
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.event == "group.ended"))
    assert "reason_digest" in entry.details
    midnight = china(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    assert listing.arranged(county.wu, period="upcoming", today_at=midnight).total == left
    if left:
        assert "工作组已结束" in words_of(desk.get("/admin/visits"))
    else:
        assert "工作组已结束：专项结束" in words_of(desk.get("/admin/visits?period=cancelled"))


def test_an_ended_groups_visits_leave_the_phones_but_for_those_with_a_record(county, signed_in):
    version = make_checklist_version()
    recorded = make_visit(group=county.first_group, agency=county.work_safety_agency)
    other = make_visit(group=county.first_group, starts_at=now() + timedelta(days=1))
    elsewhere = make_visit(group=make_group(county.sun, [county.zhang_san]), starts_at=now() + timedelta(days=1))
    file_revision(county.zhang_san, filed_observation(ids.mint(), observation_body(recorded, version)))
    phone, admin = signed_in(county.zhang_san), signed_in(county.wu)
    before = {visit["id"] for visit in phone.api_get("/api/v1/pack").json["visits"]}

    admin.post_form(f"/admin/groups/{county.first_group.id}/ending", {"reason": "改组", "visits": "keep"})

    after = {visit["id"] for visit in phone.api_get("/api/v1/pack").json["visits"]}
    assert before == {recorded.id, other.id, elsewhere.id}
    assert after == {recorded.id, elsewhere.id}
