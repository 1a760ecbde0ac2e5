"""评价码 on the phone: the stock in the pack and the binding."""

import pytest
from citizens import Citizen, make_slip
from factories import make_checklist_version, make_visit

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.rating_codes.models import RatingCode

BOUND_AT = "2026-11-24T09:12:04+08:00"


@pytest.fixture
def phone(county, signed_in):
    make_checklist_version()
    return signed_in(county.zhang_san)


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


def test_the_pack_carries_twenty_slips_with_their_pictures(app, county, phone):
    slips = phone.api_get("/api/v1/pack").json["slips"]

    assert len(slips) == 20
    assert set(slips[0]) == {"id", "code", "number", "url", "qr_svg", "expires_at"}
    assert slips[0]["url"].endswith("/r/" + slips[0]["code"])
    assert slips[0]["qr_svg"].startswith("<svg ")
    assert Citizen(app).open("/r/" + slips[0]["code"]).status_code == 200


def test_the_picture_reads_as_the_address(phone, tmp_path):
    """Decoded by another program than the one that made it: drawn big, and compared module by module."""
    import re

    import qrcode

    slip = phone.api_get("/api/v1/pack").json["slips"][0]
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(slip["url"])
    code.make(fit=True)
    wanted = code.get_matrix()

    drawn = [[False] * len(wanted) for _ in wanted]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", slip["qr_svg"]):
        for column in range(int(x), int(x) + int(length)):
            drawn[int(y)][column] = True
    assert drawn == wanted


def test_a_pack_that_has_not_changed_stays_unchanged(phone):
    first = phone.api_get("/api/v1/pack")
    again = phone.api_get("/api/v1/pack", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


def test_the_public_address_is_in_the_picture_when_it_is_set(app, phone):

    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"public_url": "https://jd.example.gov.cn"})

    assert phone.api_get("/api/v1/pack").json["slips"][0]["url"].startswith("https://jd.example.gov.cn/r/")


def test_who_goes_along_on_no_visits_gets_no_slips(county, signed_in):
    for user in (county.wu, county.zheng):
        assert signed_in(user).api_get("/api/v1/pack").json["slips"] == []


def test_a_binding_is_stored_once_however_often_it_comes(phone, visit):
    slip = phone.api_get("/api/v1/pack").json["slips"][0]

    answers = [
        phone.api_put(f"/api/v1/slips/{slip['id']}/binding", {"visit": visit.id, "bound_at": BOUND_AT}) for _ in "12"
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert (answers[0].json["slip"]["visit"], answers[0].json["slip"]["id"]) == (visit.id, slip["id"])
    assert slip["id"] not in {one["id"] for one in phone.api_get("/api/v1/pack").json["slips"]}


def test_a_slip_bound_to_another_visit_is_a_conflict_in_words(county, phone, visit):
    slip = make_slip(county.zhang_san, visit=visit)
    other = make_visit(group=county.first_group)

    answer = phone.api_put(f"/api/v1/slips/{slip.id}/binding", {"visit": other.id, "bound_at": BOUND_AT})

    assert answer.status_code == 409
    assert "已绑定" in answer.json["title"]
    assert db.session.get(RatingCode, slip.id).visit_id == visit.id


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/visit"),
        ({"visit": "x", "bound_at": BOUND_AT}, "/visit"),
        ({"visit": ids.mint(), "bound_at": BOUND_AT}, "/visit"),
        ({"visit": ids.mint(), "bound_at": "gestern"}, "/bound_at"),
        ({"visit": ids.mint(), "bound_at": 5}, "/bound_at"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(county, phone, body, pointer):
    slip = make_slip(county.zhang_san)

    answer = phone.api_put(f"/api/v1/slips/{slip.id}/binding", body)

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_a_strangers_slip_is_not_there(county, signed_in, visit):
    slip = make_slip(county.zhang_san)
    address, body = f"/api/v1/slips/{slip.id}/binding", {"visit": visit.id, "bound_at": BOUND_AT}

    assert signed_in(county.li_si).api_put(address, body).status_code == 404
    assert signed_in(county.zheng).api_put(address, body).status_code == 403
    assert signed_in(county.zhang_san).api_put(f"/api/v1/slips/{ids.mint()}/binding", body).status_code == 404


def test_a_stranger_binds_nothing(client, county, visit):
    slip = make_slip(county.zhang_san)

    answer = client.put(f"/api/v1/slips/{slip.id}/binding", json={"visit": visit.id, "bound_at": BOUND_AT})

    assert answer.status_code in (400, 401)
    assert db.session.get(RatingCode, slip.id).visit_id is None


def test_a_used_slip_leaves_the_stock(app, phone):
    slip = phone.api_get("/api/v1/pack").json["slips"][0]
    Citizen(app).rate(slip["code"])

    assert slip["id"] not in {one["id"] for one in phone.api_get("/api/v1/pack").json["slips"]}
