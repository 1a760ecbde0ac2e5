"""/healthz, for whoever watches over the server."""

from flask import Response, current_app, json
from sqlalchemy.exc import SQLAlchemyError

from fieldapp import health
from fieldapp.evidence import queries as evidence
from fieldapp.extensions import db
from fieldapp.filing import keyring
from fieldapp.jobs import queries as jobs
from fieldapp.web.public import public


@public.get("/healthz")
def healthz() -> Response:
    """200 and `ok` for each part, or 503 with what is wrong with which part."""
    parts = _states()
    is_well = all(state == health.OK for state in parts.values())
    whole = {"status": health.OK if is_well else "unavailable", **parts, "worker": _worker(parts["database"])}
    body = json.dumps(whole, ensure_ascii=False)
    return Response(body, status=200 if is_well else 503, content_type="application/json; charset=utf-8")


def _worker(database: str) -> str:
    """Whether somebody does what is left for later. Without one the server serves all the same, so it stays healthy."""
    if database != health.OK:
        return "unknown"
    try:
        return health.OK if jobs.is_running() else "stopped"
    except SQLAlchemyError:  # its tables come with the next db upgrade, or the database is gone since
        db.session.rollback()
        return "unknown"


def _states() -> dict[str, str]:
    settings = current_app.config["SETTINGS"]
    database = health.database_state(db.engine)
    if database != health.OK:
        storage = health.storage_state(settings.storage_url)
        return {"database": database, "storage": storage, "keys": keyring.fault_of_files(settings.instance)}
    try:
        newest = evidence.newest_digest()
        with db.engine.connect() as connection:
            keys = keyring.fault_now(connection, db.metadata, settings.instance)
    except SQLAlchemyError:  # gone since the line above
        return {"database": "数据库连不上", "storage": health.OK, "keys": health.OK}
    return {
        "database": database,
        "storage": health.storage_state(settings.storage_url, newest_original=newest),
        "keys": keys,
    }
