"""Whether the parts that a promise rests on work now: the database and the folder of the originals."""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

OK = "ok"
MINIMUM_FREE_BYTES = 256 * 1024 * 1024  # an audio note and some photos must still fit


def database_state(engine: Engine) -> str:
    """`ok`, or in one Chinese sentence why the database cannot be used."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1").scalar()
    except PoolTimeout:
        return "数据库连接已用完"
    except SQLAlchemyError:
        return "数据库连不上"
    return OK


def storage_state(storage_url: str) -> str:
    """`ok`, or in one Chinese sentence why no original could be stored. A store that is no folder is not looked at."""
    if not storage_url.startswith("file://"):
        return OK
    folder = Path(unquote(urlsplit(storage_url).path))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:  # has no name, so that two probes never meet
            probe.write(b"x")
            probe.flush()
            os.fsync(probe.fileno())
        free_bytes = shutil.disk_usage(folder).free
    except OSError:
        return "存储目录不可写"
    return OK if free_bytes >= MINIMUM_FREE_BYTES else "存储空间不足"
