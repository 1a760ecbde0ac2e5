"""The service worker of the phone app, and its manifest: rendered here, so new pages and files are kept by themselves.

Kill switch: while a file named `worker-off` lies in the instance folder, /field/sw.js gives a worker that removes its
caches and itself; records on the phones are in IndexedDB and are not touched. See docs/phone.md.
"""

import hashlib
from dataclasses import dataclass

from flask import Response, current_app, json, request

from fieldapp.web.field import field
from fieldapp.web.field.packs import PACKS, entry_of
from fieldapp.web.field.precache import as_one_text, contents, contents_of_packs, files_alone
from fieldapp.web.minify import smaller

ICONS = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))


@field.get("/sw.js")
def worker() -> Response:
    """The worker, at an address that limits its reach to /field/: desks and rating pages are never kept."""
    if (current_app.config["SETTINGS"].instance / "worker-off").exists():
        return _script(current_app.jinja_env.get_template("field/sw-off.js").render())
    return _script(_rendered().worker)


@field.get("/kept.txt")
def kept() -> Response:
    """The core of what the worker keeps, in the form of `precache.as_one_text`: what a first visit waits for.

    Asked for with the version that is current (`?v=`), the browser may keep it: a page can fetch it while the worker
    is still on its way.
    """
    return _text(_rendered().core)


def kept_pack(pack: str) -> Response:
    """One pack of the rest, in the same form and of the same version."""
    return _text(_rendered().packs[pack])


for _pack in PACKS:
    field.add_url_rule(f"/kept-{_pack}.txt", endpoint=f"kept_{_pack}", view_func=kept_pack, defaults={"pack": _pack})


def _text(text: str) -> Response:
    response = Response(text, content_type="text/plain; charset=utf-8")
    is_of_version = request.args.get("v") == _rendered().version
    response.headers["Cache-Control"] = "max-age=86400, immutable" if is_of_version else "no-store"
    return response


@field.app_template_global("worker_version")
def worker_version() -> str:
    """The version of the worker that is current."""
    return _rendered().version


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


@dataclass(frozen=True)
class _Program:
    """The worker's text; what it keeps, as texts that travel; their version."""

    worker: str
    core: str
    packs: dict[str, str]
    version: str


def _rendered() -> _Program:
    """Made together and once in a process, so that all of it agrees."""
    made: _Program | None = current_app.extensions.get("fieldapp.worker")
    if made is None:
        made = _made()
        current_app.extensions["fieldapp.worker"] = made
    return made


def _made() -> _Program:
    core, packs, alone = contents(), contents_of_packs(), files_alone()
    version = version_of([core, packs], alone)
    template = current_app.jinja_env.get_template("field/sw.js")
    text = template.render(version=version, alone=alone, packs={name: entry_of(name) for name in packs})
    texts = {name: as_one_text(version, files) for name, files in packs.items()}
    return _Program(smaller(text, "text/javascript"), as_one_text(version, core), texts, version)


def version_of(files: object, alone: dict[str, str]) -> str:
    """A hash over every page and file that the worker keeps, over the worker itself and the manifest."""
    template = current_app.jinja_env.get_template("field/sw.js")
    told = [files, alone, _manifest(), template.render(version="", alone={}, packs={})]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _script(text: str) -> Response:
    response = Response(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
