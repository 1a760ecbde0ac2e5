"""M18, M19: an insider with every right on the database changes it; the chain, or a phone's receipts, tell.

Each tampering happens on a copy of one database, with its guards dropped: inside a transaction that is undone.
"""

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from factories import make_checklist_version, make_photo, make_visit, observation_body
from flask import Flask
from servers import ROOT

from fieldapp import ids
from fieldapp.audit.chain import GENESIS
from fieldapp.extensions import db
from fieldapp.filing import heads, keys, receipts
from fieldapp.filing.heads import Witnesses
from fieldapp.filing.models import Receipt
from fieldapp.keeping.verification import verify

RECORDS = 8
TRIALS = 1000
SEED = 20261124
VERIFIER = ROOT / "deploy" / "verify_receipts.py"
COLUMNS = ("sequence", "at", "event", "actor_id", "subject_kind", "subject_id", "details", "chain")

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Archive:
    """A filled database, and what phones and a daily export hold of it."""

    rows: list[tuple[Any, ...]]
    receipts: list[dict[str, Any]]
    witnesses: Witnesses

    @property
    def length(self) -> int:
        return len(self.rows)


@pytest.fixture
def archive(app: Flask, county, signed_in, tmp_path: Path) -> Archive:
    """Some records, with a photo each, filed as phones do; then the guards of the database are dropped."""
    version = make_checklist_version()
    visit = make_visit(group=county.first_group)
    phone = signed_in(county.zhang_san)
    for number in range(RECORDS):
        observation_id, evidence_id = ids.mint(), ids.mint()
        sent = observation_body(
            visit, version, answers={"B01": {"value": "no", "note": "未出示", "evidence": [evidence_id]}}
        )
        assert phone.api_put(f"/api/v1/observations/{observation_id}", json=sent).status_code == 200
        photo = make_photo(64, 48, text=str(number))
        assert phone.send_file(photo, evidence_id=evidence_id, observation=observation_id).status_code == 201
    heads.export_head(tmp_path / "kept")
    told = [receipts.wire(row) for row in db.session.query(Receipt).order_by(Receipt.sequence)]
    (tmp_path / "kept" / "phone.json").write_text(json.dumps({"receipts": told}))
    for (trigger,) in _ask("SELECT name FROM sqlite_master WHERE type = 'trigger'") if _is_sqlite() else []:
        _do(f"DROP TRIGGER {trigger}")
    db.session.commit()
    rows = _ask(f"SELECT {', '.join(COLUMNS)} FROM audit_entry ORDER BY sequence")
    db.session.rollback()
    return Archive([tuple(row) for row in rows], told, heads.read_witnesses([tmp_path / "kept"]))


# Ways to tamper: each changes the database and gives the place of the first bad row.


def edit(archive: Archive, chance: random.Random) -> int:
    """One field of one entry, nothing else."""
    place = chance.randrange(1, archive.length + 1)
    column, value = chance.choice(
        [("event", "visit.filed"), ("actor_id", ids.mint()), ("subject_id", ids.mint()), ("details", '{"revision":9}'),
         ("at", "2020-01-01 00:00:00.000000"), ("chain", hashlib.sha256(b"x").hexdigest())]
    )  # fmt: skip
    _do(f"UPDATE audit_entry SET {column} = ? WHERE sequence = ?", value, place)
    return place


def delete(archive: Archive, chance: random.Random) -> int:
    """One entry taken out."""
    place = chance.randrange(1, archive.length + 1)
    _do("DELETE FROM audit_entry WHERE sequence = ?", place)
    return place


def insert(archive: Archive, chance: random.Random) -> int:
    """One entry pushed in between, those behind it moved."""
    place = chance.randrange(1, archive.length + 1)
    _move(place, archive.length)
    invented = {**_named(archive.rows[place - 1]), "subject_id": ids.mint()}
    _add(invented)
    return place


def swap(archive: Archive, chance: random.Random) -> int:
    """Two entries in each other's place."""
    one, two = sorted(chance.sample(range(1, archive.length + 1), 2))
    for place, other in ((one, two), (two, one)):
        fields = {name: value for name, value in _named(archive.rows[other - 1]).items() if name != "sequence"}
        _do(
            f"UPDATE audit_entry SET {', '.join(f'{name} = ?' for name in fields)} WHERE sequence = ?",
            *fields.values(),
            place,
        )
    return one


def truncate(archive: Archive, chance: random.Random) -> int:
    """The end cut off, as a restored backup does."""
    place = chance.randrange(2, archive.length + 1)
    _do("DELETE FROM audit_entry WHERE sequence >= ?", place)
    _do("DELETE FROM receipt WHERE sequence >= ?", place)
    return place


