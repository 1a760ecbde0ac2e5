"""What the worker brings to the phone: everything, once, and of the worker's own version."""

import gzip
import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import brotli

from fieldapp.web.field.imports import imported_by, reached_from
from fieldapp.web.field.packs import PACKS, cut, entry_of
from fieldapp.web.field.pages import SHELLS
from fieldapp.web.field.precache import SEPARATOR, kept_files

STATIC = Path(__file__).parents[3] / "fieldapp" / "static"
CORE_BYTES, CORE_GZIP_BYTES = 90_000, 115_000  # of the answers of a first visit
PACK_BYTES, WHOLE_BYTES = 25_000, 200_000


def kept(client: Any, pack: str | None = None) -> tuple[str, dict[str, str]]:
    """The version, and the text of each page and file of the core, or of a pack, that come in one answer."""
    path = f"/field/kept-{pack}.txt" if pack else "/field/kept.txt"
    head, *texts = client.get(path).get_data(as_text=True).split(SEPARATOR)
    told = json.loads(head)
    pairs = zip(told["files"], texts, strict=True)
    return told["version"], {address: text for (addresses, _), text in pairs for address in addresses}


def alone(client: Any) -> dict[str, str]:
    """The integrity of each file that the worker takes from the browser's cache."""
    worker = client.get("/field/sw.js").get_data(as_text=True)
    return dict(json.loads(re.search(r"ALONE=(\{.*?\});", worker).group(1)))  # type: ignore[union-attr]


def test_everything_kept_is_of_the_version_of_the_worker(client: Any) -> None:
    worker = client.get("/field/sw.js").get_data(as_text=True)

    for pack in (None, *PACKS):
        assert f'VERSION="{kept(client, pack)[0]}"' in worker


def test_every_page_with_all_that_it_asks_for_is_kept(client: Any) -> None:
    _, files = kept(client)

    assert "/field/look.css" in alone(client)
    assert {f"/field{path}" for path in SHELLS} <= set(files)
    for path in SHELLS:
        asked = re.findall(r'(?:src|href)="(/static/[^"#]+|/field/look.css)', files[f"/field{path}"])
        assert {name for name in asked if not name.endswith(".png")} <= {*files, *alone(client)}, path


def test_every_script_and_style_of_a_phone_is_kept_once(client: Any) -> None:
    names = [*alone(client), *(name for pack in (None, *PACKS) for name in kept(client, pack)[1])]

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
    assert "kept.txt" not in files["/field/me"]


def test_what_is_kept_says_nothing_of_anybody(signed_in: Any, county: Any, client: Any) -> None:
    assert signed_in(county.zhang_san).get("/field/kept.txt").data == client.get("/field/kept.txt").data


def test_only_an_answer_of_the_version_asked_for_may_be_kept_by_the_browser(client: Any) -> None:
    version = kept(client)[0]

    assert "immutable" in client.get(f"/field/kept.txt?v={version}").headers["Cache-Control"]
    assert client.get("/field/kept.txt?v=0123456789abcdef").headers["Cache-Control"] == "no-store"


def test_what_a_first_visit_waits_for_stays_small(client: Any) -> None:
    core = core_of(client)

    assert sum(map(brotli_bytes, core)) <= CORE_BYTES
    assert sum(len(gzip.compress(one)) for one in core) <= CORE_GZIP_BYTES


def test_so_does_each_pack_and_all_of_it(client: Any) -> None:
    packs = {pack: brotli_bytes(client.get(f"/field/kept-{pack}.txt").data) for pack in PACKS}

    assert max(packs.values()) <= PACK_BYTES, packs
    assert sum(packs.values()) + sum(map(brotli_bytes, core_of(client))) <= WHOLE_BYTES


def test_nothing_of_the_core_imports_what_is_in_a_pack_at_its_top() -> None:
    packs = {STATIC / name for names in cut(STATIC).values() for name in names}

    assert len(packs) > len(PACKS)
    for script in {STATIC / name for name in kept_files(STATIC) if name.endswith(".js")} - packs:
        assert packs.isdisjoint(reached_from([script])), script


def test_a_pack_needs_the_core_and_itself_alone() -> None:
    packs = {pack: {STATIC / name for name in names} for pack, names in cut(STATIC).items()}

    for pack, scripts in packs.items():
        others = set().union(*(found for name, found in packs.items() if name != pack))
        assert others.isdisjoint(target for script in scripts for target in imported_by(script)), pack


def test_what_a_pack_begins_with_is_in_it_and_one_of_it_comes_last(client: Any) -> None:
    for pack, paths in PACKS.items():
        names = list(kept(client, pack)[1])

        assert {f"/static/js/field/{path}" for path in paths} <= set(names)
        assert names[-1] == entry_of(pack)


def test_a_module_that_two_packs_share_is_of_the_core(tmp_path: Path) -> None:
    entries = [path for paths in PACKS.values() for path in paths]
    own, shared = tmp_path / "js/field/parts/own.js", tmp_path / "js/field/parts/shared.js"
    for path in (own, shared, *(tmp_path / "js/field" / entry for entry in entries)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('import { a } from "../parts/shared.js";\n' if path not in (own, shared) else "")
    guide = tmp_path / "js/field/pages/guide.js"
    guide.write_text(guide.read_text() + 'import { b } from "../parts/own.js";\n')

    found = cut(tmp_path)

    own = {"js/field/pages/guide.js", "js/field/parts/own.js"}
    assert set(found["handbook"]) == own | {f"js/field/{path}" for path in PACKS["handbook"]}
    assert all("js/field/parts/shared.js" not in names for names in found.values())


def core_of(client: Any) -> list[bytes]:
    """What travels on a first visit before the phone works offline."""
    asked = ["/field/", "/field/sw.js", "/field/kept.txt", "/field/manifest.webmanifest", *alone(client)]
    return [client.get(path).data for path in asked]


def brotli_bytes(text: bytes) -> int:
    return len(brotli.compress(text, mode=brotli.MODE_TEXT))
