"""What the worker brings to the phone: everything, once, and of the worker's own version."""

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import brotli

from fieldapp.web.field.pages import SHELLS
from fieldapp.web.field.precache import SEPARATOR, kept_files

STATIC = Path(__file__).parents[3] / "fieldapp" / "static"
LIMIT_BYTES = 90 * 1024


def kept(client: Any) -> tuple[str, dict[str, str]]:
    """The version, and the text of each page and file that comes in one answer."""
    head, *texts = client.get("/field/kept.txt").get_data(as_text=True).split(SEPARATOR)
    told = json.loads(head)
    pairs = zip(told["files"], texts, strict=True)
    return told["version"], {address: text for (addresses, _), text in pairs for address in addresses}


def alone(client: Any) -> dict[str, str]:
    """The integrity of each file that the worker takes from the browser's cache."""
    worker = client.get("/field/sw.js").get_data(as_text=True)
    return dict(json.loads(re.search(r"ALONE=(\{.*?\});", worker).group(1)))  # type: ignore[union-attr]


def test_everything_kept_is_of_the_version_of_the_worker(client: Any) -> None:
    worker = client.get("/field/sw.js").get_data(as_text=True)

    assert f'VERSION="{kept(client)[0]}"' in worker


def test_every_page_with_all_that_it_asks_for_is_kept(client: Any) -> None:
    _, files = kept(client)

    assert "/field/look.css" in alone(client)
    assert {f"/field{path}" for path in SHELLS} <= set(files)
    for path in SHELLS:
        asked = re.findall(r'(?:src|href)="(/static/[^"#]+|/field/look.css)', files[f"/field{path}"])
        assert {name for name in asked if not name.endswith(".png")} <= {*files, *alone(client)}, path


def test_every_script_and_style_of_a_phone_is_kept_once(client: Any) -> None:
    names = [*kept(client)[1], *alone(client)]

    assert sorted(name for name in names if name.startswith("/static/")) == [
        f"/static/{name}" for name in kept_files(STATIC)
    ]


def test_what_the_browser_has_already_is_known_by_its_hash(client: Any) -> None:
    for address, integrity in alone(client).items():
        served = client.get(address).get_data()

        assert integrity == f"sha256-{b64encode(hashlib.sha256(served).digest()).decode()}", address


def test_a_page_as_it_is_kept_leaves_out_what_only_a_first_visit_needs(client: Any) -> None:
    _, files = kept(client)

    assert "data-modules" in client.get("/field/me").get_data(as_text=True)
    assert "data-modules" not in files["/field/me"]


def test_what_is_kept_says_nothing_of_anybody(signed_in: Any, county: Any, client: Any) -> None:
    assert signed_in(county.zhang_san).get("/field/kept.txt").data == client.get("/field/kept.txt").data


def test_only_an_answer_of_the_version_asked_for_may_be_kept_by_the_browser(client: Any) -> None:
    version = kept(client)[0]

    assert "immutable" in client.get(f"/field/kept.txt?v={version}").headers["Cache-Control"]
    assert client.get("/field/kept.txt?v=0123456789abcdef").headers["Cache-Control"] == "no-store"


def test_all_that_a_phone_downloads_before_it_works_offline_stays_small(client: Any) -> None:
    asked = ["/field/", "/field/sw.js", "/field/kept.txt", "/field/manifest.webmanifest", *alone(client)]

    whole = {path: len(brotli.compress(client.get(path).data, mode=brotli.MODE_TEXT)) for path in asked}

    assert sum(whole.values()) <= LIMIT_BYTES, whole
