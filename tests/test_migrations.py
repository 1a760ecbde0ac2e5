"""The way from an empty database to the newest schema, on both engines."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import make_app
from seeds import seed_of_this_run
from servers import ROOT, LiveServer, PostgresCluster
from sqlalchemy import Connection, MetaData, Table, create_engine, inspect, select

from fieldapp.extensions import db

# What was filed of interviews and roundtables is sealed since 0024: that it still fits its digest, `audit verify` says.
# Roles are several since 0015: test_roles_migration.py. How far an upload has come is on disk, since 0017.
GONE = {"user_account": ("role",), "evidence": ("offset_bytes",),
        "interview_revision": ("body",), "roundtable_revision": ("body",)}  # fmt: skip
MIGRATIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path):
    """The address of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    cluster.create("migrated")
    yield cluster.url("migrated")
    cluster.drop("migrated")


@pytest.fixture
def newest_database(request: pytest.FixtureRequest, empty_database: str):
    """The address of a database at the newest schema, to which the migrations have brought it."""
    if empty_database.startswith("sqlite"):
        shutil.copy(request.getfixturevalue("sqlite_template"), empty_database.removeprefix("sqlite:///"))
        return empty_database
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    cluster.drop("migrated")
    cluster.create("migrated", template=request.getfixturevalue("postgres_template"))
    return empty_database


def flask_db(database_url: str, instance: Path, *command: str) -> str:
    return LiveServer(instance, database_url).flask("db", *command)


def test_the_migrations_make_what_the_models_say(empty_database: str, tmp_path: Path):
    flask_db(empty_database, tmp_path, "upgrade")

    engine = create_engine(empty_database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)
    engine.dispose()
    assert differences == []


def test_upgrading_again_changes_nothing(newest_database: str, tmp_path: Path):
    Migrated(tmp_path, newest_database).to("upgrade", "head")

    engine = create_engine(newest_database)
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    assert tables == set(db.metadata.tables) | {"alembic_version"}


def some_of(schemas: list[Path]) -> list[Path]:
    """The oldest, the newest and one between, which the seed of the run names."""
    first, *between, last = schemas
    return [first, random.Random(seed_of_this_run()).choice(between), last]


@pytest.mark.parametrize("chosen", [some_of, pytest.param(list, marks=pytest.mark.long)], ids=["some", "every"])
def test_what_a_county_holds_survives_the_way_from_every_older_schema(
    request: pytest.FixtureRequest, demo_copy: LiveServer, chosen: Callable[[list[Path]], list[Path]]
):
    older = chosen(MIGRATIONS[:-1])
    everything = in_older_shapes(rows_of(demo_copy.database_url))
    going_back = Migrated(demo_copy.instance, demo_copy.database_url)
    going_on = Migrated(demo_copy.instance, beside(demo_copy.database_url))
    for path in reversed(MIGRATIONS[:-1]):
        going_back.to("downgrade", path.name[:4])  # a county that had not gone further
        if path not in older:
            continue  # what it lost would be missing further back, too
        before = rows_of(going_back.url)
        assert before["observation"] != []
        for name in ("observation", "follow_up", "follow_up_entry"):  # the way back keeps them, too
            assert name not in before or are_carried(before[name], everything[name]), (path.name, name)

        if path.name < "0017":
            stored = [row for row in before["evidence"] if row["state"] == "stored"]
            assert stored != []
            assert all(row["offset_bytes"] == row["length_bytes"] for row in stored)

        copy_database(request, going_back.url, going_on.url)
        going_on.to("upgrade", "head")

        after = in_older_shapes(rows_of(going_on.url))
        before.pop("visit_voices_progress", None)  # moved into projection_progress: see the next test
        changed = [name for name in before if not are_carried(without_gone(name, before[name]), after[name])]
        assert changed == [], path.name
    # What no older schema had a place for went on the way back, and is named as missing; nothing else is.
    missing = {line.split("：")[1].split()[0] for line in faults_named(demo_copy.instance, going_on.url)}
    assert missing <= {"座谈", "确认", "执法人员说明"}


def faults_named(instance: Path, url: str) -> list[str]:
    """What `flask audit verify` calls wrong, a line each."""
    server = LiveServer(instance, url)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "audit", "verify"]
    said = subprocess.run(command, cwd=ROOT, env=server.env(), capture_output=True, text=True, check=False)
    faults = [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("第")]
    assert faults or said.returncode == 0, said
    return faults


