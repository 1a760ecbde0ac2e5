"""What every room stands on: settings, the unit of work, ids, the clock, errors as words, health."""

import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path

import pytest
from conftest import make_app
from factories import make_organisation
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select, text

from fieldapp import clock, errors, health, ids
from fieldapp.access import EVERYONE, door
from fieldapp.config import WeakSettings, kept_secret, read_settings
from fieldapp.extensions import Instant, db, refuse_weak_durability, unit_of_work
from fieldapp.people.models import Organisation


def organisation(name: str) -> Organisation:
    return Organisation(id=ids.mint(), kind="agency", name=name, short_name=name)


def count_organisations() -> int:
    return db.session.scalar(select(func.count()).select_from(Organisation))


# The unit of work


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_only_who_finds_all_by_keys_has_each_statement_planned_once(app: Flask):
    def planning() -> tuple[str, ...]:
        names = ("plan_cache_mode", "enable_seqscan")
        return tuple(db.session.execute(text(f"SHOW {name}")).scalar_one() for name in names)

    with unit_of_work(by_keys=True):
        assert planning() == ("force_generic_plan", "off")
    with unit_of_work():
        assert planning() == ("auto", "on")
    assert planning() == ("auto", "on")


def test_a_unit_of_work_keeps_everything_inside_it(app: Flask):
    with unit_of_work() as session:
        session.add(organisation("一局"))
        session.add(organisation("二局"))

    db.session.rollback()
    assert count_organisations() == 2


def test_a_unit_of_work_that_raises_keeps_nothing(app: Flask):
    with pytest.raises(errors.Refused), unit_of_work() as session:
        session.add(organisation("一局"))
        session.flush()
        raise errors.Refused

    assert count_organisations() == 0


def test_an_inner_unit_of_work_is_undone_with_the_outer_one(app: Flask):
    with pytest.raises(errors.Refused), unit_of_work():
        with unit_of_work() as session:
            session.add(organisation("一局"))
        raise errors.Refused

    assert count_organisations() == 0


def test_after_a_failure_the_next_unit_of_work_commits_again(app: Flask):
    with pytest.raises(errors.Refused), unit_of_work():
        raise errors.Refused

    with unit_of_work() as session:
        session.add(organisation("一局"))

    db.session.rollback()
    assert count_organisations() == 1


def test_what_an_interrupt_stops_is_undone(app: Flask):
    with pytest.raises(KeyboardInterrupt), unit_of_work() as session:
        session.add(organisation("一局"))
        session.flush()
        raise KeyboardInterrupt

    assert count_organisations() == 0


def test_writers_at_the_same_time_wait_for_each_other_instead_of_failing(app: Flask):
    """Each reads first and writes later: on SQLite a plain BEGIN would fail there without waiting."""
    started = threading.Barrier(4)
    faults: list[BaseException] = []

    def write(name: str) -> None:
        with app.app_context():
            started.wait()
            try:
                for number in range(5):
                    with unit_of_work() as session:
                        session.scalar(select(func.count()).select_from(Organisation))
                        time.sleep(0.005)
                        session.add(organisation(f"{name}{number}"))
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    writers = [threading.Thread(target=write, args=(name,)) for name in "甲乙丙丁"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert faults == []
    assert count_organisations() == 20


def test_a_unit_of_work_sees_what_others_committed_before_it(app: Flask):
    assert count_organisations() == 0  # opens a reading transaction
    elsewhere = threading.Thread(target=lambda: _add_in_another_context(app))
    elsewhere.start()
    elsewhere.join()

    with unit_of_work() as session:
        seen = session.scalar(select(func.count()).select_from(Organisation))

    assert seen == 1


def _add_in_another_context(app: Flask) -> None:
    with app.app_context():
        make_organisation()
        db.session.remove()


# Durability


def test_the_database_as_we_open_it_is_durable(app: Flask):
    with db.engine.connect() as connection:
        refuse_weak_durability(connection)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_that_does_not_sync_each_commit_is_refused(app: Flask):
    with db.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA synchronous=NORMAL")
        with pytest.raises(WeakSettings, match="synchronous"):
            refuse_weak_durability(connection)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("level", ["off", "local"])
def test_postgresql_that_does_not_wait_for_its_log_is_refused(app: Flask, level: str):
    with db.engine.connect() as connection:
        connection.execute(text(f"SET synchronous_commit = {level}"))
        with pytest.raises(WeakSettings, match="synchronous_commit"):
            refuse_weak_durability(connection)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_guards_its_foreign_keys_and_lets_readers_pass_writers(app: Flask):
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_an_instant_comes_back_as_it_went_in_whatever_its_zone(app: Flask):
    moment = datetime(2026, 11, 24, 9, 5, 6, 123456, tzinfo=clock.CHINA)
    with unit_of_work() as session:
        row = organisation("一局")
        row.disabled_at = moment
        session.add(row)

    db.session.expire_all()
    kept = db.session.scalar(select(Organisation.disabled_at))

    assert kept == moment
    assert kept.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        Instant().process_bind_param(datetime(2026, 11, 24), create_engine("sqlite://").dialect)


# Settings


def test_a_fresh_instance_needs_no_settings(tmp_path: Path):
    settings = read_settings({"FIELDAPP_INSTANCE": str(tmp_path / "new")})

    assert settings.database_url == f"sqlite:///{tmp_path / 'new' / 'fieldapp.sqlite3'}"
    assert len(settings.secret_key) >= 32
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o077 == 0


def test_the_secret_stays_the_same_over_restarts(tmp_path: Path):
    first, second = (read_settings({"FIELDAPP_INSTANCE": str(tmp_path)}).secret_key for _ in range(2))

    assert first == second


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path):
    paths = [tmp_path / str(number) / "secret-key" for number in range(20) for _ in range(4)]
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        secrets = list(processes.map(kept_secret, paths))

    assert [len(set(secrets[place : place + 4])) for place in range(0, len(secrets), 4)] == [1] * 20
    assert len(set(secrets)) == 20
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"secret-key"}


