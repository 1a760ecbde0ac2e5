"""The service worker of the phone app, and its manifest: rendered here, so new pages and files are kept by themselves.

Kill switch: while a file named `worker-off` lies in the instance folder, /field/sw.js gives a worker that removes its
caches and itself; records on the phones are in IndexedDB and are not touched. See docs/phone.md.
"""

import hashlib
from pathlib import Path

from flask import Response, current_app, json, request

from fieldapp.web.field.door import field
from fieldapp.web.field.pages import SHELLS, shell

KEPT_FOLDERS = ("css", "img", "js/lib", "js/field", "vendor")
KEPT_SUFFIXES = {".css", ".js", ".svg"}  # the icons of the home screen are kept by the system, not by the worker
NOT_ON_PHONES = {"css/desk.css", "css/public.css", "css/rating.css"}
ICONS = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))


@field.get("/sw.js")
def worker() -> Response:
    """The worker, at an address that limits its reach to /field/: desks and rating pages are never kept."""
    if (current_app.config["SETTINGS"].instance / "worker-off").exists():
        return _script(current_app.jinja_env.get_template("field/sw-off.js").render())
    kept = current_app.extensions.get("fieldapp.worker")
    if kept is None:
        kept = current_app.extensions["fieldapp.worker"] = rendered_worker()
    return _script(kept)


@field.get("/manifest.webmanifest")
def manifest() -> Response:
    """What makes the app installable. Source: W3C Web Application Manifest."""
    response = Response(_manifest(), content_type="application/manifest+json; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _manifest() -> str:
    name = current_app.config["SETTINGS"].organisation_name
    body = {
        "id": "/field/",
        "name": f"伴随式监督 · {name}",
        "short_name": "伴随式监督",
        "lang": "zh-CN",
        "start_url": "/field/",
        "scope": "/field/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f4f6f8",
        "theme_color": "#0a4a60",
        "icons": [
            {"src": "/static/img/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": "/static/img/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {
                "src": "/static/img/icon-maskable-512.png",
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
    }
    return json.dumps(body, ensure_ascii=False)


def rendered_worker() -> str:
    """The worker's text. Its version is a hash over every page and file that it keeps and over the manifest."""
    static = Path(str(current_app.static_folder))
    files = kept_files(static)
    pages = [f"/field{path}" for path in SHELLS]
    seen = hashlib.sha256()
    for name in files:
        seen.update(name.encode() + (static / name).read_bytes())
    seen.update(_manifest().encode())
    for name in SHELLS.values():
        seen.update(shell(name).get_data())
    template = current_app.jinja_env.get_template("field/sw.js")
    seen.update(template.render(version="", pages=[], files=[]).encode())
    return template.render(version=seen.hexdigest()[:16], pages=pages, files=[f"/static/{name}" for name in files])


def kept_files(static: Path) -> list[str]:
    """Every static file that a phone page may ask for, relative to `static`, sorted."""
    found = (path for folder in KEPT_FOLDERS for path in (static / folder).rglob("*") if path.suffix in KEPT_SUFFIXES)
    return sorted(name for path in found if (name := path.relative_to(static).as_posix()) not in NOT_ON_PHONES)


def _script(text: str) -> Response:
    response = Response(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)
