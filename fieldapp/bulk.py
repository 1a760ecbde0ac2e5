"""Writing many rows of one table in one statement."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table, insert, text

Rows = Sequence[Mapping[str, Any]]


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts `rows`, which name the same columns, in order.

    On PostgreSQL the driver would send a statement for each row; there they travel as one JSON value instead.
    Source: PostgreSQL, json_populate_recordset.
    """
    if len(rows) > 1 and connection.dialect.name == "postgresql":
        statement = _from_json(table, tuple(rows[0]))
        connection.execute(statement, {"rows": json.dumps([*rows], ensure_ascii=False, default=_spelled)})
    elif rows:
        connection.execute(_plain(table), [*rows])


@cache  # to build a statement takes longer than to run it
def _plain(table: Table) -> Executable:
    return insert(table)


@cache
def _from_json(table: Table, names: tuple[str, ...]) -> Executable:
    columns = ", ".join(names)
    return text(
        f"INSERT INTO {table.name} ({columns}) "  # noqa: S608 names of our own tables and columns
        f"SELECT {columns} FROM json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"
    )


def _spelled(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"no spelling for {type(value).__name__}")
