"""A phone page says at once which scripts it needs where no worker brings them."""

import re
from pathlib import Path
from typing import Any

import pytest

from fieldapp.web.field.pages import SHELLS

STATIC = Path(__file__).parents[3] / "fieldapp" / "static"


@pytest.mark.parametrize("path", SHELLS)
def test_every_script_that_a_page_imports_is_asked_for_at_once(client: Any, path: str) -> None:
    page = client.get(f"/field{path}").get_data(as_text=True)

    listed = set(re.findall(r'data-modules="([^"]+)"', page)[0].split())

    assert "js/field/main.js" in listed
    assert {name for name in listed if not (STATIC / name).is_file()} == set()
    for name in listed:
        for imported in re.findall(r'^import [^;]*?"(\.[^"]+)";', (STATIC / name).read_text(), re.MULTILINE):
            assert ((STATIC / name).parent / imported).resolve().relative_to(STATIC).as_posix() in listed, name


def test_a_page_asks_for_its_own_module(client: Any) -> None:
    page = client.get("/field/me").get_data(as_text=True)

    assert "js/field/pages/me.js" in page
    assert "js/field/pages/visits.js" not in page
