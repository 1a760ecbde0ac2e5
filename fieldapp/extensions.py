"""What is made once: the database, the unit of work, the sign-in manager, CSRF."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import DateTime, MetaData, event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session
from sqlalchemy.types import TypeDecorator

from fieldapp.capacity import refuse_what_does_not_fit
from fieldapp.config import WeakSettings


class Base(DeclarativeBase):
    """The parent of every table; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Refuses one without a zone, and gives it back with one on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    # Objects stay readable after a commit; writers read anew with populate_existing instead.
    session_options={"expire_on_commit": False},
)
event.listen(Session, "before_flush", refuse_what_does_not_fit)
login_manager = LoginManager()
_View = TypeVar("_View", bound=Callable[..., object])


_FORMS = {"multipart/form-data", "application/x-www-form-urlencoded", "application/x-url-encoded"}  # as in Werkzeug


class _Csrf(CSRFProtect):  # type: ignore[misc]  # Flask-WTF is not typed
    def exempt(self, view: _View) -> _View:
        """For a view that needs no token: as the library's own, which does not say that it gives back what it took."""
        super().exempt(view)
        return view

    def _get_csrf_token(self) -> str | None:
        """As the library's own, which also looks for a form in what is none (JSON, a photo), and reads one, with all
        its files, although the header says the token.
        """
        sent = next(filter(None, map(request.headers.get, current_app.config["WTF_CSRF_HEADERS"])), None)
        if sent is None and request.mimetype in _FORMS:
            return super()._get_csrf_token()  # type: ignore[no-any-return]  # Flask-WTF is not typed
        return sent


csrf = _Csrf()

_WRITE_LOCK = 8252026  # any fixed number
_LOCK_WAIT_MS = 10_000
_LOCK_LOOK_S = 0.002
_BUSY_TIMEOUT = f"PRAGMA busy_timeout={_LOCK_WAIT_MS}"
# One round trip: the wait is bounded, then the sender gets 503 and tries again.
_WAIT_BOUNDED = f"set_config('lock_timeout', '{_LOCK_WAIT_MS}', true)"
_PLAN_ONCE = "set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)"
_TAKE_TURN = text(f"SELECT {_WAIT_BOUNDED}, pg_advisory_xact_lock({_WRITE_LOCK})")
_TAKE_TURN_BY_KEYS = text(f"SELECT {_WAIT_BOUNDED}, {_PLAN_ONCE}, pg_advisory_xact_lock({_WRITE_LOCK})")
_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def unit_of_work(*, by_keys: bool = False) -> Iterator[Session]:
    """One transaction for everything inside: committed at the end, undone as a whole when anything raises.

    An inner unit joins the outer one. One writer at a time, on both engines: SQLite takes its write lock at once
    (BEGIN IMMEDIATE; a transaction that first reads and later writes would fail without waiting), PostgreSQL an
    advisory lock. The audit chain needs that order anyway, and no operation needs a lock of its own. So nothing slow
    belongs inside: hash passwords and write files before.

    `by_keys`: the statements inside are always the same and find their rows by keys, so PostgreSQL plans each of them
    once, by index. Left to itself it plans a filing's look-up anew each time, which takes longer than to carry it out,
    and reads whole tables as long as it has not counted their rows.
    """
    session = db.session()
    if _writing.get():
        yield session
        return
    if session.in_transaction():
        session.commit()  # ends the reads so far: a writer must see the newest rows
    token = _writing.set(True)
    try:
        connection = session.connection()  # on SQLite this begins, and waits for the turn
        if connection.dialect.name == "postgresql":
            with sent_together(session):
                connection.execute(_TAKE_TURN_BY_KEYS if by_keys else _TAKE_TURN)
        yield session
        session.commit()
    except BaseException:
        undo(session)
        raise
    finally:
        _writing.reset(token)


@contextmanager
def sent_together(session: Session, *, with_commit: bool = False) -> Iterator[None]:
    """Sends the statements inside one after the other and waits once, at the end, for all their answers.

    On PostgreSQL that is one round trip (pipeline mode), BEGIN included; SQLite has none to save. Nothing may be read
    inside. `with_commit`: these are the last statements of their unit of work, whose COMMIT goes along with them; after
    a failed one it is not carried out. Raises DBAPIError at the end, or at a later statement, when one of them failed.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        yield
        return
    with driver_of(connection) as driver, driver.pipeline():
        yield
        if with_commit:
            driver.execute("COMMIT", prepare=False)  # its commit() would wait by itself; later ones find it done


@contextmanager
def driver_of(connection: Connection) -> Iterator[Any]:
    """The connection of PostgreSQL's driver itself, its errors told as elsewhere. Raises DBAPIError."""
    import psycopg  # late: who runs on SQLite needs no PostgreSQL library

    try:
        yield connection.connection.driver_connection
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error, hide_parameters=True) from error


def undo(session: Session | scoped_session[Any]) -> None:
    """Ends the transaction without its changes. On a dead line (the database has gone) there is nothing to undo: the
    line is thrown away, so that whoever comes next gets a new one.
    """
    try:
        session.rollback()
    except SQLAlchemyError:
        (session() if isinstance(session, scoped_session) else session).invalidate()


def begin_reads() -> None:
    """Lets what is read from here to the next unit of work be read without a transaction around it.

    On PostgreSQL at READ COMMITTED that shows the same rows and saves two round trips in each request; on SQLite a
    transaction costs nothing.
    """
    session = db.session()
    if not session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def end_reads() -> None:
    """Gives the connection back before something slow (a phone sends its photo); what was read stays readable."""
    if not _writing.get():
        db.session.commit()


def bind(app: Flask) -> None:
    """Connects all of these to `app`."""
    db.init_app(app)
    login_manager.init_app(app)
    csrf.init_app(app)
    with app.app_context():
        _prepare(db.engine)


def refuse_weak_durability(connection: Connection) -> None:
    """Raises WeakSettings when a commit could be lost by a power cut with the database's present settings."""
    if connection.dialect.name == "sqlite":
        weak = [] if connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2 else ["PRAGMA synchronous"]
    else:
        names = ("fsync", "synchronous_commit", "full_page_writes")
        values = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names}
        weak = [name for name, value in values.items() if value in ("off", "local")]
    if weak:
        raise WeakSettings("数据库设置不能保证断电不丢数据，拒绝启动：" + "、".join(weak))


def _prepare(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _durable(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted is overwritten, not only forgotten: see purging.py
            "cache_size=-1000",  # 1 MB for each connection of each thread; the system keeps the file in memory anyway
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(_BUSY_TIMEOUT)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _writing.get():
            _take_turn(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _take_turn(connection: Connection) -> None:
    """Begins with SQLite's write lock, waiting for it as long as on PostgreSQL. Raises OperationalError.

    SQLite itself sleeps up to 100 ms between two looks at the lock, so one of two busy processes meets it free by luck
    only, after seconds. Looking every 2 ms, it comes soon after the writer before.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + _LOCK_WAIT_MS / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
            time.sleep(_LOCK_LOOK_S)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for the error to be told as others are
    finally:
        driver.execute(_BUSY_TIMEOUT)
