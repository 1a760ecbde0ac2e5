"""M20: backup → wipe → restore → everything stands, and one flipped bit is noticed."""

import contextvars
import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import make_app
from factories import make_checklist_version, make_photo, make_visit, observation_body
from flask import Flask
from sqlalchemy import text

from fieldapp import ids
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.observations.models import Observation
from fieldapp.people.models import User

FIELDS_OF_ONE = ("party", "answers", "summary")


@pytest.fixture
def filled(app: Flask, county, signed_in, tmp_path: Path) -> Any:
    """Two records with a photo each, filed as a phone does; gives what the server shows of them."""
    version = make_checklist_version()
    visit = make_visit(group=county.first_group)
    phone = signed_in(county.zhang_san)
    shown = []
    for number in range(2):
        observation_id, evidence_id = ids.mint(), ids.mint()
        sent = observation_body(visit, version, answers={"B01": {"value": "yes", "evidence": [evidence_id]}})
        assert phone.api_put(f"/api/v1/observations/{observation_id}", json=sent).status_code == 200
        photo = make_photo(64, 48, text=str(number))
        assert phone.send_file(photo, evidence_id=evidence_id, observation=observation_id).status_code == 201
        shown.append(phone.api_get(f"/api/v1/observations/{observation_id}").json)
    return shown


def test_after_a_wipe_a_restore_brings_everything_back(app: Flask, filled, tmp_path: Path):
    made = _run(app, "backup", "create", str(tmp_path / "backup"))
    other = _another_instance(app, tmp_path, "restored")

    restored = _run(other, "backup", "restore", str(tmp_path / "backup"))

    assert made.exit_code == 0, made.output
    assert restored.exit_code == 0, restored.output
    with other.app_context():
        phone = other.test_client()
        assert phone.sign_in("zhangsan").status_code == 200
        for before in filled:
            after = phone.api_get(f"/api/v1/observations/{before['id']}").json
            assert {name: after[name] for name in ("digest", "body", "revisions", "number")} == {
                name: before[name] for name in ("digest", "body", "revisions", "number")
            }
            for photo in after["evidence"]:
                original = phone.get(photo["original_url"])
                assert hashlib.sha256(original.get_data()).hexdigest() == photo["sha256"]
        assert _run(other, "audit", "verify", "--files").exit_code == 0
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("victim", ["database.sqlite3", "evidence", "instance/keys", "manifest.json"])
def test_one_flipped_bit_in_a_backup_is_noticed_and_nothing_is_restored(
    app: Flask, filled, tmp_path: Path, victim: str
):
    backup = tmp_path / "backup"
    assert _run(app, "backup", "create", str(backup)).exit_code == 0
    path = backup / victim
    path = path if path.is_file() else next(file for file in path.rglob("*") if file.is_file())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    other = _another_instance(app, tmp_path, "restored")

    checked = _run(app, "backup", "verify", str(backup))
    restored = _run(other, "backup", "restore", str(backup))

    assert checked.exit_code == 1, checked.output
    assert restored.exit_code == 1, restored.output
    assert not any((tmp_path / "restored" / "evidence").glob("??/*"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_lost_file_and_a_foreign_one_are_noticed(app: Flask, filled, tmp_path: Path):
    backup = tmp_path / "backup"
    _run(app, "backup", "create", str(backup))
    whole = _run(app, "backup", "verify", str(backup))
    next((backup / "evidence").glob("??/*")).unlink()
    (backup / "evidence" / "note.txt").write_text("added")

    told = _run(app, "backup", "verify", str(backup))

    assert whole.exit_code == 0, whole.output
    assert told.exit_code == 1
    assert "缺少 evidence/" in told.output
    assert "清单里没有 evidence/note.txt" in told.output


def test_a_filled_instance_is_never_overwritten(app: Flask, filled, tmp_path: Path):
    _run(app, "backup", "create", str(tmp_path / "backup"))
    before = db.session.query(Observation).count(), db.session.query(User).count(), db.session.query(Evidence).count()

    told = _run(app, "backup", "restore", str(tmp_path / "backup"))

    assert told.exit_code == 1
    assert "空的实例" in told.output
    db.session.rollback()
    after = db.session.query(Observation).count(), db.session.query(User).count(), db.session.query(Evidence).count()
    assert after == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_rotten_original_is_said_when_the_backup_is_made(app: Flask, filled, tmp_path: Path):
    next((tmp_path / "evidence").glob("??/*")).write_bytes(b"rotten")

    told = _run(app, "backup", "create", str(tmp_path / "backup"))

    assert told.exit_code == 1
    assert "内容与编号不符" in told.output
    assert not (tmp_path / "backup" / "manifest.json").exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_takes_no_folder_that_holds_something(app: Flask, filled, tmp_path: Path):
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "old").write_text("precious")

    told = _run(app, "backup", "create", str(tmp_path / "backup"))

    assert told.exit_code == 1
    assert (tmp_path / "backup" / "old").read_text() == "precious"


def _run(app: Flask, *arguments: str) -> Any:
    # Outside the test's own application context: flask would run the command in that one.
    return contextvars.Context().run(app.test_cli_runner().invoke, args=list(arguments))


def _another_instance(app: Flask, tmp_path: Path, name: str) -> Flask:
    """An empty instance on the same engine: a new file, or the same PostgreSQL database wiped to the last table."""
    if db.engine.dialect.name == "sqlite":
        return make_app(tmp_path / name, f"sqlite:///{tmp_path / name / 'fieldapp.sqlite3'}")
    shutil.rmtree(tmp_path / "evidence")
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in db.metadata.tables:
            connection.execute(text(f'DELETE FROM "{table}"'))
    return make_app(tmp_path / name, url)
