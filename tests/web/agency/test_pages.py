"""What a liaison sees."""

from typing import Any

import pytest


def test_a_liaison_sees_their_own_organisation_and_no_other(signed_in: Any, county: Any) -> None:
    page = signed_in(county.zheng).get("/agency/").get_data(as_text=True)

    assert "云川市应急管理局" in page
    assert "云川市生态环境局" not in page


@pytest.mark.parametrize("who", ["zhang_san", "qian", "wu"])
def test_nobody_else_comes_in_at_the_agencies_door(signed_in: Any, county: Any, who: str) -> None:
    assert signed_in(getattr(county, who)).get("/agency/").status_code == 403


def test_the_agencys_page_promises_nothing_that_cannot_come(signed_in: Any, county: Any) -> None:
    browser = signed_in(county.zheng)

    for path in ("/agency/", "/agency/scores"):
        page = browser.get(path).get_data(as_text=True)
        assert "会送到这里" not in page
        assert "提出复核" not in page
    assert "仍按书面方式送达" in browser.get("/agency/").get_data(as_text=True)
