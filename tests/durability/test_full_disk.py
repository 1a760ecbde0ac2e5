"""M5: a disk fills up. No receipt without a commit, reading goes on, and all heals when there is room again.

The disk: see `small_disk.py`.
"""

import os
import random
import shutil
import sqlite3
from contextlib import closing

import pytest
from conftest import make_app
from durability.load import Sender
from durability.small_disk import SmallDisk
from factories import make_checklist_version, make_photo, make_visit, observation_body
from personas import make_county
from phone_uploads import PIECE_TYPE, TUS, describe, metadata
from seeds import seed_of_this_run
from servers import LiveServer

from fieldapp import ids
from fieldapp.evidence import queries
from fieldapp.extensions import db
from fieldapp.filing import receipts

MOST_TRIES = 400
FILL_POINTS = [10, pytest.param(250, marks=pytest.mark.long)]


@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path / "disk")
    yield disk
    disk.close()


@pytest.fixture
def serve(disk, tmp_path):
    """serve(database_url, **environment): a live server, a sender, a maker of bodies; in an application context."""
    made = []

    def serve(database_url, **environment):
        instance = tmp_path / "instance"
        instance.mkdir(exist_ok=True)
        app = make_app(instance, database_url, **environment)
        context = app.app_context()
        context.push()
        visit, version = make_visit(group=make_county().first_group), make_checklist_version()
        observation_body(visit, version)
        db.session.remove()
        server = disk.server = LiveServer(instance, database_url, environment)
        made.append((server, context))
        server.start()
        return server, Sender(server.url), lambda **changes: observation_body(visit, version, **changes)

    yield serve
    for server, context in made:
        server.kill()
        db.session.remove()
        db.engine.dispose()
        context.pop()


@pytest.mark.parametrize("fill_points", FILL_POINTS)
def test_a_full_disk_under_the_database_acknowledges_nothing_and_heals(disk, serve, sqlite_template, fill_points):
    path = disk.folder / "fieldapp.sqlite3"
    shutil.copy(sqlite_template, path)
    seed = seed_of_this_run()
    dice = random.Random(seed)
    server, sender, new_body = serve(f"sqlite:///{path}")
    first = ids.mint()
    assert sender.file(first, new_body()).status == 200
    refused = []

    for _ in range(fill_points):
        disk.leave(dice.randrange(200_000))
        for _ in range(MOST_TRIES):
            filing = (ids.mint(), new_body(summary="字" * dice.randrange(2_000, 9_000)))
            told = sender.file(*filing)
            assert told.status in (200, 503, 507), (seed, told)
            if told.status != 200:
                assert "本机内容都在" in told.words
                refused.append(filing)
                break
        else:
            pytest.fail(f"the disk never filled up; seed {seed}")
        assert sender.send("GET", f"/observations/{first}").status == 200, seed  # reading goes on
        disk.give_back()
        assert sender.file(*refused[-1]).status == 200, (seed, "did not heal")

    server.kill()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.session.remove()
    for subject_id, receipt in sender.receipts.items():
        assert receipts.wire(receipts.find(subject_id)) == receipt, seed
    assert "Traceback" not in server.log, server.log[-3000:]


@pytest.mark.parametrize("fill_points", FILL_POINTS)
def test_a_full_disk_under_the_photos_acknowledges_nothing_leaves_nothing_and_heals(
    disk, serve, sqlite_template, tmp_path, fill_points
):
    shutil.copy(sqlite_template, tmp_path / "fieldapp.sqlite3")
    seed = seed_of_this_run()
    dice = random.Random(seed)
    store = disk.folder / "evidence"
    server, sender, new_body = serve(
        f"sqlite:///{tmp_path / 'fieldapp.sqlite3'}", FIELDAPP_STORAGE_URL=f"file://{store}"
    )
    record, base = ids.mint(), make_photo(320, 240)
    assert sender.file(record, new_body()).status == 200
    told = send_photo(sender, record, ids.mint(), base)
    assert told.status == 201, told
    kept = next(iter(set(sender.receipts) - {record}))

    for _ in range(fill_points):
        disk.leave(dice.randrange(100_000))
        while True:
            evidence_id, content = ids.mint(), base + dice.randbytes(dice.randrange(20_000, 200_000))
            told = send_photo(sender, record, evidence_id, content)
            assert told.status in (201, 503, 507), (seed, told)
            if told.status != 201:
                assert "本机内容都在" in told.words
                break
        assert evidence_id not in sender.receipts
        assert sender.send("GET", f"/evidence/{kept}/original").status == 200, seed
        assert sender.file(ids.mint(), new_body()).status == 200  # words need no room where the photos are
        assert not [path for path in (store / "partial").rglob("*") if path.is_file()], "half a photo was left"
        disk.give_back()
        assert send_photo(sender, record, evidence_id, content).status == 201, (seed, "did not heal")

    db.session.remove()
    photos = [subject_id for subject_id, receipt in sender.receipts.items() if receipt["kind"] == "evidence"]
    assert len(photos) > fill_points
    for subject_id in photos:
        assert queries.verify_original(queries.find(subject_id)), (seed, "a receipted photo is not whole")
    assert "Traceback" not in server.log, server.log[-3000:]


def test_a_full_disk_under_the_log_stops_nobody(disk, serve, sqlite_template, tmp_path, monkeypatch):
    """The log goes to a device on which every write fails: what is served does not depend on it."""
    shutil.copy(sqlite_template, tmp_path / "fieldapp.sqlite3")
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "server.log").symlink_to("/dev/full")
    server, sender, new_body = serve(f"sqlite:///{tmp_path / 'fieldapp.sqlite3'}")

    answers = [sender.file(ids.mint(), new_body()).status for _ in range(5)]
    answers.append(sender.send("GET", "/observations/no-id").status)  # something to be logged or not
    os.kill(server.workers()[0], 9)  # the master has something to say about it
    answers += [sender.file(ids.mint(), new_body()).status for _ in range(20)]

    assert [status for status in answers if status not in (0, 200)] == [422]
    assert answers[-1] == 200


def send_photo(sender: Sender, record: str, evidence_id: str, content: bytes):
    """Sends a photo in one request."""
    headers = TUS | {"Content-Type": PIECE_TYPE, "Upload-Length": str(len(content))}
    headers |= {"Upload-Metadata": metadata(**describe(content, id=evidence_id, observation=record))}
    return sender.send("POST", "/evidence", evidence_id, data=content, headers=headers)
