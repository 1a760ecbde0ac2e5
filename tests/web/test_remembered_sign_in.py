"""Filing does not ask the database twice who is signed in, and still refuses whoever no longer is, at that moment."""

from datetime import timedelta
from typing import Any

import pytest
from factories import make_checklist_version, make_photo, make_visit, observation_body
from phone_uploads import Phone
from sqlalchemy import func, select, update

from fieldapp import clock, ids
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.store import storage
from fieldapp.extensions import db
from fieldapp.filing import devices
from fieldapp.observations.models import Observation
from fieldapp.people.models import SignIn, User
from fieldapp.web.sessions import MARK


@pytest.fixture
def visit(county: Any) -> Any:
    return make_visit(group=county.first_group)


@pytest.fixture
def version(county: Any) -> Any:
    return make_checklist_version()


@pytest.fixture
def phone(county: Any, signed_in: Any, visit: Any, version: Any) -> Any:
    """张三's phone, which has just filed a record: this process remembers the sign-in."""
    phone = signed_in(county.zhang_san)
    assert file(phone, visit, version).status_code == 200
    return phone


def file(phone: Any, visit: Any, version: Any) -> Any:
    return phone.api_put(f"/api/v1/observations/{ids.mint()}", observation_body(visit, version))


def change(statement: Any) -> None:
    """As another process does it, of which this one hears nothing."""
    with db.engine.begin() as connection:
        connection.execute(statement)


ENDINGS = {
    "signed out elsewhere": lambda: update(SignIn).values(ended_at=clock.now()),
    "idle for too long": lambda: update(SignIn).values(last_seen_at=clock.now() - timedelta(days=8)),
    "disabled": lambda: update(User).where(User.username == "zhangsan").values(disabled_at=clock.now()),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_sign_in_that_ended_a_moment_ago_files_nothing_more(
    phone: Any, visit: Any, version: Any, ending: str
) -> None:
    change(ENDINGS[ending]())

    answers = [file(phone, visit, version) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert "本机记录都在" in answers[0].json["title"]
    assert db.session.scalar(select(func.count()).select_from(Observation)) == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_nor_a_photo_whole_or_begun_or_known(phone: Any, ending: str) -> None:
    known, content = {"id": ids.mint(), "observation": ids.mint()}, make_photo()
    camera = Phone(phone)
    assert camera.post(content, **known).status_code == 201
    assert camera.post(content, **known).status_code == 200, "this process remembers the sign-in"
    change(ENDINGS[ending]())

    whole, begun, again = camera.post(content), camera.post(content, content[:100]), camera.post(content, **known)

    assert [answer.status_code for answer in (whole, begun, again)] == [401, 401, 401]
    assert "本机记录都在" in whole.json["title"]
    assert "receipt" not in again.json
    assert db.session.scalar(select(func.count()).select_from(Evidence)) == 1


def test_a_photo_of_a_revoked_phone_is_refused_before_it_is_read(county: Any, phone: Any) -> None:
    device = {"X-Device-Id": ids.mint()}
    camera, content = Phone(phone), make_photo()
    assert camera.post(content, headers=device).status_code == 201
    devices.report(county.zhang_san, device["X-Device-Id"], devices.Heartbeat(0, 0, None, 0, "", {}, []))
    devices.revoke(county.wu, device["X-Device-Id"])
    files = sorted(storage().root.rglob("*"))

    refused = camera.post(make_photo(text="two"), headers=device)

    assert refused.status_code == 403
    assert "停用" in refused.json["title"]
    assert sorted(storage().root.rglob("*")) == files


def test_who_no_longer_goes_along_on_visits_files_nothing_more(phone: Any, visit: Any, version: Any) -> None:
    change(update(User).where(User.username == "zhangsan").values(roles=["system"]))

    assert file(phone, visit, version).status_code == 401
    assert file(phone, visit, version).status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Observation)) == 1


def test_a_record_of_somebody_who_was_signed_out_is_not_shown_to_them(phone: Any, visit: Any, version: Any) -> None:
    body, address = observation_body(visit, version), f"/api/v1/observations/{ids.mint()}"
    assert phone.api_put(address, body).status_code == 200
    change(update(SignIn).values(ended_at=clock.now()))

    answer = phone.api_put(address, body | {"summary": "另一份"})  # a conflict, which would show what is stored

    assert answer.status_code == 401
    assert "stored" not in answer.json


def test_the_cookie_lives_as_long_as_the_sign_in_that_is_used(county: Any, signed_in: Any) -> None:
    browser = signed_in(county.zhang_san)
    assert not browser.api_get("/api/v1/me").headers.getlist("Set-Cookie")
    change(update(SignIn).values(last_seen_at=clock.now() - timedelta(minutes=10)))

    renewed = browser.api_get("/api/v1/me").headers.getlist("Set-Cookie")

    assert {header.partition("=")[0] for header in renewed} == {"fieldapp", MARK}
    assert all("Expires=" in header for header in renewed)
    assert not browser.api_get("/api/v1/me").headers.getlist("Set-Cookie")
