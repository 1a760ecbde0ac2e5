"""What the worker brings to the phone: everything, in one answer, of the worker's own version."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from fieldapp.web.field.keeping import without_comments
from fieldapp.web.field.pages import SHELLS

STATIC = Path(__file__).parents[3] / "fieldapp" / "static"
SCRIPTS = sorted(
    path.relative_to(STATIC).as_posix()
    for folder in ("field", "lib")
    for path in (STATIC / "js" / folder).rglob("*.js")
)


def test_everything_kept_is_of_the_version_of_the_worker(client: Any) -> None:
    worker = client.get("/field/sw.js").get_data(as_text=True)

    assert f'VERSION = "{client.get("/field/kept.json").json["version"]}"' in worker


def test_every_page_with_all_that_it_asks_for_is_kept(client: Any) -> None:
    files = client.get("/field/kept.json").json["files"]

    assert {f"/field{path}" for path in SHELLS} <= set(files)
    for path in SHELLS:
        asked = re.findall(r'(?:src|href)="(/static/[^"#]+)', files[f"/field{path}"][1])
        assert {name for name in asked if not name.endswith(".png")} <= set(files), path


def test_what_is_kept_says_nothing_of_anybody(signed_in: Any, county: Any, client: Any) -> None:
    assert signed_in(county.zhang_san).get("/field/kept.json").data == client.get("/field/kept.json").data


def test_the_whole_app_stays_small_on_the_wire(client: Any) -> None:
    assert len(gzip.compress(client.get("/field/kept.json").data, 9)) < 125_000


@pytest.mark.parametrize("name", SCRIPTS)
def test_only_lines_that_explain_are_left_out(name: str) -> None:
    """Code goes through line by line; what is gone stood whole between comment marks."""
    text = (STATIC / name).read_text()
    lines = [
        line.strip() for line in re.sub(r"^\s*/\*.*?\*/\s*$", "", text, flags=re.MULTILINE | re.DOTALL).split("\n")
    ]

    assert without_comments(text).split() == " ".join(line for line in lines if not line.startswith("//")).split()


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_text_over_several_lines_could_be_taken_for_a_comment(name: str) -> None:
    code = without_comments((STATIC / name).read_text())

    assert [line for line in code.split("\n") if line.count("`") % 2] == []
