"""Copies of the database: SQLite by its own backup call, PostgreSQL by pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

from fieldapp.config import fsync_folder
from fieldapp.errors import FieldappError

SQLITE_NAME, POSTGRES_NAME = "database.sqlite3", "database.dump"

DAMAGED = "数据库文件已损坏，读不出全部内容。请停止服务，保留这个文件的副本，用最近一份核对过的备份恢复"


class ToolFailed(FieldappError):
    status, kind, title = 500, "tool-failed", "数据库工具没有完成。"


def dump(engine: Engine, folder: Path) -> None:
    """Writes a copy of the whole database as of one moment into `folder`, while the server goes on.

    Raises ToolFailed.
    """
    if engine.dialect.name == "sqlite":
        _copy_sqlite(Path(str(engine.url.database)), folder / SQLITE_NAME)
    else:
        target = folder / POSTGRES_NAME
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={target}",
            f"--dbname={_place(engine)}",
        )
        _sync(target)
    fsync_folder(folder)


def load(engine: Engine, folder: Path) -> None:
    """Brings the copy in `folder` back into an empty database. Raises ToolFailed."""
    engine.dispose()
    if engine.dialect.name == "sqlite":
        target = Path(str(engine.url.database))
        for rest in ("-wal", "-shm"):
            Path(f"{target}{rest}").unlink(missing_ok=True)
        _copy_sqlite(folder / SQLITE_NAME, target)
        fsync_folder(target.parent)
        return
    how = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--clean", "--if-exists"]
    _run("pg_restore", *how, f"--dbname={_place(engine)}", str(folder / POSTGRES_NAME))


def is_empty(engine: Engine) -> bool:
    """Whether nobody has ever worked in this database: no tables, or none of them with an account or an entry."""
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        return True
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        watched = [name for name in ("user_account", "audit_entry", "organisation") if name in tables]
        return not any(
            connection.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM {name})").scalar()  # noqa: S608 names of ours
            for name in watched
        )


def faults_of(engine_name: str, folder: Path) -> list[str]:
    """Whether the copy in `folder` can be read as a database: what is wrong with it, in words."""
    if engine_name == "sqlite":
        return _faults_of_sqlite(folder / SQLITE_NAME)
    try:
        _run("pg_restore", "--list", str(folder / POSTGRES_NAME))
    except ToolFailed as failed:
        return [f"数据库副本读不出：{failed.title}"]
    return []


def fault_of_pages(engine: Engine) -> str | None:
    """Whether the database in use is damaged as a file, in one Chinese sentence; None when it is whole.

    Of SQLite every page is read (PRAGMA integrity_check). Of PostgreSQL nothing is said: its own checksums are its
    server's, and a damaged page fails the read that meets it.
    """
    if engine.dialect.name != "sqlite":
        return None
    try:
        with engine.connect() as connection:
            said = list(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars())
    except DatabaseError as error:
        return f"{DAMAGED}（{error.orig}）"
    return None if said == ["ok"] else f"{DAMAGED}（{' '.join(said[0].split())}）"


def _faults_of_sqlite(path: Path) -> list[str]:
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        finally:
            connection.close()
    except sqlite3.Error as error:
        return [f"数据库副本读不出：{error}"]
    return [] if said == ["ok"] else [f"数据库副本损坏：{line}" for line in said[:5]]


def _copy_sqlite(source: Path, target: Path) -> None:
    reader, writer = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reader.backup(writer)
        writer.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except sqlite3.Error as error:
        raise ToolFailed(f"SQLite 没有完成复制：{error}") from error
    finally:
        reader.close()
        writer.close()
    target.chmod(0o600)
    _sync(target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place(engine: Engine) -> str:
    """The database as libpq names it, without its password."""
    from psycopg.conninfo import make_conninfo

    parts = {**engine.url.translate_connect_args(username="user", database="dbname"), **engine.url.query}
    parts.pop("password", None)
    return make_conninfo("", **parts)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program) or next(
        map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))[-1:]), None
    )
    if found is None:
        raise ToolFailed(f"没有 {program}：请安装 PostgreSQL 的客户端程序（postgresql-client）。")
    password = _password()
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolFailed(f"{program} 没有完成：{done.stderr.strip()[-600:]}")


def _password() -> str | None:
    from fieldapp.extensions import db

    password = db.engine.url.password
    return str(password) if password else None
