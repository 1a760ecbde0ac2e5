"""The demo county for tests: loaded once for all test processes of a run, then copied; to load it takes 14 s of CPU."""

import shutil
from pathlib import Path

import pytest
from once import once_per_run
from servers import LiveServer, PostgresCluster
from sqlalchemy import create_engine, select, text

from fieldapp.extensions import db

DATABASE = "fieldapp.sqlite3"
_TEMPLATE = "template_demo_county"


def loaded_once(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the county on SQLite, made from a database without rows by `flask demo load`."""

    def load(draft: Path) -> None:
        shutil.copy(empty_file, draft / DATABASE)
        demo_server(draft).flask("demo", "load")

    return once_per_run(tmp_path_factory, "demo-county", load)


def demo_server(instance: Path) -> LiveServer:
    """A server, not yet started, of a demonstration on SQLite in `instance`."""
    return LiveServer(instance, f"sqlite:///{instance / DATABASE}", {"FIELDAPP_DEMO": "1"})


def copy_to_postgres(request: pytest.FixtureRequest, folder: Path, database: str) -> str:
    """The county in a new PostgreSQL `database`; gives its address. The rows are those of `folder`, value for value."""
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    if not cluster.has(_TEMPLATE):
        cluster.create(_TEMPLATE, template=request.getfixturevalue("postgres_template"))
        _carry_rows(f"sqlite:///{folder / DATABASE}", cluster.url(_TEMPLATE))
    cluster.drop(database)
    cluster.create(database, template=_TEMPLATE)
    return cluster.url(database)


def _carry_rows(source_url: str, target_url: str) -> None:
    source, target = create_engine(source_url), create_engine(target_url)
    with source.connect() as reading, target.begin() as writing:
        writing.execute(text("SET LOCAL session_replication_role = replica"))  # keys in any order
        for table in db.metadata.sorted_tables:
            if rows := reading.execute(select(table)).mappings().all():
                writing.execute(table.insert(), [dict(row) for row in rows])
    source.dispose()
    target.dispose()
