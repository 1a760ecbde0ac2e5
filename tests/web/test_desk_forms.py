"""The desks' forms: sent twice they are done once, and what was written outlives the sign-in."""

import re
import threading

import pytest
from desk_pages import form_at, forms_of, send
from factories import (
    PASSWORD,
    filed_observation,
    make_checklist_version,
    make_user,
    make_visit,
    observation_body,
)
from sqlalchemy import func, select

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.observations import queries as queries_of_records
from fieldapp.people import operations
from fieldapp.people.models import KeptForm
from fieldapp.reviews.models import Review
from fieldapp.visits.models import Visit

COMMENT = "B01：照片看不清，请补拍日期一栏。"
SHOWN = re.compile(r'class="one-time mono">([^<]+)<')


@pytest.fixture
def desk(county, signed_in):
    make_checklist_version(items=None)
    return signed_in(county.wu)


def number_of(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def visit_form(desk, county):
    form = form_at(desk, "/admin/visits/new")
    values = {
        "starts_at": "2026-12-20T09:30",
        "group_id": county.first_group.id,
        "agency_id": county.work_safety_agency.id,
        "domain": "work_safety",
        "mode": "on_site",
        "place": "柳湾镇示例路1号",
    }
    return form, values


def test_a_form_sent_twice_makes_one_visit_and_says_so(county, desk):
    form, values = visit_form(desk, county)

    first, second = send(desk, form, **values), send(desk, form, **values)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    assert number_of(Visit) == 1
    page = desk.get(second.location).get_data(as_text=True)
    assert "没有重复办理" in page
    assert "已安排" in page


def test_a_double_click_that_arrives_while_the_first_is_done_makes_one_visit(county, desk, app):
    form, values = visit_form(desk, county)
    cookie = desk.get_cookie("fieldapp").value
    answers = []

    def click():
        browser = app.test_client()
        browser.set_cookie("fieldapp", cookie)
        answers.append(send(browser, form, **values).status_code)

    clicks = [threading.Thread(target=click) for _ in range(3)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert answers == [302, 302, 302]
    assert number_of(Visit) == 1


def test_the_same_form_with_other_words_is_another_act(county, desk):
    form, values = visit_form(desk, county)

    send(desk, form, **values)
    send(desk, form, **values | {"place": "另一处", "starts_at": "2026-12-21T09:30"})

    assert number_of(Visit) == 2


def test_a_refused_form_may_be_sent_again_as_it_is(county, desk):
    form, values = visit_form(desk, county)
    refused = send(desk, form, **values | {"place": ""})
    assert refused.status_code == 422

    again = forms_of(refused.get_data(as_text=True), form.action)[0]

    assert send(desk, again, place="柳湾镇示例路1号").status_code == 302
    assert send(desk, form, **values | {"place": ""}).status_code == 422
    assert number_of(Visit) == 1


def test_a_reload_after_resetting_a_password_makes_no_second_one(county, desk, app):
    form = form_at(desk, f"/admin/people/{county.li_si.id}", action="/password")
    answer = send(desk, form)
    page = desk.get(answer.location).get_data(as_text=True)
    password = SHOWN.search(page)[1]

    reloaded = desk.get(answer.location)
    sent_again = send(desk, form)

    assert reloaded.status_code == 410
    assert "已经显示过一次" in reloaded.get_data(as_text=True)
    assert password not in reloaded.get_data(as_text=True)
    assert sent_again.location == answer.location
    assert app.test_client().sign_in("lisi", password).status_code == 200


def test_a_one_time_password_is_shown_to_nobody_but_who_made_it(county, desk, signed_in):
    other = signed_in(make_user("第二管理员", role="system security", organisation=county.bureau))
    answer = send(desk, form_at(desk, f"/admin/people/{county.li_si.id}", action="/password"))

    assert other.get(answer.location).status_code == 410
    assert SHOWN.search(desk.get(answer.location).get_data(as_text=True))


@pytest.fixture
def record(county):
    version, visit = make_checklist_version(), make_visit(group=county.first_group, agency=county.work_safety_agency)
    record_id = ids.mint()
    file_revision(county.zhang_san, filed_observation(record_id, observation_body(visit, version)))
    return queries_of_records.find(county.qian, record_id)


@pytest.fixture
def lead(county, signed_in):
    return signed_in(county.qian)


def end_sign_ins(user):
    operations.end_all_sign_ins(None, user.id)


def sign_in_at(client, address, username):
    form = forms_of(client.get(address).get_data(as_text=True), address)[0]
    return send(client, form, username=username, password=PASSWORD)


@pytest.mark.parametrize("is_cookie_lost", [False, True])
def test_a_comment_outlives_the_sign_in_and_is_sent_with_one_more_press(county, record, lead, is_cookie_lost):
    place = f"/review/records/{record.id}"
    form = form_at(lead, place, action="/return")
    if is_cookie_lost:
        lead.delete_cookie("fieldapp")
    end_sign_ins(county.qian)

    stopped = send(lead, form, comment=COMMENT)
    asked = lead.get(stopped.location).get_data(as_text=True)
    back = sign_in_at(lead, stopped.location, "qian")

    assert "登录已到期，您写的内容都在" in asked
    assert COMMENT not in asked
    assert number_of(Review) == 0
    assert back.location.startswith(place)
    page = lead.get(back.location).get_data(as_text=True)
    assert "还没有提交" in page
    again = next(one for one in forms_of(page, back.location) if "/return" in one.action)
    assert again.value("comment") == COMMENT
    assert send(lead, again).status_code == 302
    assert number_of(Review) == 1
    assert "还没有提交" not in lead.get(back.location).get_data(as_text=True)


def test_somebody_else_who_signs_in_does_not_get_the_text(county, record, lead):
    form = form_at(lead, f"/review/records/{record.id}", action="/return")
    end_sign_ins(county.qian)
    stopped = send(lead, form, comment=COMMENT)

    back = sign_in_at(lead, stopped.location, "zhou")

    page = lead.get(back.location).get_data(as_text=True)
    assert "属于另一个账号" in page
    kept = re.search(r"kept%3D([0-9a-f-]{36})", stopped.location)[1]
    page = lead.get(f"/review/records/{record.id}?kept={kept}").get_data(as_text=True)
    assert COMMENT not in page
    assert "没有可以取回的内容" in page


def test_an_administrators_form_comes_back_filled_in(county, desk):
    form, values = visit_form(desk, county)
    end_sign_ins(county.wu)

    stopped = send(desk, form, **values, matter="安全检查")
    back = sign_in_at(desk, stopped.location, "wu")
    again = form_at(desk, back.location)

    assert {name: again.value(name) for name in values} == values
    assert again.value("matter") == "安全检查"
    assert number_of(Visit) == 0
    assert send(desk, again).status_code == 302
    assert number_of(Visit) == 1


def test_a_form_whose_token_is_of_an_earlier_session_keeps_its_text(county, desk):
    form, values = visit_form(desk, county)

    stopped = send(desk, form, **values | {"csrf_token": "of-an-earlier-session"})

    assert stopped.status_code == 302
    assert number_of(Visit) == 0
    again = form_at(desk, stopped.location)
    assert again.value("place") == values["place"]


@pytest.mark.parametrize("key", ["", "made-up", '["x","y","https://elsewhere.example/"].abc'])
def test_a_form_that_is_none_of_ours_keeps_nothing_and_leads_nowhere(county, desk, key):
    form, values = visit_form(desk, county)

    answer = send(desk, form, **values | {"csrf_token": "forged", "form_key": key})

    assert answer.status_code == 400
    assert number_of(Visit) == 0


def test_passwords_and_files_are_never_kept(county, desk):
    form = form_at(desk, f"/admin/people/{county.li_si.id}", action="/disabling")
    end_sign_ins(county.wu)

    send(desk, form, reason="调离", password="tidy-Heron-41-lake", new="tidy-Heron-41-lake")

    kept = db.session.scalar(select(KeptForm.fields))
    assert "调离" in kept
    assert "tidy-Heron" not in kept
    assert "csrf" not in kept


def test_every_form_of_the_desks_carries_its_key(county, lead, record, signed_in):
    desk = signed_in(county.wu)
    pages = [
        "/admin/people", "/admin/people/new", "/admin/people/import", f"/admin/people/{county.li_si.id}",
        f"/admin/people/{county.li_si.id}/edit", "/admin/groups", "/admin/groups/new", "/admin/organisations",
        "/admin/organisations/new", "/admin/certificates/new", "/admin/contact-points/new", "/admin/visits/new",
        "/admin/checklists", "/admin/devices", "/admin/rescue", "/admin/audit", "/admin/rating-codes",
        "/admin/rating-codes/posters/new", "/admin/rating-codes/slips/new",
    ]  # fmt: skip
    found = 0
    for client, path in [*((desk, path) for path in pages), (lead, f"/review/records/{record.id}")]:
        for form in forms_of(client.get(path).get_data(as_text=True), path):
            assert form.value("form_key"), (path, form.action)
            assert form.value("csrf_token"), (path, form.action)
            found += 1
    assert found > 20
