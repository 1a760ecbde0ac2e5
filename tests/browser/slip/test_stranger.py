"""A phone on which nobody has signed in: it asks for a sign-in without asking the server in vain."""

from typing import Any

import pytest
from browsers import sign_in_at_desk
from factories import PASSWORD

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_a_strangers_page_opens_without_a_single_failed_request(new_phone: Any, scene: Any) -> None:
    page, complaints, refused = new_phone.new_page(), [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)

    page.goto("/field/")
    page.wait_for_selector("dialog #sign-in-username")
    page.wait_for_timeout(300)

    assert complaints == []
    assert refused == []


def test_who_signed_in_at_the_desk_page_need_not_sign_in_again(phone: Any, scene: Any) -> None:
    page = phone.new_page()
    page.goto("/sign-in")
    sign_in_at_desk(page, "zhangsan", PASSWORD)

    page.goto("/field/")
    page.wait_for_selector('main a[href*="visit?id"]')

    assert page.locator("dialog").count() == 0
