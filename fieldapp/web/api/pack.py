"""The pack: everything that a phone needs to work offline, whole or only what has changed."""

import orjson
from flask import Response, request

from fieldapp.filing.canonical import sha256_hex
from fieldapp.web.api import api, signed_in
from fieldapp.web.api.pack_sections import sections
from fieldapp.web.api.stretches import Outline, Section, cursor_of, read_cursor

_ETAG_DIGITS = 32


@api.get("/pack")
def pack() -> Response:
    """The whole pack, or with `?since=CURSOR` only the sections that changed since, with `&rows=1` only their rows; 304
    when the ETag is known.

    A cursor is the outline of all sections, so a phone that holds any older pack gets exactly what it lacks.
    """
    made = sections(signed_in())
    cursor = cursor_of({name: section.outline() for name, section in made.items()})
    response = Response(content_type="application/json")
    response.set_etag(sha256_hex(cursor.encode())[:_ETAG_DIGITS])  # one of what the phone has then, however it asked
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    if response.status_code == 200:
        by_rows = request.args.get("rows") == "1"
        response.set_data(_written(cursor, made, read_cursor(request.args.get("since", "")), by_rows=by_rows))
    return response


def _written(cursor: str, made: dict[str, Section], known: dict[str, Outline], *, by_rows: bool) -> bytes:
    body: dict[str, object] = {"cursor": cursor}
    for name, section in made.items():
        said = _said(section, known.get(name), by_rows=by_rows)
        if said is not None:
            body[name] = orjson.Fragment(said)
    return orjson.dumps(body)


def _said(section: Section, known: Outline | None, *, by_rows: bool) -> bytes | None:
    """The JSON of a section for who knows an edition of it; None when it is still the same."""
    if known is None:
        return section.whole
    made = section.after(known)
    if made == ([(0, known.count)] if known.count else []):
        return None
    if not by_rows or not section.is_list or not any(isinstance(one, tuple) for one in made):
        return section.whole
    rows = [orjson.Fragment(one) if isinstance(one, bytes) else one for one in made]
    return orjson.dumps({"count": len(section.rows), "rows": rows})
