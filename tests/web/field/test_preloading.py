"""A phone page says at once which scripts it needs where no worker brings them."""

import re
from pathlib import Path
from typing import Any

import pytest

from fieldapp.web.field.packs import cut
from fieldapp.web.field.pages import SHELLS

STATIC = Path(__file__).parents[3] / "fieldapp" / "static"


@pytest.mark.parametrize("path", SHELLS)
def test_every_script_that_a_page_imports_is_asked_for_at_once(client: Any, path: str) -> None:
    page = client.get(f"/field{path}").get_data(as_text=True)

    soon, later = (re.findall(rf'data-{name}="([^"]+)"', page)[0].split() for name in ("modules", "later"))
    listed = {*soon, *later}

    assert soon[0] == "js/field/main.js"
    assert len(listed) == len(soon) + len(later), "each once"
    assert {name for name in listed if not (STATIC / name).is_file()} == set()
    for name in listed:
        for imported in re.findall(r'^import [^;]*?"(\.[^"]+)";', (STATIC / name).read_text(), re.MULTILINE):
            assert ((STATIC / name).parent / imported).resolve().relative_to(STATIC).as_posix() in listed, name


@pytest.mark.parametrize("path", SHELLS)
def test_what_a_page_asks_for_as_soon_as_the_worker_stands_is_what_the_worker_has(client: Any, path: str) -> None:
    page = client.get(f"/field{path}").get_data(as_text=True)

    (soon,) = (names.split() for names in re.findall(r'data-modules="([^"]+)"', page))
    of_packs = {name for names in cut(STATIC).values() for name in names}
    of_this_page = re.findall(r'<main[^>]* data-module="([^"]+)"', page)
    assert of_packs.isdisjoint(soon)
    if f"js/field/pages/{of_this_page[0]}.js" not in of_packs:
        assert f"js/field/pages/{of_this_page[0]}.js" in soon


def test_a_page_asks_for_its_own_module(client: Any) -> None:
    page = client.get("/field/me").get_data(as_text=True)

    assert "js/field/pages/me.js" in page
    assert "js/field/pages/visits.js" not in page


def test_what_runs_beside_a_page_is_not_asked_for_before_the_page_stands(client: Any) -> None:
    page = client.get("/field/record").get_data(as_text=True)

    assert "js/field/sync/sync-engine.js" in re.findall(r'data-later="([^"]+)"', page)[0]
    assert "js/field/sync/sync-engine.js" not in re.findall(r'data-modules="([^"]+)"', page)[0]


@pytest.mark.parametrize("path", SHELLS)
def test_a_first_visit_asks_for_the_program_before_any_script_has_run(client: Any, path: str) -> None:
    page = client.get(f"/field{path}").get_data(as_text=True)

    (address,) = re.findall(r'<link rel="preload" as="fetch" crossorigin href="([^"]+)">', page)
    assert "immutable" in client.get(address).headers["Cache-Control"], "the worker finds it in the browser's cache"
