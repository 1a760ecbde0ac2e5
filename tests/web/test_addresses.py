"""Nobody is sent to another site after signing in."""

import pytest

from fieldapp.web.addresses import local_path


@pytest.mark.parametrize(
    "path", ["/", "/review/", "/review/?state=submitted&q=%E5%90%A6", "/field/record?id=0191", "/review/#matters"]
)
def test_a_page_of_this_site_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "review/",
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "\n//elsewhere.example",
        "javascript:alert(1)",
        "//[",
        "/" + "x" * 600,
    ],
)
def test_another_site_is_refused_however_it_is_disguised(address: str | None) -> None:
    assert local_path(address) is None


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in?next=/sign-in", "/account/sign-out", "/api/v1/me"])
def test_nobody_is_led_in_a_circle_or_to_what_is_no_page(path: str) -> None:
    assert local_path(path) is None


def test_the_question_mark_of_an_empty_query_is_dropped() -> None:
    assert local_path("/review/?") == "/review/"
