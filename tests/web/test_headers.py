"""What every answer carries so that a browser guards its user; and sessions that end when they are ended."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import make_app
from factories import PASSWORD
from flask import Flask

from fieldapp import clock
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import accounts, operations, queries
from fieldapp.people.models import SignIn, User

PLACES = ("/sign-in", "/field/", "/verify/", "/healthz", "/api/v1/me", "/static/css/base.css", "/nowhere", "/api/v1/x")

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def policy_of(answer: Any) -> dict[str, list[str]]:
    """The Content-Security-Policy by directive."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for part in parts if (words := part.split())}


@pytest.fixture
def deployed(app: Flask, tmp_path: Path) -> Flask:
    """The application on the same rows, as in production."""
    return make_app(
        tmp_path, app.config["SQLALCHEMY_DATABASE_URI"], FIELDAPP_ENV="production",
        FIELDAPP_SECRET_KEY="in-production-0123456789-abcdefghij",
    )  # fmt: skip


@only_sqlite
@pytest.mark.parametrize("path", PLACES)
def test_no_page_may_run_a_script_of_its_own_or_be_framed(client, path: str):
    policy = policy_of(client.get(path))

    assert policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["object-src"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    for directive, sources in policy.items():
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set(sources), directive
        assert directive in ("img-src", "media-src") or not {"data:", "blob:"} & set(sources), directive


@only_sqlite
@pytest.mark.parametrize("path", PLACES)
def test_every_answer_is_guarded_against_sniffing_and_leaking_where_one_came_from(client, path: str):
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


@only_sqlite
def test_answers_with_words_of_persons_are_kept_by_nobody(county, signed_in):
    browser = signed_in(county.qian)

    for path in ("/review/", "/account/sign-ins", "/api/v1/me"):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path
    pack = signed_in(county.zhang_san).get("/api/v1/pack")
    assert "public" not in pack.headers["Cache-Control"]


@only_sqlite
def test_production_speaks_https_only_and_its_cookie_is_bound_to_the_host(county, deployed: Flask):
    browser = deployed.test_client()

    answer = browser.post(
        "/api/v1/login", json={"username": "zhangsan", "password": PASSWORD}, base_url="https://localhost"
    )

    assert answer.status_code == 200
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-fieldapp="))
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    seconds = int(answer.headers["Strict-Transport-Security"].partition("max-age=")[2].partition(";")[0])
    assert seconds >= 365 * 24 * 3600


@only_sqlite
def test_outside_production_nothing_is_pinned_to_https(client):
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers


@pytest.mark.parametrize("how", ["sign-out elsewhere", "disabled", "password reset", "idle"])
def test_a_session_ends_at_once_when_it_is_ended(county, signed_in, how: str):
    browser = signed_in(county.zhang_san)
    assert browser.get("/api/v1/me").status_code == 200

    if how == "sign-out elsewhere":
        row = queries.sign_ins_of(county.zhang_san)[0]
        operations.end_sign_in(county.wu, row.id)
    elif how == "disabled":
        accounts.disable_user(county.wu, county.zhang_san.id, reason="调离")
    elif how == "password reset":
        accounts.reset_password(county.wu, county.zhang_san.id)
    else:
        _let_it_idle(county.zhang_san)

    assert browser.get("/api/v1/me").status_code == 401


@only_sqlite
def test_a_cookie_of_before_is_worth_nothing_after_signing_out(app: Flask, county, signed_in):
    browser = signed_in(county.zhang_san)
    stolen = browser.get_cookie("fieldapp").value

    assert browser.api_post("/api/v1/logout").status_code == 200
    thief = app.test_client()
    thief.set_cookie("fieldapp", stolen)

    assert thief.get("/api/v1/me").status_code == 401


@only_sqlite
def test_signing_in_gives_a_new_session_and_takes_no_given_one(app: Flask, county, client):
    client.get("/sign-in")
    planted = client.get_cookie("fieldapp").value

    client.sign_in("zhangsan")

    assert client.get_cookie("fieldapp").value != planted
    other = app.test_client()
    other.set_cookie("fieldapp", planted)
    assert other.get("/api/v1/me").status_code == 401


@only_sqlite
def test_an_unsafe_call_without_the_token_of_its_session_changes_nothing(county, signed_in):
    browser = signed_in(county.wu)

    answers = [
        browser.post(f"/admin/people/{county.zhang_san.id}/password"),
        browser.post("/account/sign-out", data={"csrf_token": "of-somebody-else"}),
        browser.put("/api/v1/devices/0191aaaa-0000-7000-8000-000000000001", json={}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert db.session.get(User, county.zhang_san.id).must_change_password is False
    assert browser.get("/api/v1/me").status_code == 200


def _let_it_idle(user: User) -> None:
    with unit_of_work() as session:
        for row in session.query(SignIn).filter_by(user_id=user.id):
            row.last_seen_at = clock.now() - timedelta(days=8)
