"""The styles of the phone app in one answer: one request on a first visit, and a tenth fewer bytes than one by one."""

from pathlib import Path

from flask import Response, current_app, request

from fieldapp.web.field import field
from fieldapp.web.minify import smaller

ADDRESS = "/field/look.css"
SHEETS = ("tokens", "base", "parts", "record", "field", "print")


@field.get("/look.css")
def look() -> Response:
    """The sheets one after the other; each has its own @layer."""
    response = Response(look_text(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def look_text() -> str:
    """What `look` answers, before compression."""
    folder = Path(str(current_app.static_folder)) / "css"
    whole = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    return smaller(whole, "text/css")
