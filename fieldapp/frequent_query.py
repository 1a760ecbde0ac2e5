"""A query that every filing asks: given to the database with as little as possible between."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Select

from fieldapp.extensions import driver_of


class FrequentQuery:
    """A query of one row. Its parameters are texts, numbers, days, moments with a zone, and lists for bulk.among (not
    IN, which is another statement for each length: ValueError on PostgreSQL).

    On PostgreSQL the driver gets it as the server reads it ($1, $2), compiled once: SQLAlchemy's way to the driver and
    the driver's search for named places (it remembers those of statements up to 4096 characters only) took longer than
    all else that this process does for one look-up. SQLite has no such way between, and is asked as always.
    """

    def __init__(self, query: Select[Any]) -> None:
        self._query = query

    def one(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """The row. `parameters` may name more than the query uses. Raises DBAPIError, KeyError for a missing one."""
        if connection.dialect.name != "postgresql":
            return connection.execute(self._query, dict(parameters)).one()
        from psycopg import RawCursor  # late: who runs on SQLite needs no PostgreSQL library

        words, places, own = self._for_postgresql
        given = {**own, **parameters}
        with driver_of(connection) as driver, RawCursor(driver) as cursor:
            row: Sequence[Any] | None = cursor.execute(words, [given[place] for place in places]).fetchone()
        if row is None:
            raise LookupError("the query has no row")
        return row

    @cached_property
    def _for_postgresql(self) -> tuple[bytes, tuple[str, ...], dict[str, Any]]:
        from sqlalchemy.dialects.postgresql.psycopg import dialect

        compiled = self._query.compile(dialect=dialect(paramstyle="numeric_dollar"))  # type: ignore[no-untyped-call]
        if compiled.post_compile_params:
            raise ValueError("a list with a place for each of its values; bulk.among takes it as one")
        own = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled).encode(), tuple(compiled.positiontup or ()), own
