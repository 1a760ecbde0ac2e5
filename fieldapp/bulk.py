"""Many rows in one statement: found by their keys, or written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    ScalarSelect,
    Select,
    Table,
    Text,
    bindparam,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NULLTYPE, TypeDecorator, TypeEngine

Rows = Sequence[Mapping[str, Any]]


def among(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the texts in the list that is given as the parameter `name`.

    The list travels as one value, so the statement is the same however long it is, and the database reads and plans it
    once. IN with a place for each text is another statement for each length.
    """
    return _Among(column, bindparam(name, type_=_Texts()))


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts `rows`, which name the same columns, in order.

    On PostgreSQL the driver would send a statement for each row; there they travel as one JSON value instead.
    Source: PostgreSQL, json_populate_recordset.
    """
    if len(rows) > 1 and connection.dialect.name == "postgresql":
        statement = _from_json(table, tuple(rows[0]))
        connection.execute(statement, {"rows": _written(rows)})
    elif rows:
        connection.execute(_plain(table), [*rows])


def rows_as_json(rows: Select[Any]) -> ScalarSelect[str]:
    """All rows of a query as one JSON array of objects, by the names of its columns; empty or NULL when there are none.

    So that several queries whose rows differ can be asked as the columns of one. Only text, numbers and NULL keep their
    shape on both engines.
    """
    found = rows.subquery()
    pairs = (part for one in found.c for part in (literal_column(f"'{one.name}'"), one))
    return select(_RowsAsJson(found.table_valued(), *pairs)).scalar_subquery()


class _Texts(TypeDecorator[list[str]]):
    """An array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else orjson.dumps(value).decode()


class _Among(FunctionElement[bool]):
    inherit_cache = True
    # A Boolean would be compared with 1 on SQLite, which then finds no index for it.
    type = NULLTYPE  # type: ignore[assignment]  # the library expects the type that would be in the way


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, texts = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({texts})"


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, texts = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT CAST(value AS TEXT) FROM json_each({texts}))"  # noqa: S608 both compiled


class _RowsAsJson(FunctionElement[str]):
    """Of the rows as a whole, and of each name and column in turn: PostgreSQL takes the first, SQLite the others."""

    inherit_cache = True
    type = Text()


@compiles(_RowsAsJson, "postgresql")
def _rows_on_postgresql(element: _RowsAsJson, compiler: Any, **options: Any) -> str:
    row, *_ = element.clauses
    return f"CAST(json_agg({compiler.process(row, **options)}) AS TEXT)"


@compiles(_RowsAsJson, "sqlite")
def _rows_on_sqlite(element: _RowsAsJson, compiler: Any, **options: Any) -> str:
    _, *pairs = (compiler.process(one, **options) for one in element.clauses)
    return f"json_group_array(json_object({', '.join(pairs)}))"


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


def _written(rows: Rows) -> str:
    try:
        return orjson.dumps([*rows], _spelled, orjson.OPT_PASSTHROUGH_DATETIME).decode()
    except TypeError as error:  # the library's own, around what `_spelled` raised
        raise ValueError(str(error.__cause__ or error)) from error


def _spelled(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"no spelling for {type(value).__name__}")