def rehash(archive: Archive, chance: random.Random) -> int:
    """One entry changed and every later chain value computed anew; receipts signed anew with the server's own key.

    Nothing but the witnesses outside can tell: the first bad row that can be named is the first one witnessed.
    """
    place = chance.randrange(1, archive.length + 1)
    rows = [_named(row) for row in archive.rows]
    rows[place - 1]["actor_id"] = ids.mint()
    _rewrite(rows, place)
    return min(witnessed for witnessed in archive.witnesses.heads if witnessed >= place)


def regrow(archive: Archive, chance: random.Random) -> int:
    """The end cut off and other entries grown in its place, all of them consistent."""
    place = chance.randrange(2, archive.length + 1)
    rows = [_named(row) for row in archive.rows]
    for row in rows[place - 1 :]:
        row["details"], row["event"], row["subject_id"] = "{}", "group.ended", ids.mint()
    _do("DELETE FROM receipt WHERE sequence >= ?", place)
    _rewrite(rows, place)
    return place


def new_words(archive: Archive, chance: random.Random) -> int:
    """The words of a filed record softened; its digest is made to fit."""
    receipt = chance.choice([one for one in archive.receipts if one["kind"] == "observation"])
    body = _ask("SELECT body FROM observation_revision WHERE observation_id = ?", receipt["id"])[0][0]
    softened = body.replace('"value":"no"', '"value":"yes"')
    assert softened != body
    digest = hashlib.sha256(softened.encode()).hexdigest()
    _do(
        "UPDATE observation_revision SET body = ?, digest = ? WHERE observation_id = ?", softened, digest, receipt["id"]
    )
    return int(receipt["sequence"])


def hard_delete(archive: Archive, chance: random.Random) -> int:
    """A record taken out of every table but the chain."""
    receipt = chance.choice(archive.receipts)
    for table, column in (("receipt", "subject_id"), ("observation_revision", "observation_id"), ("evidence", "id")):
        _do(f"DELETE FROM {table} WHERE {column} = ?", receipt["id"])
    return int(receipt["sequence"])


def swap_photo(archive: Archive, chance: random.Random) -> int:
    """The register made to point to another photo."""
    one, two = chance.sample([one for one in archive.receipts if one["kind"] == "evidence"], 2)
    _do("UPDATE evidence SET sha256 = ? WHERE id = ?", two["digest"], one["id"])
    return int(one["sequence"])


def soften_row(archive: Archive, chance: random.Random) -> int:
    """The row that lists and statistics read made to say something milder than the words."""
    receipt = chance.choice([one for one in archive.receipts if one["kind"] == "observation"])
    column, value = chance.choice([("no_count", 0), ("no_items", ""), ("critical_no_items", ""), ("state", "approved")])
    _do(f"UPDATE observation SET {column} = ? WHERE id = ?", value, receipt["id"])
    return int(receipt["sequence"])


WAYS: list[Callable[[Archive, random.Random], int]] = [
    edit, delete, insert, swap, truncate, rehash, regrow, new_words, hard_delete, swap_photo, soften_row,
]  # fmt: skip


@only_sqlite
@pytest.mark.parametrize("trials", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_every_tampering_is_found_and_the_first_bad_row_is_named(archive: Archive, trials: int):
    missed = []
    for trial in range(trials):
        way = WAYS[trial % len(WAYS)]
        place = way(archive, random.Random(SEED + trial))
        verdict = verify(archive.witnesses)  # undoes the tampering when it has looked
        if verdict.first is None or verdict.first.sequence != place:
            missed.append((way.__name__, SEED + trial, place, verdict.first))

    assert not missed, f"{len(missed)} of {trials}: {missed[:5]}"


@only_sqlite
@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"answers":1,"visit":null}'])
def test_words_that_were_made_unreadable_are_named_too(archive: Archive, body: str):
    receipt = next(one for one in archive.receipts if one["kind"] == "observation")
    _do("UPDATE observation_revision SET body = ? WHERE observation_id = ?", body, receipt["id"])

    found = verify(archive.witnesses).first

    assert found is not None
    assert found.sequence == receipt["sequence"]


@only_sqlite
def test_a_whole_archive_raises_no_alarm(archive: Archive):
    alarms = [finding for _ in range(50) for finding in verify(archive.witnesses, with_files=True).findings]

    assert not alarms


def test_an_archive_is_whole_on_both_engines(archive: Archive):
    verdict = verify(archive.witnesses, with_files=True)

    assert verdict.findings == []
    assert (verdict.entries, verdict.records) == (archive.length, 2 * RECORDS)


