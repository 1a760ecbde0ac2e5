"""A group of commands that says what is wrong with the database in a sentence, not in a trace."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from fieldapp.keeping.database_dump import DAMAGED

_NO_TABLES = "数据库里还没有这个版本的表。请先运行：flask --app wsgi db upgrade"
_NO_DATABASE = "数据库打不开，什么也没有做。请检查 FIELDAPP_DATABASE_URL，以及数据库是否在运行、没有被别的程序占住。"
_MISSING = ("no such table", "no such column", "has no column named")
_DAMAGED = ("malformed", "not a database", "Could not decode to UTF-8")  # SQLite's and its driver's own words
_MISSING_CODES = ("42P01", "42703")  # undefined_table, undefined_column. Source: PostgreSQL, appendix A


class SpokenGroup(AppGroup):
    """The parent of every group of commands here."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command. Raises ClickException with what to do when there is no database, an older one, or one whose
        file is damaged.
        """
        try:
            return super().invoke(ctx)
        except DatabaseError as error:
            if any(words in str(error.orig) for words in _DAMAGED):
                raise click.ClickException(f"{DAMAGED}。") from error
            if _is_of_tables(error):
                raise click.ClickException(_NO_TABLES) from error
            if isinstance(error, OperationalError):
                raise click.ClickException(_NO_DATABASE) from error
            raise


def _is_of_tables(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    return code in _MISSING_CODES or any(words in str(error.orig) for words in _MISSING)
