"""Without the keys that the stored data needs nothing starts, and no new one is made in their place."""

import contextvars
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from factories import make_checklist_version, make_photo, make_visit, observation_body
from flask import Flask
from servers import free_port, run_until_it_ends

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing import keyring, keys, sealing


@pytest.fixture
def filled(app: Flask, county: Any, signed_in: Any, tmp_path: Path) -> Path:
    """A record with a party and a photo, receipted; gives the folder of the keys."""
    keys.forget()
    sealing.forget()
    visit, evidence_id, observation_id = make_visit(group=county.first_group), ids.mint(), ids.mint()
    phone = signed_in(county.zhang_san)
    body = observation_body(
        visit, make_checklist_version(), answers={"B01": {"value": "yes", "evidence": [evidence_id]}}
    )
    assert body["party"]["name"]
    assert phone.api_put(f"/api/v1/observations/{observation_id}", json=body).status_code == 200
    sent = phone.send_file(make_photo(64, 48), evidence_id=evidence_id, observation=observation_id)
    assert sent.status_code == 201
    return tmp_path / "keys"


def lost_signing_key(folder: Path) -> None:
    (folder / "receipt-0001.pem").unlink()


def other_signing_key(folder: Path) -> None:
    (folder / "receipt-0001.pem").write_bytes(private_pem(Ed25519PrivateKey.generate()))


def broken_signing_key(folder: Path) -> None:
    (folder / "receipt-0001.pem").write_text("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n")


def empty_signing_key(folder: Path) -> None:
    (folder / "receipt-0001.pem").write_bytes(b"")


def lost_seal_key(folder: Path) -> None:
    (folder / "seal-key").unlink()


def other_seal_key(folder: Path) -> None:
    (folder / "seal-key").write_text("another-secret-of-somebody-else-0000000000000000")


def lost_folder(folder: Path) -> None:
    folder.rename(folder.with_name("keys-moved-away"))


DAMAGES = {
    lost_signing_key: "instance/keys/receipt-*.pem",
    other_signing_key: "instance/keys/receipt-*.pem",
    broken_signing_key: "instance/keys/receipt-0001.pem",
    empty_signing_key: "instance/keys/receipt-0001.pem",
    lost_seal_key: "instance/keys/seal-key",
    other_seal_key: "instance/keys/seal-key",
    lost_folder: "instance/keys/receipt-*.pem",
}


@pytest.mark.parametrize(("damage", "file"), DAMAGES.items(), ids=[damage.__name__ for damage in DAMAGES])
def test_without_a_key_that_the_data_needs_health_and_commands_say_which_file_to_bring_back(
    app: Flask, filled: Path, client: Any, damage: Callable[[Path], None], file: str
) -> None:
    assert client.get("/healthz").json["keys"] == "ok"
    damage(filled)
    left = contents_of(filled)

    health = client.get("/healthz")
    backup = _run(app, "backup", "create", str(filled.parent / "backup"))

    assert health.status_code == 503
    assert file in health.json["keys"]
    assert backup.exit_code != 0
    assert file in backup.output
    assert "Traceback" not in backup.output
    assert contents_of(filled) == left, "a key was made in the place of the lost one"


def test_a_restart_without_a_key_is_refused_in_one_sentence(app: Flask, filled: Path) -> None:
    environment = environment_of(filled)
    lost_seal_key(filled)
    gunicorn = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app")

    without_seal_key = run_until_it_ends(*gunicorn, **environment)
    lost_signing_key(filled)
    without_signing_key = run_until_it_ends(*gunicorn, **environment)

    for done, file in ((without_seal_key, "seal-key"), (without_signing_key, "receipt-*.pem")):
        assert done.returncode != 0
        assert f"instance/keys/{file}" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert contents_of(filled) == {}


def test_names_can_be_read_on_while_the_seal_key_is_away(app: Flask, filled: Path, client: Any) -> None:
    sealed, wrapped = sealing.seal({"name": "张三"}, filled.parent)
    lost_seal_key(filled)

    assert sealing.unseal(sealed, wrapped, filled.parent) == {"name": "张三"}
    assert not (filled / "seal-key").exists()


def test_a_backup_is_restored_and_tables_are_made_without_any_key(app: Flask, filled: Path) -> None:
    lost_folder(filled)

    restore = _run(app, "backup", "restore", str(filled.parent))
    tables = run_until_it_ends("-m", "flask", "--app", "wsgi", "db", "current", **environment_of(filled))

    assert "instance/keys" not in restore.output
    assert tables.returncode == 0, tables.stderr


def test_a_new_instance_makes_its_keys_itself(app: Flask, tmp_path: Path) -> None:
    with db.engine.connect() as connection:
        assert keyring.fault_at_start(connection, db.metadata, tmp_path) == "ok"

    keyring.open_all(tmp_path)

    assert set(contents_of(tmp_path / "keys")) == {"receipt-0001.pem", "seal-key"}


def test_of_a_key_that_signs_no_more_the_public_half_is_enough(app: Flask, filled: Path, client: Any) -> None:
    old_id, old = keys.signing_key(filled.parent)
    new = Ed25519PrivateKey.generate()
    (filled / "receipt-0002.pem").write_bytes(private_pem(new))
    public = old.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (filled / "receipt-0001.pub").write_bytes(public)
    lost_signing_key(filled)
    keys.forget()  # as after a restart

    with db.engine.connect() as connection:
        assert keyring.fault_at_start(connection, db.metadata, filled.parent) == "ok"
    assert keys.signing_key(filled.parent)[0] != old_id
    published = client.get("/.well-known/fieldapp-keys.json").json["keys"]
    assert old_id in {one["key_id"] for one in published}
    assert client.get("/healthz").status_code == 200


def test_originals_that_were_moved_away_are_missed(app: Flask, filled: Path, client: Any) -> None:
    evidence = filled.parent / "evidence"
    evidence.rename(filled.parent / "elsewhere")

    moved = client.get("/healthz")
    evidence.mkdir()
    emptied = client.get("/healthz")

    for answer in (moved, emptied):
        assert answer.status_code == 503
        assert answer.json["storage"].startswith(f"证据原件目录 {evidence}")
        assert answer.json["database"] == "ok"


def environment_of(keys_folder: Path) -> dict[str, str]:
    """What a program of its own needs to run on the instance of this test."""
    return {
        "FIELDAPP_INSTANCE": str(keys_folder.parent),
        "FIELDAPP_DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        "PORT": str(free_port()),
    }


def contents_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by name; none when there is no such folder."""
    return {path.name: path.read_bytes() for path in folder.glob("*")}


def private_pem(key: Ed25519PrivateKey) -> bytes:
    """As `openssl genpkey` writes it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _run(app: Flask, *arguments: str) -> Any:
    # Outside the test's own application context: flask would run the command in that one.
    return contextvars.Context().run(app.test_cli_runner().invoke, args=list(arguments))
