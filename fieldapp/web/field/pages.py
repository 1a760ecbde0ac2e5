"""The shells of the phone app: pages without personal data, the same bytes for everyone, safe to keep across accounts.

Which record a page shows stands in its query (`/field/record?id=…`) and is read by the page's own script; the server
ignores it.
"""

from flask import Response, current_app, request

from fieldapp.web.field import field

# path under /field → template under templates/field; the worker keeps every one of them for offline use.
# The addresses of one record are one document: its views take turns in it, and what runs goes on.
SHELLS: dict[str, str] = {
    "/": "visits",
    "/visit": "visit",
    "/new-visit": "new_visit",
    "/record": "record",
    "/section": "record",
    "/check": "record",
    "/records": "records",
    "/receipt": "record",
    "/conflict": "record",
    "/interview": "record",
    "/handover": "handover",
    "/slip": "slip",
    "/confirm": "confirm",
    "/guide": "guide",
    "/me": "me",
    "/rescue": "rescue",
}


def shell(name: str) -> Response:
    """One shell page, with a strong ETag over its bytes."""
    response = Response(page(name), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def page(name: str, *, is_kept: bool = False) -> str:
    """The text of a shell page. `is_kept`: as the worker keeps it, with all its scripts beside it.

    Rendered without Flask's context processors: Flask-Login's would load the user, and the page must not depend on
    who asks.
    """
    return current_app.jinja_env.get_template(f"field/{name}.html").render(is_kept=is_kept)


for _path, _name in SHELLS.items():
    field.add_url_rule(_path, endpoint=_path.strip("/") or _name, view_func=shell, defaults={"name": _name})
