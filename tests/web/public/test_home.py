"""The address without a path."""

from typing import Any


def test_a_stranger_is_led_to_the_sign_in_page(client: Any) -> None:
    assert client.get("/").location == "/sign-in"


def test_a_page_that_does_not_exist_is_answered_in_words(client: Any) -> None:
    answer = client.get("/no-such-page")

    assert answer.status_code == 404
    assert "没有这个地址" in answer.get_data(as_text=True)


def test_what_a_wrong_role_asks_for_is_refused_in_words(signed_in: Any, county: Any) -> None:
    answer = signed_in(county.zhang_san).get("/agency/")

    assert answer.status_code == 403
    assert "没有这项权限" in answer.get_data(as_text=True)
