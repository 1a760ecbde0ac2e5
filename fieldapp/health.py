"""Whether the parts that a promise rests on work now: the database and the folder of the originals."""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

from sqlalchemy import inspect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import Pool

OK = "ok"
MINIMUM_FREE_BYTES = 256 * 1024 * 1024  # an audio note and some photos must still fit
# Of the file behind a pool of connections: its device and inode when it was first looked at.
_first_seen: WeakKeyDictionary[Pool, tuple[int, int]] = WeakKeyDictionary()


def database_state(engine: Engine) -> str:
    """`ok`, or in one Chinese sentence why the database cannot be used.

    On SQLite an open connection goes on with a file that has been taken away, and what it writes then is lost. So the
    file is looked at too: it must be there, be the one that this process began with, and hold tables.
    """
    if (words := _file_state(engine)) != OK:
        return words
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1").scalar()
            if not inspect(connection).get_table_names():
                return "数据库里没有表，请运行 db upgrade 或恢复备份"
    except PoolTimeout:
        return "数据库连接已用完"
    except SQLAlchemyError:
        return "数据库连不上"
    return OK


def remember_file(engine: Engine) -> None:
    """Notes which file this process begins with, so that each process knows it, whichever is asked first."""
    _file_state(engine)


def _file_state(engine: Engine) -> str:
    place = engine.url.database
    if engine.dialect.name != "sqlite" or not place or place == ":memory:":
        return OK
    try:
        found = os.stat(place)
    except FileNotFoundError:
        return f"数据库文件 {place} 不见了" if engine.pool in _first_seen else "数据库连不上"
    except OSError:
        return "数据库连不上"
    here = (found.st_dev, found.st_ino)
    return OK if _first_seen.setdefault(engine.pool, here) == here else f"数据库文件 {place} 在运行中被换过，请重启"


def storage_state(storage_url: str, *, newest_original: str | None = None) -> str:
    """`ok`, or in one Chinese sentence why no original could be stored. A store that is no folder is not looked at.

    `newest_original`: SHA-256 of the last one that was stored; None before the first. The folder is made only then: one
    that appears anew beside a filled database would hide that all originals are gone.
    """
    if not storage_url.startswith("file://"):
        return OK
    folder = Path(unquote(urlsplit(storage_url).path))
    try:
        if newest_original is None:
            folder.mkdir(parents=True, exist_ok=True)
        elif not folder.is_dir():
            return f"证据原件目录 {folder} 不见了"
        elif not (folder / newest_original[:2] / newest_original).is_file():
            return f"证据原件目录 {folder} 里没有最近收到的原件"
        with tempfile.TemporaryFile(dir=folder) as probe:  # has no name, so that two probes never meet
            probe.write(b"x")
            probe.flush()
            os.fsync(probe.fileno())
        free_bytes = shutil.disk_usage(folder).free
    except OSError:
        return "存储目录不可写"
    return OK if free_bytes >= MINIMUM_FREE_BYTES else "存储空间不足"
