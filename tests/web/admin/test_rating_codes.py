"""群众码 at the administrators' desk: issued, found, printed, revoked."""

import re

import pytest
from citizens import Citizen, make_poster, make_slip
from factories import make_visit

from fieldapp.extensions import db
from fieldapp.people import registers
from fieldapp.people.registers import ContactPointDraft
from fieldapp.rating_codes import operations as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings import inbox


@pytest.fixture
def admin(signed_in, county):
    return signed_in(county.wu)


@pytest.fixture
def contact_point(county):
    return registers.create_contact_point(county.wu, ContactPointDraft("柳湾镇东湾村", "village", county.liuwan.id))


def page_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def newest_code() -> RatingCode:
    db.session.rollback()
    return db.session.query(RatingCode).order_by(RatingCode.issued_at.desc(), RatingCode.number.desc()).first()


@pytest.mark.parametrize("path", ["", "/posters/new", "/slips/new", "/slips/sheets?first=A&last=Z"])
def test_only_administrators_issue_codes(county, signed_in, path):
    for user, status in ((county.wu, 200), (county.qian, 403), (county.zhang_san, 403), (county.zheng, 403)):
        assert signed_in(user).get(f"/admin/rating-codes{path}").status_code == status, user.name


@pytest.mark.parametrize("kind", ["agency", "locality", "point"])
def test_a_poster_is_issued_for_each_kind_of_place_and_can_be_rated(app, county, admin, contact_point, kind):
    target = {"agency": county.work_safety_agency, "locality": county.liuwan, "point": contact_point}[kind]

    made = admin.post_form(
        "/admin/rating-codes/posters/new", {"target": f"{kind}:{target.id}", "place": "一楼大厅", "expires_on": ""}
    )

    assert made.status_code == 302
    code = newest_code()
    poster = page_of(admin, f"/admin/rating-codes/{code.id}/poster")
    assert target.name in poster
    assert "一楼大厅" in poster
    assert code.number in poster
    assert Citizen(app).rate(code.code).status_code == 303
    assert "1 份" in page_of(admin, f"/admin/rating-codes/{code.id}")


@pytest.mark.parametrize("target", ["", "agency:nobody", "nonsense"])
def test_a_poster_for_nobody_is_not_issued(admin, target):
    answer = admin.post_form("/admin/rating-codes/posters/new", {"target": target})

    assert answer.status_code == 422
    assert newest_code() is None


def test_each_contact_point_gets_one_poster_however_often_one_asks(county, admin, contact_point):
    for _ in range(2):
        assert admin.post_form("/admin/rating-codes/posters/contact-points").status_code == 302

    assert [code.contact_point_id for code in db.session.query(RatingCode)] == [contact_point.id]

    codes.revoke(county.wu, newest_code().id, "海报破损")
    admin.post_form("/admin/rating-codes/posters/contact-points")
    assert db.session.query(RatingCode).count() == 2


def test_sheets_hold_a_slip_for_everybody_of_a_group_eight_on_a_page(county, admin):
    form = {"holder": f"group:{county.first_group.id}", "count": "4"}

    made = admin.post_form("/admin/rating-codes/slips/new", form)
    html = page_of(admin, made.headers["Location"])

    numbers = re.findall(r'paper-slip__number mono">(PJ-\d{4}-\d{6})<', html)
    assert len(numbers) == len(set(numbers)) == 12  # the lead and two members
    assert html.count('class="slip-sheet"') == 2
    for holder in (county.qian, county.zhang_san, county.li_si):
        assert html.count(f"· {holder.name}") == 4


def test_paper_slips_never_reach_the_stock_of_a_phone(county, admin):
    admin.post_form("/admin/rating-codes/slips/new", {"holder": f"user:{county.zhang_san.id}", "count": "3"})
    paper = {code.number for code in db.session.query(RatingCode)}

    stock = {slip.number for slip in codes.stock_of(county.zhang_san)}

    assert len(paper) == 3
    assert not stock & paper


@pytest.mark.parametrize("count", ["0", "-1", "101", "", "viele", "1e3"])
def test_a_count_that_is_none_is_refused_at_its_field(county, admin, count):
    answer = admin.post_form("/admin/rating-codes/slips/new", {"holder": f"user:{county.zhang_san.id}", "count": count})

    assert answer.status_code == 422
    assert newest_code() is None


def test_used_and_revoked_slips_are_not_printed_again(app, county, admin):
    admin.post_form("/admin/rating-codes/slips/new", {"holder": f"user:{county.zhang_san.id}", "count": "3"})
    used, revoked, left = db.session.query(RatingCode).order_by(RatingCode.number)
    Citizen(app).rate(used.code)
    codes.revoke(county.wu, revoked.id, "遗失")

    html = page_of(admin, f"/admin/rating-codes/slips/sheets?first={used.number}&last={left.number}")

    assert re.findall(r'paper-slip__number mono">(PJ-[\d-]+)<', html) == [left.number]


def test_a_code_is_found_by_number_place_target_state_or_as_it_is_read_out(county, admin, contact_point):
    poster = codes.issue_poster(county.wu, contact_point_id=contact_point.id, place="村口公告栏")
    other = make_poster(county.wu, agency_id=county.environment_agency.id)
    slip = make_slip(county.zhang_san, visit=make_visit(group=county.first_group))
    codes.revoke(county.wu, other.id, "撤下")
    spelled = poster.code.lower().replace("0", "o")

    for query, found in (
        (f"q={poster.number}", {poster}),
        ("q=公告栏", {poster}),
        (f"q={spelled}", {poster}),
        (f"point={contact_point.id}", {poster}),
        (f"agency={county.environment_agency.id}", {other}),
        ("state=revoked", {other}),
        ("kind=slip", {slip}),
        ("kind=slip&state=bound", {slip}),
        ("kind=all", {poster, other, slip}),
        ("q=%25", set()),
    ):
        html = page_of(admin, f"/admin/rating-codes?{query}")
        assert {code.number for code in (poster, other, slip) if code.id in html} == {one.number for one in found}, (
            query
        )


def test_revoking_needs_a_reason_ends_the_code_and_keeps_its_ratings(app, county, admin):
    poster = make_poster(county.wu, agency_id=county.work_safety_agency.id)
    Citizen(app).rate(poster.code)
    path = f"/admin/rating-codes/{poster.id}"

    without = admin.post_form(f"{path}/revocation", {"reason": ""})
    assert without.status_code == 422
    assert Citizen(app).open(f"/r/{poster.code}").status_code == 200
    revoked = admin.post_form(f"{path}/revocation", {"reason": "海报被换"})

    assert revoked.status_code == 302
    html = page_of(admin, path)
    assert "海报被换" in html
    assert "1 份" in html
    assert Citizen(app).open(f"/r/{poster.code}").status_code == 410
    assert inbox.ratings_with(poster.id) == 1


def test_a_code_that_does_not_exist_is_said_so(admin):
    assert admin.get("/admin/rating-codes/nobody").status_code == 404
    assert admin.get("/admin/rating-codes/nobody/poster").status_code == 404
