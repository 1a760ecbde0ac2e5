"""One application for many tests, as if each had its own: to make its routes, its templates and the database's
statements ready costs more than most tests do.
"""

from functools import cache

import psycopg
from flask import Flask
from psycopg import sql

from fieldapp.config import Settings
from fieldapp.extensions import db

STATELESS = {"fieldapp.evidence.renderer_client"}  # a child process that knows nothing from one picture to the next


class KeptApp:
    """An application that a test may change as it likes: the next one finds it as it was made."""

    def __init__(self, app: Flask) -> None:
        self._app, self._config, self._extensions = app, dict(app.config), dict(app.extensions)

    def as_new(self, settings: Settings) -> Flask:
        """The application with `settings`, nothing kept in memory. Its database and its routes stay the same."""
        kept = {name: self._app.extensions[name] for name in STATELESS & self._app.extensions.keys()}
        self._app.config.clear()
        self._app.config.update(self._config | {"SETTINGS": settings})
        self._app.extensions.clear()
        self._app.extensions.update(self._extensions | kept)
        return self._app

    def forget_connections(self) -> None:
        """Another server answers at the address now."""
        with self._app.app_context():
            db.engine.dispose()


_CONNECTIONS: dict[str, psycopg.Connection[tuple[str]]] = {}


def empty_tables(postgres_url: str) -> bool:
    """Rows away without asking keys and triggers: an append-only table would refuse, as it should in production.

    Gives whether the server is still the one that the last test left, and with it every connection that is kept.
    """
    try:
        _empty(_CONNECTIONS[postgres_url])
    except (KeyError, psycopg.OperationalError):
        _CONNECTIONS[postgres_url] = psycopg.connect(postgres_url.replace("+psycopg", ""))
        _empty(_CONNECTIONS[postgres_url])
        return False
    return True


def _empty(connection: psycopg.Connection[tuple[str]]) -> None:
    with connection.transaction():
        filled = [name for (name,) in connection.execute(_which_hold_rows(), prepare=True)]
        connection.execute("SET LOCAL session_replication_role = replica")
        for name in filled:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


@cache
def _which_hold_rows() -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in db.metadata.tables
    )