@only_sqlite
@pytest.mark.parametrize("way", [truncate, rehash, regrow], ids=lambda way: way.__name__)
def test_what_recomputes_the_chain_is_betrayed_by_the_heads_outside_only(archive: Archive, way):
    """Shows that the heads do the work: the chain alone is whole again after these."""
    from fieldapp.audit.queries import verify_chain

    way(archive, random.Random(SEED))
    alone = verify_chain()[1]
    together = verify_chain(archive.witnesses.heads)[1]
    db.session.rollback()

    assert alone is None
    assert together is not None


@only_sqlite
def test_a_photo_changed_on_disk_is_found_when_files_are_read(archive: Archive, tmp_path: Path):
    receipt = next(one for one in archive.receipts if one["kind"] == "evidence")
    path = next((tmp_path / "evidence").rglob(receipt["digest"]))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    found = verify(archive.witnesses, with_files=True).first

    assert found is not None
    assert found.sequence == receipt["sequence"]


@only_sqlite
def test_a_signing_key_put_in_the_place_of_the_old_one_is_found(archive: Archive, tmp_path: Path):
    (tmp_path / "keys" / "receipt-0001.pem").unlink()
    keys._keys.cache_clear()

    outside = heads.read_witnesses([tmp_path / "kept"])
    found = verify(outside).findings

    keys._keys.cache_clear()
    assert outside.unknown == 2 * RECORDS + 1
    assert any("密钥" in finding.words for finding in found)


@only_sqlite
def test_a_deletion_is_proved_by_a_phone_s_receipts_alone_without_the_server(
    archive: Archive, app: Flask, tmp_path: Path
):
    copies, chance = _copies(app, tmp_path), random.Random(SEED)
    keys_file, phone = _keys_file(client=app.test_client(), folder=tmp_path), tmp_path / "kept" / "phone.json"
    verifier = _load_verifier()
    known, told = verifier.read_keys(keys_file), verifier.read_receipts(phone)
    assert all(verifier.is_genuine(one, known) for one in told)
    # The pure Python signature check takes some ms; that each receipt is genuine is settled above.
    verifier.is_genuine = lambda receipt, keys: True
    unproved = []
    for trial in range(TRIALS):
        victim = chance.choice(told)
        with sqlite3.connect(next(copies)) as database:
            if trial % 2:
                database.execute("DELETE FROM receipt WHERE subject_id = ?", (victim["id"],))
                database.execute("DELETE FROM audit_entry WHERE sequence = ?", (victim["sequence"],))
            database.execute("DELETE FROM observation_revision WHERE observation_id = ?", (victim["id"],))
            database.execute("DELETE FROM evidence WHERE id = ?", (victim["id"],))
            verdicts = {one["id"]: verifier.judge(one, known, database=database) for one in told}
            database.rollback()
        if verdicts.pop(victim["id"]) != "deleted" or set(verdicts.values()) != {"present"}:
            unproved.append((trial, victim["kind"], verdicts))

    assert not unproved, f"{len(unproved)} of {TRIALS}: {unproved[:3]}"


@only_sqlite
def test_the_stand_alone_verifier_runs_without_the_application(archive: Archive, app: Flask, tmp_path: Path):
    copy = next(_copies(app, tmp_path))
    keys_file, phone = _keys_file(client=app.test_client(), folder=tmp_path), tmp_path / "kept" / "phone.json"
    chain = tmp_path / "chain.jsonl"
    told = app.test_cli_runner().invoke(args=["audit", "export-chain", str(chain)])
    assert told.exit_code == 0, told.output

    whole = _run_verifier("--keys", keys_file, "--receipts", phone, "--database", copy, "--chain", chain)
    with sqlite3.connect(copy) as database:
        database.execute("DELETE FROM observation_revision WHERE observation_id = ?", (archive.receipts[0]["id"],))
    after = _run_verifier("--keys", keys_file, "--receipts", phone, "--database", copy)
    forged = [{**archive.receipts[0], "received_at": "2020-01-01T00:00:00.000000Z"}]
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    false = _run_verifier("--keys", keys_file, "--receipts", tmp_path / "forged.json")
    with zipfile.ZipFile(tmp_path / "rescue.zip", "w") as package:
        package.writestr("manifest.json", json.dumps({"receipts": archive.receipts}))
    rescued = _run_verifier("--keys", keys_file, "--receipts", tmp_path / "rescue.zip")

    assert (whole.returncode, after.returncode, false.returncode) == (0, 1, 1), whole.stdout + whole.stderr
    assert f"真 {len(archive.receipts)}" in rescued.stdout.splitlines()[-1]
    assert "已删除 1" in after.stdout.splitlines()[-1]
    assert "不能证明 1" in false.stdout.splitlines()[-1]