@pytest.mark.parametrize("secret", ["short", "a" * 64, "abababababababababababababababababab"])
def test_production_refuses_a_secret_that_can_be_guessed(tmp_path: Path, secret: str):
    asked = {"FIELDAPP_INSTANCE": str(tmp_path), "FIELDAPP_ENV": "production", "FIELDAPP_SECRET_KEY": secret}

    with pytest.raises(WeakSettings, match="FIELDAPP_SECRET_KEY"):
        read_settings(asked)


def test_production_sends_its_cookie_over_https_only(tmp_path: Path):
    asked = {"FIELDAPP_INSTANCE": str(tmp_path), "FIELDAPP_ENV": "production"}
    from fieldapp import create_app

    app = create_app(read_settings(asked))

    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")


# Ids and the clock


def test_minted_ids_are_of_version_7_and_sort_by_their_time():
    minted = []
    for _ in range(5):
        minted.append(ids.mint())
        time.sleep(0.002)

    assert minted == sorted(minted)
    assert all(ids.is_uuid(one) and one[14] == "7" and one[19] in "89ab" for one in minted)


def test_ids_minted_in_the_same_instant_differ():
    assert len({ids.mint() for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    "text_",
    [
        "", "0191", None, 7, "0191E2A4-0000-7000-8000-000000000000", "0191e2a4-0000-7000-8000-00000000000g",
        "0191e2a4-0000-7000-c000-000000000000", " 0191e2a4-0000-7000-8000-000000000000",
        "0191e2a4-0000-7000-8000-000000000000\n", "../../../../../../etc/passwd-0000-0000",
    ],
)  # fmt: skip
def test_what_is_no_canonical_uuid_is_not_taken_for_one(text_: object):
    assert not ids.is_uuid(text_)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_moment_written_and_read_again_is_the_same_instant(naive: datetime, minutes: int):
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert clock.parse_rfc3339(clock.rfc3339(moment)) == moment


@pytest.mark.parametrize("text_", ["2026-11-24T09:00:00", "2026-11-24", "yesterday", ""])
def test_a_time_without_offset_is_no_time(text_: str):
    with pytest.raises(ValueError, match=r"offset|Invalid"):
        clock.parse_rfc3339(text_)


def test_now_is_in_utc():
    assert clock.now().tzinfo is UTC


# Errors become words


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.FieldappError)]


@pytest.fixture
def troubled(tmp_path: Path, sqlite_template: Path):
    """A client of an application whose extra door raises what the address asks for."""
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'fieldapp.sqlite3'}")
    raised: dict[str, BaseException] = {}
    trouble = door("trouble", __name__, admits=EVERYONE)

    @trouble.get("/api/trouble")
    @trouble.get("/trouble")
    def stumble() -> str:
        raise raised["now"]

    app.register_blueprint(trouble)
    client = app.test_client()
    client.environ_base["fieldapp.propagate"] = False
    client.will_raise = lambda fault: raised.update(now=fault)
    return client


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_a_problem_in_chinese_for_the_api(troubled, kind: type[errors.FieldappError]):
    troubled.will_raise(kind(faults=[errors.Fault("/answers/B01/note", "请写明事实。")]))

    answer = troubled.get("/api/trouble")

    assert answer.status_code == kind.status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["title"] == kind.title
    assert answer.json["status"] == kind.status
    assert answer.json["type"] == f"/problems/{kind.kind}"
    assert answer.json["errors"] == [{"pointer": "/answers/B01/note", "detail": "请写明事实。"}]
    assert any("\u4e00" <= character <= "\u9fff" for character in kind.title)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.status != 401], ids=lambda kind: kind.__name__)
