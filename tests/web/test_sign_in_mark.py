"""The mark that says to a page's scripts that this browser has a sign-in: no secret, and gone with the sign-in."""

from collections.abc import Callable
from typing import Any

from personas import County

from fieldapp.web.sessions import MARK


def test_signing_in_leaves_a_mark_that_scripts_can_read_and_that_tells_nothing(county: County, client: Any) -> None:
    answer = client.sign_in("zhangsan")

    [mark] = [header for header in answer.headers.getlist("Set-Cookie") if header.startswith(f"{MARK}=")]
    assert mark.startswith(f"{MARK}=1;")
    assert "HttpOnly" not in mark
    assert "SameSite=Lax" in mark
    assert "HttpOnly" in next(
        header for header in answer.headers.getlist("Set-Cookie") if header.startswith("fieldapp=")
    )


def test_the_mark_alone_lets_nobody_in(county: County, client: Any) -> None:
    client.set_cookie(MARK, "1")

    assert client.api_get("/api/v1/me").status_code == 401


def test_a_wrong_password_leaves_no_mark(county: County, client: Any) -> None:
    client.sign_in("zhangsan", "Wrong-2026-password!")

    assert client.get_cookie(MARK) is None


def test_the_mark_goes_with_the_sign_in(county: County, signed_in: Callable[[Any], Any]) -> None:
    browser = signed_in(county.zhang_san)
    assert browser.get_cookie(MARK).value == "1"

    assert browser.api_post("/api/v1/logout").status_code == 200

    assert browser.get_cookie(MARK) is None
