"""Which scripts a phone page needs, so that a browser without a worker fetches them at once and not one by one.

Without it a browser that has no worker would wait once for each level of imports.
"""

import re
from functools import lru_cache
from pathlib import Path

from flask import current_app

from fieldapp.web.field import field
from fieldapp.web.field.imports import imported_by

# What main.js starts on every page by itself: before the page's own module can run, and after it.
BEFORE = ("main.js",)
AFTER = (
    "parts/saving-banner.js",
    "parts/sync-line.js",
    "parts/worker-news.js",
    "parts/sign-in.js",
    "sync/sync-engine.js",
    "storage/worker.js",
)
_VIEWS = re.compile(r"""\bimport\("\./([^"]+)"\)""")  # of a document that shows several views in turn


@field.app_template_global("scripts_of_page")
def scripts_of_page(name: str) -> list[str]:
    """Paths below the static folder of every module that the page `name` imports, directly or by others; each once.

    What the page itself needs comes first, then what runs beside it. Imports inside functions are left out, as they are
    asked for when they are needed; but for the views of a document, each of which may be the one to be shown.
    """
    return list(_walk(Path(str(current_app.static_folder)), str(name)))


@lru_cache(maxsize=64)
def _walk(static: Path, name: str) -> tuple[str, ...]:
    scripts = static / "js" / "field"
    page = scripts / "pages" / f"{name}.js"
    views = _VIEWS.findall(page.read_text()) if page.is_file() else []
    waiting = [*(scripts / start for start in BEFORE), page, *(page.parent / view for view in views)]
    found: dict[Path, None] = {}
    later = [scripts / start for start in AFTER]
    while waiting or later:
        script = waiting.pop(0) if waiting else later.pop(0)
        if script in found or not script.is_file():
            continue
        found[script] = None
        waiting += imported_by(script)
    return tuple(script.relative_to(static).as_posix() for script in found)
