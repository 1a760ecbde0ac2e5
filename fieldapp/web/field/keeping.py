"""What the worker keeps, in one answer: every page and file of the phone app as text.

Half the bytes of so many small answers, one round trip instead of a hundred and forty, and never half of one version
with half of another.
"""

import re
from pathlib import Path

from flask import current_app

from fieldapp.web.field.pages import SHELLS, shell

KEPT_FOLDERS = ("css", "img", "js/lib", "js/field", "vendor")
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}  # the system keeps the home screen's icons
NOT_ON_PHONES = {"css/desk.css", "css/public.css", "css/rating.css"}
# Whole lines only, so that nothing inside a string, a pattern or an address is taken for a comment.
_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n", re.MULTILINE)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_INDENTATION = re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE)


def contents() -> dict[str, tuple[str, str]]:
    """Content type and text of everything that is kept, by its address; pages first."""
    found = {
        f"/field{path}": ("text/html; charset=utf-8", _INDENTATION.sub("", shell(name).get_data(as_text=True)))
        for path, name in SHELLS.items()
    }
    static = Path(str(current_app.static_folder))
    for name in kept_files(static):
        file = static / name
        text = file.read_text(encoding="utf-8")
        is_ours = file.suffix != ".svg" and not name.startswith("vendor/")
        found[f"/static/{name}"] = (f"{TYPES[file.suffix]}; charset=utf-8", without_comments(text) if is_ours else text)
    return found


def kept_files(static: Path) -> list[str]:
    """Every static file that a phone page may ask for, relative to `static`, sorted."""
    found = (path for folder in KEPT_FOLDERS for path in (static / folder).rglob("*") if path.suffix in TYPES)
    return sorted(name for path in found if (name := path.relative_to(static).as_posix()) not in NOT_ON_PHONES)


def without_comments(text: str) -> str:
    """A script or style sheet of ours without the lines that only explain it, and without indentation."""
    return _INDENTATION.sub("", _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", text)))
