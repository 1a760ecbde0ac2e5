"""What the worker keeps: every page and file of the phone app.

The core travels in one answer, and each pack (packs.py) in another: compressed together it is half the bytes of so many
small answers, one round trip instead of a hundred, and never half of one version with half of another. What a first
page has to ask for before the worker is there (its styles and icons) does not travel twice: the worker takes it from
the browser's cache and knows it by its hash.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

from flask import current_app, json

from fieldapp.web.field import stylesheet
from fieldapp.web.field.packs import cut, entry_of
from fieldapp.web.field.pages import SHELLS, page
from fieldapp.web.minify import smaller

KEPT_FOLDERS = ("img", "js/lib", "js/field", "vendor")
TYPES = {
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}  # the system keeps the home screen's icons
NOT_ON_PHONES = {"img/desk-icons.svg"}
SEPARATOR = "\0"  # stands in no text; JSON would escape each quotation mark
_INDENTATION = re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE)
_ASKED_BY_PAGES = re.compile(r'(?:src|href)="/static/([^"#]+)')


def contents() -> dict[str, tuple[str, str]]:
    """Content type and text of everything of the core that travels in its answer, by its address; pages first."""
    pages = {name: _INDENTATION.sub("", page(name, is_kept=True)) for name in set(SHELLS.values())}
    found = {f"/field{path}": ("text/html; charset=utf-8", pages[name]) for path, name in SHELLS.items()}
    of_packs = {name for names in cut(_static()).values() for name in names}
    of_core = (name for name in kept_files(_static()) if name not in of_packs)
    alone = files_alone()
    return found | {address: file for address, file in _texts(of_core).items() if address not in alone}


def contents_of_packs() -> dict[str, dict[str, tuple[str, str]]]:
    """The same of each pack, by its name; what the worker knows it by (`packs.entry_of`) comes last."""
    found = {pack: _texts(names) for pack, names in cut(_static()).items()}
    return {pack: files | {entry_of(pack): files.pop(entry_of(pack))} for pack, files in found.items()}


def _texts(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    static = _static()
    return {
        f"/static/{name}": (f"{TYPES[Path(name).suffix]}; charset=utf-8", _as_served(static / name)) for name in names
    }


def files_alone() -> dict[str, str]:
    """Integrity (`sha256-…`) of each file that every page asks for by itself, by its address.

    Source: W3C Subresource Integrity.
    """
    static = _static()
    asked = set.intersection(*(set(_ASKED_BY_PAGES.findall(page(name, is_kept=True))) for name in SHELLS.values()))
    texts = {f"/static/{name}": _as_served(static / name) for name in sorted(asked & set(kept_files(static)))}
    return {
        address: _integrity(text) for address, text in (texts | {stylesheet.ADDRESS: stylesheet.look_text()}).items()
    }


def _integrity(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def kept_files(static: Path) -> list[str]:
    """Every static file that a phone page may ask for, relative to `static`, sorted."""
    found = (path for folder in KEPT_FOLDERS for path in (static / folder).rglob("*") if path.suffix in TYPES)
    return sorted(name for path in found if (name := path.relative_to(static).as_posix()) not in NOT_ON_PHONES)


def as_one_text(version: str, files: dict[str, tuple[str, str]]) -> str:
    """`{version, files: [[addresses, content type], …]}` as JSON, then the text of each, SEPARATOR between them.

    What is the same at several addresses travels once.
    """
    addresses: dict[tuple[str, str], list[str]] = {}
    for address, file in files.items():
        addresses.setdefault(file, []).append(address)
    told = {"version": version, "files": [[same, content_type] for (content_type, _), same in addresses.items()]}
    return SEPARATOR.join([json.dumps(told, ensure_ascii=False), *(text for _, text in addresses)])


def _static() -> Path:
    return Path(str(current_app.static_folder))


def _as_served(file: Path) -> str:
    return smaller(file.read_text(encoding="utf-8"), TYPES[file.suffix])
