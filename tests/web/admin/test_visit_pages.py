"""Planning visits, and the phones that hold what came of them."""

from datetime import date, timedelta

import pytest
from factories import make_checklist_version, make_visit
from sqlalchemy import select

from fieldapp import ids
from fieldapp.clock import as_if_at, now
from fieldapp.extensions import db
from fieldapp.filing import devices
from fieldapp.filing.devices import Heartbeat
from fieldapp.people.models import Certificate
from fieldapp.visits import queries

NEXT_YEAR = now().year + 1


@pytest.fixture
def desk(county, signed_in):
    make_checklist_version(items=None)
    for card in db.session.scalars(select(Certificate)):
        card.valid_until = date(NEXT_YEAR + 1, 1, 1)
    db.session.commit()
    return signed_in(county.wu)


def form_for(county, **changes):
    form = {
        "starts_at": f"{NEXT_YEAR}-05-06T09:30",
        "group_id": county.first_group.id,
        "agency_id": county.work_safety_agency.id,
        "domain": "work_safety",
        "mode": "on_site",
        "place": "柳湾镇示例路1号",
        "matter": "安全检查",
        "source": "routine",
        "locality_id": "",
    }
    return form | changes


def test_a_visit_is_planned_on_the_chinese_clock_and_reaches_the_phone(county, desk):
    assert desk.post_form("/admin/visits/new", form_for(county)).status_code == 302

    visit = queries.going_along(county.zhang_san, since=now())[0]

    assert visit.starts_at.isoformat() == f"{NEXT_YEAR}-05-06T01:30:00+00:00"
    assert f"{NEXT_YEAR}-05-06 09:30" in desk.get("/admin/visits").get_data(as_text=True)


def test_a_planned_visit_is_changed_and_cancelled_with_a_reason(county, desk):
    desk.post_form("/admin/visits/new", form_for(county))
    visit = queries.going_along(county.zhang_san, since=now())[0]
    place = f"/admin/visits/{visit.id}"

    assert f'value="{NEXT_YEAR}-05-06T09:30"' in desk.get(f"{place}/edit").get_data(as_text=True)
    assert desk.post_form(f"{place}/edit", form_for(county, place="另一处")).status_code == 302
    assert desk.post_form(f"{place}/cancel", {"reason": ""}).status_code == 422
    assert desk.post_form(f"{place}/cancel", {"reason": "台风"}).status_code == 302

    assert "台风" in desk.get("/admin/visits?period=cancelled").get_data(as_text=True)
    assert desk.post_form(f"{place}/edit", form_for(county)).status_code == 423


@pytest.mark.parametrize("wrong", [{"starts_at": "tomorrow"}, {"place": ""}, {"agency_id": "x"}, {"mode": "telepathy"}])
def test_a_plan_with_something_wrong_is_shown_again(county, desk, wrong):
    assert desk.post_form("/admin/visits/new", form_for(county, **wrong)).status_code == 422


def test_an_ad_hoc_visit_is_listed_and_not_changed_here(county, desk):
    visit = make_visit(group=county.first_group, is_ad_hoc=True)

    assert "临时" in desk.get("/admin/visits?period=all").get_data(as_text=True)
    assert desk.post_form(f"/admin/visits/{visit.id}/edit", form_for(county)).status_code == 423


def test_the_list_says_whose_phone_has_held_something_for_more_than_a_day(county, desk, signed_in):
    phone = ids.mint()
    with as_if_at(now() - timedelta(hours=30)):
        held = Heartbeat(2, 3, now(), 7, "1.0", {}, [])
        devices.report(county.zhang_san, phone, held)

    page = desk.get("/admin/devices").get_data(as_text=True)

    assert "未上传 2 条记录、3 个文件" in page
    assert "超过 24 小时未上传" in page


def test_a_lost_phone_is_shut_out(county, desk):
    phone = ids.mint()
    devices.report(county.zhang_san, phone, Heartbeat(0, 0, None, 0, "1.0", {}, []))

    assert desk.post_form(f"/admin/devices/{phone}/revocation").status_code == 302

    assert devices.is_revoked(phone)
    assert "已停用" in desk.get("/admin/devices").get_data(as_text=True)
