"""Signing in by the page."""

import re
from typing import Any

import pytest
from factories import PASSWORD

from fieldapp.extensions import db
from fieldapp.people.models import SignIn


def fill_in(client: Any, username: str, password: str = PASSWORD, *, path: str = "/sign-in", **more: str) -> Any:
    """Opens the page, fills it in, sends it off, and does not follow."""
    page = client.get(path).get_data(as_text=True)
    form = {
        "csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1],
        "next": re.search(r'name="next"[^>]*value="([^"]*)"', page)[1],
        "username": username,
        "password": password,
    }
    return client.post("/sign-in", data=form | more)


@pytest.mark.parametrize(
    ("who", "home"), [("zhang_san", "/field/"), ("qian", "/review/"), ("wu", "/admin/"), ("zheng", "/agency/")]
)
def test_everybody_is_led_to_where_they_begin(client: Any, county: Any, who: str, home: str) -> None:
    answer = fill_in(client, getattr(county, who).username)

    assert (answer.status_code, answer.location) == (302, home)
    assert client.get("/").location == home


def test_who_was_stopped_at_a_page_comes_back_to_it(client: Any, county: Any) -> None:
    stopped = client.get("/account/sign-ins")

    answer = fill_in(client, "qian", path=stopped.location)

    assert answer.location == "/account/sign-ins"


def test_nobody_is_led_to_another_site(client: Any, county: Any) -> None:
    answer = fill_in(client, "qian", next="https://elsewhere.example/")

    assert answer.location == "/review/"


def test_a_wrong_password_keeps_the_user_name_and_says_nothing_more(client: Any, county: Any) -> None:
    wrong = fill_in(client, "zhangsan", "not-the-password")
    unknown = fill_in(client, "nobody-here", "not-the-password")

    page = wrong.get_data(as_text=True)
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "账号或密码不正确" in page
    assert 'value="zhangsan"' in page
    assert "not-the-password" not in page
    assert client.get("/").location == "/sign-in"


def test_empty_fields_are_named_each(client: Any, county: Any) -> None:
    answer = fill_in(client, "", "")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请填写账号。" in page
    assert "请填写密码。" in page


def test_after_five_wrong_passwords_the_page_says_how_long_to_wait(client: Any, county: Any) -> None:
    for _ in range(5):
        fill_in(client, "zhangsan", "not-the-password")

    answer = fill_in(client, "zhangsan")

    assert answer.status_code == 429
    assert "分钟" in answer.get_data(as_text=True)


def test_a_disabled_person_is_told_so_and_stays_outside(client: Any, county: Any) -> None:
    answer = fill_in(client, county.feng.username)

    assert answer.status_code == 403
    assert "账号已停用" in answer.get_data(as_text=True)
    assert client.get("/").location == "/sign-in"


def test_a_form_without_its_token_signs_nobody_in(client: Any, county: Any) -> None:
    answer = client.post("/sign-in", data={"username": "zhangsan", "password": PASSWORD})

    assert answer.status_code == 400
    assert client.get("/").location == "/sign-in"


def test_who_is_signed_in_is_not_asked_again(signed_in: Any, county: Any) -> None:
    assert signed_in(county.qian).get("/sign-in").location == "/review/"


def test_the_page_forgets_the_session_of_whoever_sat_there_before(client: Any, county: Any) -> None:
    fill_in(client, "qian")
    first = client.get_cookie("fieldapp").value
    client.post_form("/account/sign-out")
    client._csrf_token = None

    fill_in(client, "zhangsan")

    assert client.get("/").location == "/field/"
    assert client.get_cookie("fieldapp").value != first


def test_signing_out_ends_the_sign_in_on_the_server_too(client: Any, county: Any) -> None:
    fill_in(client, "qian")
    stolen = client.get_cookie("fieldapp").value

    answer = client.post_form("/account/sign-out")

    assert answer.location == "/sign-in"
    client.set_cookie("fieldapp", stolen)
    assert client.get("/account/sign-ins").status_code == 302
    assert db.session.query(SignIn).filter(SignIn.ended_at.is_(None)).count() == 0


def test_signing_out_by_a_link_is_impossible(signed_in: Any, county: Any) -> None:
    assert signed_in(county.qian).get("/account/sign-out").status_code == 405