@only_sqlite
def test_the_command_names_the_first_bad_row_and_fails(archive: Archive, app: Flask, tmp_path: Path):
    run = app.test_cli_runner().invoke
    whole = run(args=["audit", "verify", "--heads", str(tmp_path / "kept"), "--files"])
    _do("UPDATE audit_entry SET event = 'visit.filed' WHERE sequence = 5")
    db.session.commit()
    broken = run(args=["audit", "verify"])

    assert whole.exit_code == 0, whole.output
    assert "完整" in whole.output
    assert broken.exit_code == 1
    assert broken.output.splitlines()[0].startswith("第 5 条：")


def test_a_head_that_was_exported_is_a_witness_of_its_place(archive: Archive, tmp_path: Path, app: Flask):
    told = app.test_cli_runner().invoke(args=["audit", "export-head", "--to", str(tmp_path / "daily")])
    witness = heads.read_witnesses([tmp_path / "daily"])
    file = next((tmp_path / "daily").iterdir())
    file.write_text(file.read_text().replace(f'"sequence": {archive.length}', f'"sequence": {archive.length - 1}'))
    altered = heads.read_witnesses([tmp_path / "daily"])

    assert told.exit_code == 0, told.output
    assert list(witness.heads) == [archive.length]
    assert (altered.heads, altered.unknown) == ({}, 1)


def _rewrite(rows: list[dict[str, Any]], first: int) -> None:
    """Chain values from `first` on computed anew by the product's own rule, receipts made to fit and signed anew."""
    from fieldapp.audit.chain import Link, chain_of
    from fieldapp.clock import UTC, datetime

    previous = rows[first - 2]["chain"] if first > 1 else GENESIS
    for row in rows[first - 1 :]:
        at = datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)
        link = Link(**{name: row[name] for name in COLUMNS[:-1] if name != "at"}, at=at)
        previous = row["chain"] = chain_of(previous, link)
        _do(
            "UPDATE audit_entry SET event = ?, actor_id = ?, subject_id = ?, details = ?, chain = ? WHERE sequence = ?",
            row["event"], row["actor_id"], row["subject_id"], row["details"], row["chain"], row["sequence"],
        )  # fmt: skip
        _sign_anew(row)


def _sign_anew(row: dict[str, Any]) -> None:
    from base64 import b64encode

    from flask import current_app

    from fieldapp.filing.canonical import canonical

    held = db.session.query(Receipt).filter_by(sequence=row["sequence"]).one_or_none()
    if held is None:
        return
    key_id, key = keys.signing_key(current_app.config["SETTINGS"].instance)
    said = {name: value for name, value in receipts.wire(held).items() if name != "signature"}
    said |= {"chain": row["chain"], "key_id": key_id}
    signature = b64encode(key.sign(canonical(said))).decode()
    _do("UPDATE receipt SET chain = ?, signature = ? WHERE sequence = ?", row["chain"], signature, row["sequence"])
    db.session.expire_all()


def _move(first: int, last: int) -> None:
    for place in range(last, first - 1, -1):
        _do("UPDATE audit_entry SET sequence = sequence + 1 WHERE sequence = ?", place)


def _add(row: dict[str, Any]) -> None:
    _do(f"INSERT INTO audit_entry ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())


def _named(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(COLUMNS, row, strict=True))


def _do(statement: str, *values: Any) -> None:
    db.session.connection().exec_driver_sql(statement, tuple(values))


def _ask(statement: str, *values: Any) -> list[Any]:
    return list(db.session.connection().exec_driver_sql(statement, tuple(values)).fetchall())


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _copies(app: Flask, folder: Path):
    """A copy of the database, again and again the same file: each user undoes what he did to it."""
    target = folder / "copy.sqlite3"
    with sqlite3.connect(target) as copy, sqlite3.connect(db.engine.url.database) as source:
        source.backup(copy)
    while True:
        yield target


def _keys_file(client: Any, folder: Path) -> Path:
    path = folder / "fieldapp-keys.json"
    path.write_text(client.get("/.well-known/fieldapp-keys.json").get_data(as_text=True))
    return path


def _load_verifier() -> Any:
    import importlib.util

    spec = importlib.util.spec_from_file_location("verify_receipts", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run_verifier(*arguments: Any) -> subprocess.CompletedProcess[str]:
    # -I: no site of ours, no environment: nothing but Python itself.
    return subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), *map(str, arguments)], capture_output=True, text=True, check=False
    )
