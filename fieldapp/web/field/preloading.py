"""Which scripts a phone page needs, so that a first visit fetches them at once and not one by one.

Without it a browser would wait once for each level of imports: for the network where there is no worker, and even for
what a worker has just brought.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from flask import current_app

from fieldapp.web.field import field
from fieldapp.web.field.imports import imported_by
from fieldapp.web.field.packs import cut

# What main.js starts on every page by itself: with the page's own module, and when the page stands.
WITH_PAGE = (
    "main.js",
    "parts/saving-banner.js",
    "parts/sync-line.js",
    "parts/worker-news.js",
    "parts/clock-warning.js",
)
AFTER = ("parts/sign-in.js", "sync/sync-engine.js", "storage/worker.js")
_VIEWS = re.compile(r"""\bimport\("\./([^"]+)"\)""")  # of a document that shows several views in turn


@field.app_template_global("scripts_of_page")
def scripts_of_page(name: str) -> tuple[list[str], list[str]]:
    """Paths below the static folder of every module that the page `name` imports, directly or by others; each once.

    First those of the core that the page itself needs; then what runs beside it, and what comes in a pack. Imports
    inside functions are left out, as they are asked for when they are needed; but for the views of a document: the one
    that it opens with as a rule belongs to the page, and each of the others may be shown next.
    """
    soon, later = _walk(Path(str(current_app.static_folder)), str(name))
    return [*soon], [*later]


@lru_cache(maxsize=64)
def _walk(static: Path, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    scripts = static / "js" / "field"
    page = scripts / "pages" / f"{name}.js"
    views = _VIEWS.findall(page.read_text()) if page.is_file() else []
    packed = {(static / path).resolve() for paths in cut(static).values() for path in paths}
    own = [page, *(page.parent / view for view in views)]
    begins = [*(scripts / path for path in WITH_PAGE), *own[:2]]
    soon = _reached([path for path in begins if path.resolve() not in packed])
    later = _reached([*own, *(scripts / path for path in AFTER)])
    return _below(static, soon), _below(static, (path for path in later if path not in soon))


def _reached(waiting: list[Path]) -> dict[Path, None]:
    """Every module that these import, themselves first, in the order of the levels."""
    found: dict[Path, None] = {}
    while waiting:
        script = waiting.pop(0).resolve()
        if script in found or not script.is_file():
            continue
        found[script] = None
        waiting += imported_by(script)
    return found


def _below(static: Path, scripts: Iterable[Path]) -> tuple[str, ...]:
    return tuple(script.relative_to(static.resolve()).as_posix() for script in scripts)
