"""A session cookie is checked once in each process, and no other cookie gets in because of it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from fieldapp import clock

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def cookie_of(browser: Any) -> str:
    return str(browser.get_cookie("fieldapp").value)


def name_of(app: Any, cookie: str) -> str | None:
    """Who the server takes the bearer of a cookie for."""
    browser = app.test_client()
    browser.set_cookie("fieldapp", cookie)
    answer = browser.get("/api/v1/me")
    return answer.json["user"]["name"] if answer.status_code == 200 else None


@ONE_ENGINE
def test_each_cookie_is_its_bearers_however_often_it_comes(app: Any, county: Any, signed_in: Any) -> None:
    zhang, li = cookie_of(signed_in(county.zhang_san)), cookie_of(signed_in(county.li_si))

    names = [name_of(app, cookie) for cookie in (zhang, li, zhang, li)]

    assert names == ["张三", "李四", "张三", "李四"]


@ONE_ENGINE
def test_a_cookie_changed_by_one_letter_is_nobodys(app: Any, county: Any, signed_in: Any) -> None:
    cookie = cookie_of(signed_in(county.zhang_san))
    assert name_of(app, cookie) == "张三"

    body, stamp, signature = cookie.split(".")[-3:]
    for changed in (f"{body[:-1]}A.{stamp}.{signature}", f"{body}.{stamp}.{signature[::-1]}", f"{body}..{signature}"):
        assert name_of(app, changed) is None


@ONE_ENGINE
def test_a_known_cookie_ends_with_its_age(app: Any, county: Any, signed_in: Any) -> None:
    cookie = cookie_of(signed_in(county.zhang_san))
    assert name_of(app, cookie) == "张三"
    session = app.session_interface
    request = app.test_request_context(headers={"Cookie": f"fieldapp={cookie}"}).request
    assert dict(session.open_session(app, request))

    with time_machine.travel(clock.now() + app.permanent_session_lifetime + timedelta(seconds=2)):
        assert not dict(session.open_session(app, request))


@ONE_ENGINE
def test_what_one_request_does_to_its_session_the_next_does_not_see(app: Any, county: Any, signed_in: Any) -> None:
    cookie = cookie_of(signed_in(county.zhang_san))
    request = app.test_request_context(headers={"Cookie": f"fieldapp={cookie}"}).request
    first = app.session_interface.open_session(app, request)
    first.clear()

    assert dict(app.session_interface.open_session(app, request))
