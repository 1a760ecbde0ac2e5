"""What is left out of a script on its way to the phone means nothing: both parse to the same program."""

import json
import subprocess
from pathlib import Path

from flask import Flask
from playwright._impl._driver import compute_driver_executable

from fieldapp.web.minify import smaller

PACKAGE = Path(__file__).parents[2] / "fieldapp"
STATIC = PACKAGE / "static"
SCRIPTS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js"))
# Playwright brings Node, and Node the parser acorn. Reads {name: [before, after]}, prints the names that differ.
COMPARE = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const program = (text) => JSON.stringify(
  parse(text, { ecmaVersion: "latest", sourceType: "module" }),
  (key, value) => (["start", "end", "raw"].includes(key) ? undefined
    : typeof value === "bigint" ? String(value) : value));
const pairs = JSON.parse(require("fs").readFileSync(0, "utf8"));
for (const [name, [before, after]] of Object.entries(pairs)) if (program(before) !== program(after)) console.log(name);
"""


def changed(pairs: dict[str, tuple[str, str]]) -> list[str]:
    """The names of those pairs of scripts that are not the same program."""
    node = compute_driver_executable()[0]
    found = subprocess.run(
        [node, "--expose-internals", "-e", COMPARE], input=json.dumps(pairs), capture_output=True, text=True, check=True
    )
    return found.stdout.split()


def with_smaller(text: str) -> tuple[str, str]:
    return text, smaller(text, "text/javascript")


def test_no_script_means_anything_else_when_it_travels() -> None:
    assert len(SCRIPTS) > 100
    assert changed({name: with_smaller((STATIC / name).read_text()) for name in SCRIPTS}) == []


def test_nor_does_the_worker(app: Flask) -> None:
    with app.test_request_context():
        told = {"version": "1", "alone": {"/static/a.css": "sha256-x"}, "packs": {"a": "/static/b.js"}}
        worker = app.jinja_env.get_template("field/sw.js").render(told)

    assert changed({"sw.js": with_smaller(worker)}) == []


def test_the_comparison_sees_a_changed_word() -> None:
    """A template within a template is what the shortening does not understand: no script may hold one."""
    nested = "say(`a ${more ? ` · b` : ''} c`)"

    assert changed({"nested": with_smaller(nested), "same": ("a = 1", "a=1"), "other": ("a = 1", "a=2")}) == [
        "nested",
        "other",
    ]


def test_a_licence_that_stands_in_the_file_stays_in_it() -> None:
    assert (
        smaller("/*! by somebody, MIT */\nlet a = 1;  // why\n", "text/javascript") == "/*! by somebody, MIT */let a=1;"
    )


def test_styles_lose_their_comments_and_keep_their_rules() -> None:
    styles = (
        "/* why */\n.a > .b:not(.c) { width: calc(100% - 2 * var(--s1)); }\n@media (min-width: 40rem) { a { top: 0 } }"
    )

    short = smaller(styles, "text/css")

    assert short == ".a > .b:not(.c){width: calc(100% - 2 * var(--s1));}@media (min-width: 40rem){a{top: 0}}"
