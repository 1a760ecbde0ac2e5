"""What a browser reads from each style that is served is what stands in the repository, rule by rule."""

import re
from pathlib import Path
from typing import Any

import pytest

from fieldapp.web.field.stylesheet import ADDRESS, SHEETS
from fieldapp.web.minify import smaller

CSS = Path(__file__).parents[2] / "fieldapp" / "static" / "css"
# Each rule as the browser understood it, in its own words: a selector that changed its meaning reads otherwise.
RULES = "(text) => { const s = new CSSStyleSheet(); s.replaceSync(text); return [...s.cssRules].map((r) => r.cssText) }"
LINE_END = re.compile(r"\n\s*")  # the value of a custom property is given back with its blanks
HARD = (
    ".a :is(b, c):hover { top: 0 } .a :focus-visible { top: 0 } .a:focus-visible { top: 0 }",
    "@layer x { .a :focus-visible { color: red } .b > :not( .c ) ::before { content: 'a;  b { c } /* d */' } }",
    ".a { background: url(\"data:image/svg+xml;utf8,<a b='c'>  </a>\"); } .b { background: url(data:a/b;c,{d}) }",
    ".a/* why */.b { top: 0 } .a /* why */ .b { top: 0 } .a/* why */ .b { top: 0 } .a { margin: 1px/**/2px }",
    ".a { width: calc(1px + 2px - ( 3px * 2 )); --y: ; --z:a b; content: '\\'  ; }' ; top: 0 }",
    "@media (min-width : 40em) and ( max-width: 60em ) { a{top:0;} ; b { left : 0 ; ; } }",
    "@page :first { margin: 0 } @supports selector(:has(a)) { a { color: red !important } }",
)
SPOILT = [  # what a careless shortening made of the first
    (".a :is(b, c) { top: 0 }", ".a:is(b,c){top:0}"),
    (".a :focus-visible { top: 0 }", ".a:focus-visible{top:0}"),
    (".a .b { top: 0 }", ".a.b{top:0}"),
]

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_every_style_that_is_served_says_what_was_written(desk: Any) -> None:
    page = desk.new_page()
    page.goto("/sign-in")
    written = {f"/static/css/{path.name}": path.read_text() for path in sorted(CSS.glob("*.css"))}
    written[ADDRESS] = "\n".join((CSS / f"{name}.css").read_text() for name in SHEETS)

    def rules(text: str) -> list[str]:
        return [LINE_END.sub(" ", rule) for rule in page.evaluate(RULES, text)]

    for address, source in written.items():
        served = page.request.get(address)
        assert served.ok, address
        assert rules(served.text()) == rules(source), address
        assert len(served.text()) < len(source), f"{address} is not shortened"
    for sample in HARD:
        assert rules(smaller(sample, "text/css")) == rules(sample), sample
    assert [before for before, after in SPOILT if rules(before) == rules(after)] == []
