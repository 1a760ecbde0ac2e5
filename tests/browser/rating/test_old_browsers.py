"""A stranger's old phone: a browser that skips every @layer still shows the public check and the sign-in."""

import re
from typing import Any

import pytest
from axe import violations
from factories import make_certificate
from personas import make_county

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def as_read_by_chrome_86(css: str) -> str:
    """`css` without what such a browser skips: whole @layer blocks; and `selector(:has(*))` is not known to it."""
    kept, depth, skips_from = [], 0, None
    for token in re.findall(r"@layer[^;{]*;|@layer[^{]*\{|[{}]|[^{}@]+|@", css):
        if token.startswith("@layer"):
            if token.endswith(";"):
                continue
            skips_from = depth if skips_from is None else skips_from
        elif skips_from is None:
            kept.append(token)
        depth += token.count("{") - token.count("}")
        if token == "}" and skips_from == depth:
            skips_from = None
    return "".join(kept).replace("not selector(:has(*))", "(color: red)")


def test_on_a_phone_from_before_layers_the_check_and_the_sign_in_can_be_read_and_used(
    browser: Any, live_server: Any, live_app: Any
) -> None:
    certificate = make_certificate(make_county().zhang_san)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 740}, locale="zh-CN", color_scheme="dark"
    )

    def old(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=as_read_by_chrome_86(answer.text()))

    context.route("**/*.css*", old)
    page = context.new_page()
    for path in (f"/verify/certificate/{certificate.verify_code}", "/verify/", "/verify/receipt/x", "/sign-in"):
        page.goto(path)
        assert violations(page, "wcag2a", "wcag2aa") == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert page.evaluate("Math.max(0, ...[...document.querySelectorAll('svg')].map((e) => e.clientHeight))") <= 80
        for button in page.locator("main button, main .button").all():
            assert button.bounding_box()["height"] >= 44, path
    context.close()
