"""/healthz, for whoever watches over the server."""

from flask import Response, current_app, json

from fieldapp import health
from fieldapp.extensions import db
from fieldapp.web.public.door import public


@public.get("/healthz")
def healthz() -> Response:
    """200 and `ok` for each part, or 503 with what is wrong with which part."""
    parts = {
        "database": health.database_state(db.engine),
        "storage": health.storage_state(current_app.config["SETTINGS"].storage_url),
    }
    is_well = all(state == health.OK for state in parts.values())
    body = json.dumps({"status": health.OK if is_well else "unavailable", **parts}, ensure_ascii=False)
    return Response(body, status=200 if is_well else 503, content_type="application/json; charset=utf-8")
