"""What must stand before a server or a command begins: database, keys, originals. A lack is said in one sentence."""

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from fieldapp import health
from fieldapp.config import WeakSettings
from fieldapp.evidence import queries as evidence
from fieldapp.extensions import db, refuse_weak_durability
from fieldapp.filing import keyring, keys
from fieldapp.people import accounts


def refuse_unready(app: Flask, *, serves: bool = False) -> None:
    """Looks at the database and at the keys; for one who `serves` also at durability and originals, and reads all keys.

    Raises WeakSettings.
    """
    instance = app.config["SETTINGS"].instance
    with app.app_context():
        refuse_unreachable(app)
        with db.engine.connect() as connection:
            if serves:
                refuse_weak_durability(connection)
            fault = keyring.fault_at_start(connection, db.metadata, instance)
            has_tables = bool(db.inspect(connection).get_table_names())
        if fault != health.OK:
            raise WeakSettings(fault)
        if serves:
            _open_keys(app)
            if has_tables:
                _refuse_without_originals(app)
                say_unseparated(app)
        db.session.remove()


def say_unseparated(app: Flask) -> None:
    """Names the accounts that hold what 三员分离 keeps apart. They go on working, or the county would be locked out."""
    if app.config["SETTINGS"].separation != "required":
        return
    for user in accounts.unseparated():
        words = f"账号 {user.username}（{user.name}）兼任{user.role_words}，三员分离不允许，请尽快拆分。"
        click.echo(f"fieldapp：{words}", err=True)


def refuse_unreachable(app: Flask) -> None:
    """Raises WeakSettings when nothing can be read from the database."""
    url = db.engine.url
    try:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except OperationalError as error:
        if url.get_backend_name() == "sqlite":
            words = f"数据库文件 {url.database} 打不开。请看它所在的目录是否存在、能否写入。"
        else:
            words = (
                f"连不上 PostgreSQL（{url.host or url.query.get('host') or '本机'}，库 {url.database}）。"
                "请先启动 PostgreSQL（systemctl start postgresql），再核对 FIELDAPP_DATABASE_URL。"
            )
        raise WeakSettings(words) from error


def _open_keys(app: Flask) -> None:
    try:
        keyring.open_all(app.config["SETTINGS"].instance)
    except (keys.BrokenKey, OSError) as error:
        raise WeakSettings(f"密钥读不出：{error}") from error


def _refuse_without_originals(app: Flask) -> None:
    url = app.config["SETTINGS"].storage_url
    state = health.storage_state(url, newest_original=evidence.newest_digest())
    if state.startswith("证据原件目录"):
        raise WeakSettings(f"{state}。请把它放回原处，或从备份的 evidence/ 拷回；不要另建空目录。")
