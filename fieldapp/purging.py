"""What the database was told to delete is made to leave its files, too."""

from typing import Any

from sqlalchemy.engine import Engine

_TRIES, _WAIT_MS = 5, 1000


def purge(engine: Engine) -> str:
    """Makes deleted content leave the database's own files, after the deleting has been committed; says how far.

    SQLite: every connection overwrites what it deletes (secure_delete), here the write-ahead log, which still holds the
    pages as they were, is written back and emptied. PostgreSQL: dead rows are vacuumed, so that their place is used
    again; when a block and its write-ahead log are overwritten is PostgreSQL's own business.
    The caller holds no transaction. Source: SQLite, PRAGMA secure_delete, wal_checkpoint; PostgreSQL, VACUUM.
    """
    raw = engine.raw_connection()
    try:
        return _sqlite(raw.driver_connection) if engine.dialect.name == "sqlite" else _postgresql(raw.driver_connection)
    finally:
        raw.invalidate()  # it has been set up for this alone


def _sqlite(connection: Any) -> str:
    connection.execute(f"PRAGMA busy_timeout={_WAIT_MS}")  # writers wait meanwhile, so not for long
    for _ in range(_TRIES):  # a reader may hold an old snapshot for a moment
        is_busy, *_rest = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_busy:
            return "数据库文件和日志（WAL）里的内容已抹去。"
    return "有程序一直在读数据库，日志（WAL）里的旧内容这次没有抹去，下一次再抹。"


def _postgresql(connection: Any) -> str:
    connection.autocommit = True
    connection.execute("VACUUM")
    return "已整理（VACUUM），数据库不再给出这些内容；磁盘上的旧块由 PostgreSQL 陆续覆盖。"