class Migrated:
    """A database that is taken from schema to schema within this process: a command of its own takes a second more."""

    def __init__(self, instance: Path, url: str) -> None:
        self.app, self.url = make_app(instance, url), url
        flask_migrate.Migrate(self.app, db, render_as_batch=True)

    def to(self, way: str, revision: str) -> None:
        with self.app.app_context():
            getattr(flask_migrate, way)(directory=str(ROOT / "migrations"), revision=revision)
            db.engine.dispose()  # nobody is connected to what is copied


def beside(address: str) -> str:
    """The address of the other database of a test."""
    return address.replace("fieldapp.sqlite3", "again.sqlite3").replace("/demo_copy?", "/again?")


def copy_database(request: pytest.FixtureRequest, source: str, target: str) -> None:
    """Puts what lies at the address `source` in the place of what lies at `target`."""
    if source.startswith("sqlite"):
        file = Path(target.removeprefix("sqlite:///"))
        for old in file.parent.glob(f"{file.name}*"):
            old.unlink()
        shutil.copy(source.removeprefix("sqlite:///"), file)
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    cluster.drop("again")
    cluster.create("again", template="demo_copy")


def in_older_shapes(rows: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    """The rows of today's tables, and beside them those of tables that have been taken apart, as they were."""
    matters = {row["id"]: row for row in rows["matter"]}
    log = [row | {"follow_up_id": row["matter_id"]} for row in rows["matter_entry"] if
           matters[row["matter_id"]]["kind"] == "follow_up"]  # fmt: skip
    return rows | {"follow_up": [row | matters[row["id"]] for row in rows["follow_up"]], "follow_up_entry": log}


def test_how_far_the_voices_have_read_is_carried_into_the_table_of_all_projections(
    newest_database: str, tmp_path: Path
):
    county = Migrated(tmp_path, newest_database)
    county.to("downgrade", "0010")
    engine = create_engine(newest_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO visit_voices_progress (id, sequence) VALUES (1, 4711)")

    county.to("upgrade", "head")

    with engine.connect() as connection:
        progress = connection.exec_driver_sql("SELECT name, sequence, rule FROM projection_progress").all()
    engine.dispose()
    assert [tuple(row) for row in progress] == [("visit_voices", 4711, 0)]
    county.to("downgrade", "0010")
    assert rows_of(newest_database)["visit_voices_progress"] == [{"id": "1", "sequence": "4711"}]


def rows_of(database_url: str) -> dict[str, list[dict[str, str]]]:
    """Every row of every table in the order of its key, values as text."""
    engine = create_engine(database_url)
    tables = MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        found = {table.name: read(connection, table) for table in tables.sorted_tables}
    engine.dispose()
    del found["alembic_version"]
    return found


def read(connection: Connection, table: Table) -> list[dict[str, str]]:
    rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
    return [{column: str(value) for column, value in row.items()} for row in rows]


def are_carried(before: list[dict[str, str]], after: list[dict[str, str]]) -> bool:
    """Whether these are the same rows with the same values; columns may have come."""
    return len(before) == len(after) and all(old.items() <= new.items() for old, new in zip(before, after, strict=True))


def without_gone(table: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows without the columns that a later schema has replaced; their tests are of their own."""
    return [{name: value for name, value in row.items() if name not in GONE.get(table, ())} for row in rows]


ONE_FOR_BOTH = pytest.mark.parametrize(
    "empty_database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)


@ONE_FOR_BOTH
def test_there_is_one_line_of_migrations(empty_database: str, tmp_path: Path):
    heads = flask_db(empty_database, tmp_path, "heads").splitlines()

    assert MIGRATIONS
    assert len(heads) == 1


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.name)
def test_a_migration_does_not_lean_on_models_that_will_change(path: Path):
    assert "fieldapp" not in path.read_text(), "a migration names plain types: the models of its day will be gone"


@ONE_FOR_BOTH  # the first test of this file compares both
def test_nobody_forgot_a_migration(newest_database: str, tmp_path: Path):
    assert "No new upgrade operations detected" in flask_db(newest_database, tmp_path, "check")