def test_every_error_is_a_page_with_the_same_words_for_people(troubled, kind: type[errors.FieldappError]):
    troubled.will_raise(kind())

    answer = troubled.get("/trouble")

    assert answer.status_code == kind.status
    assert kind.title in answer.get_data(as_text=True)


def test_who_has_to_sign_in_is_led_there_and_back(troubled):
    troubled.will_raise(errors.SignInNeeded())

    answer = troubled.get("/trouble?page=2")

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")
    assert "page%3D2" in answer.location


@pytest.mark.parametrize("path", ["/api/trouble", "/trouble"])
def test_a_fault_of_the_program_says_nothing_of_its_insides(troubled, path: str, caplog):
    troubled.will_raise(RuntimeError("secret-detail"))

    answer = troubled.get(path)

    assert answer.status_code == 500
    assert "secret-detail" not in answer.get_data(as_text=True)
    assert "本机内容都在" in answer.get_data(as_text=True)
    assert "RuntimeError" in caplog.text


def test_a_full_disk_is_said_as_such(troubled):
    troubled.will_raise(OSError(28, "No space left on device"))

    answer = troubled.get("/api/trouble")

    assert answer.status_code == 507
    assert "存储空间" in answer.json["title"]


@pytest.mark.parametrize("kind", [errors.TooMany, errors.Unavailable])
def test_who_should_come_back_later_is_told_when(troubled, kind: type[errors.FieldappError]):
    troubled.will_raise(kind(retry_after=7))

    assert troubled.get("/api/trouble").headers["Retry-After"] == "7"


def test_an_unknown_address_is_a_problem_for_the_api_and_a_page_for_people(troubled):
    assert troubled.get("/api/nowhere").json["status"] == 404
    assert troubled.get("/nowhere").status_code == 404


def test_every_answer_carries_the_headers_that_protect_it(troubled):
    for path in ("/healthz", "/api/nowhere", "/nowhere"):
        headers = troubled.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"


def test_an_application_with_an_unguarded_door_does_not_start(tmp_path: Path):
    from flask import Blueprint

    from fieldapp.access import refuse_unguarded

    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'fieldapp.sqlite3'}")
    app.register_blueprint(Blueprint("backdoor", __name__))

    with pytest.raises(RuntimeError, match="backdoor"):
        refuse_unguarded(app)


# Health


def test_a_healthy_server_says_so(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "storage": "ok", "keys": "ok", "worker": "stopped"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_is_gone_makes_the_server_unhealthy(tmp_path: Path, database_url: str):
    client = make_app(tmp_path, f"sqlite:///{tmp_path / 'no-such-folder' / 'x.sqlite3'}").test_client()

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json["database"] == "数据库连不上"
    assert answer.json["storage"] == "ok"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_store_that_cannot_be_written_makes_the_server_unhealthy(tmp_path: Path, database_url: str):
    (tmp_path / "evidence").write_text("a file where a folder should be")

    answer = make_app(tmp_path, database_url).test_client().get("/healthz")

    assert answer.status_code == 503
    assert answer.json["storage"] == "存储目录不可写"


def test_a_store_that_is_nearly_full_is_said_as_such(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(health, "MINIMUM_FREE_BYTES", 1 << 60)

    assert health.storage_state(f"file://{tmp_path}") == "存储空间不足"


def test_looking_after_the_health_leaves_nothing_behind(client, tmp_path: Path):
    client.get("/healthz")

    assert os.listdir(tmp_path / "evidence") == []


@pytest.mark.parametrize("demo", ["1", ""])
def test_every_page_of_a_demo_says_that_nothing_in_it_is_real(tmp_path: Path, database_url: str, demo: str):
    client = make_app(tmp_path, database_url, FIELDAPP_DEMO=demo).test_client()

    for path in ("/sign-in", "/field/", "/field/slip", "/field/handover", "/verify/", "/nowhere"):
        page = client.get(path).get_data(as_text=True)
        assert ("演示数据，人和单位均为虚构" in page) == bool(demo), path
