"""The judge of the campaign finds what it is there to find: it is shown a small world, and then the same spoilt."""

import json
import sqlite3
from hashlib import sha256

import pytest
from campaign.checker import check

WORDS, PHOTO = '{"summary":"全程规范"}', b"a photo"
TABLES = """
CREATE TABLE observation (id, head_revision, evidence_named, evidence_arrived, number);
CREATE TABLE observation_revision (observation_id, revision, digest, body);
CREATE TABLE evidence (id, sha256, state);
CREATE TABLE receipt (kind, subject_id, revision, digest, sequence, chain);
CREATE TABLE audit_entry (sequence, event, subject_id, details, chain);
"""


def digest_of(content: str | bytes) -> str:
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()


@pytest.fixture
def world(tmp_path):
    """One record with one photo, sent once, acknowledged and kept; `judge` gives what is wrong with it."""
    record = {"kind": "observation", "id": "record", "revision": 1, "digest": digest_of(WORDS)}
    photo = {"kind": "evidence", "id": "photo", "revision": 1, "digest": digest_of(PHOTO), "owner": "record"}
    said = [("invoke", record, {}), ("ok", record, {"sequence": 1, "chain": "c1"}), ("info", photo, {"status": 0})]
    said += [("invoke", photo, {}), ("ok", photo, {"sequence": 2, "chain": "c2"})]
    world = sqlite3.connect(tmp_path / "world.sqlite3", factory=World)
    world.folder = tmp_path
    world.tries = [{"type": kind} | thing | more for kind, thing, more in said]
    world.file = tmp_path / "evidence" / "ab" / digest_of(PHOTO)
    world.file.parent.mkdir(parents=True)
    world.file.write_bytes(PHOTO)
    world.executescript(TABLES)
    world.execute("INSERT INTO observation VALUES ('record', 1, 1, 1, '2026-1')")
    world.execute("INSERT INTO observation_revision VALUES ('record', 1, ?, ?)", [digest_of(WORDS), WORDS])
    world.execute("INSERT INTO evidence VALUES ('photo', ?, 'stored')", [digest_of(PHOTO)])
    for sequence, thing in enumerate((record, photo), start=1):
        row = (thing["kind"], thing["id"], 1, thing["digest"], sequence, f"c{sequence}")
        world.execute("INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?)", row)
        entry = (sequence, "filed", thing["id"], json.dumps({"revision": 1}), f"c{sequence}")
        world.execute("INSERT INTO audit_entry VALUES (?, ?, ?, ?, ?)", entry)
    return world


class World(sqlite3.Connection):
    def judge(self) -> list[str]:
        self.commit()
        history = self.folder / "history.jsonl"
        history.write_text("\n".join(map(json.dumps, self.tries)))
        return check(history, f"sqlite:///{self.folder / 'world.sqlite3'}", self.folder / "evidence").wrong


def test_a_world_in_which_all_is_kept_is_clean(world):
    assert world.judge() == []


@pytest.mark.parametrize(
    ("spoiling", "found"),
    [
        ("DELETE FROM observation_revision", "lost: ('observation', 'record', 1)"),
        ("DELETE FROM evidence", "lost: ('evidence', 'photo', 1)"),
        ("UPDATE evidence SET state = 'partial'", "lost: ('evidence', 'photo', 1)"),
        ("UPDATE observation_revision SET digest = 'x'", "altered: ('observation', 'record', 1)"),
        ("UPDATE observation_revision SET body = '{}'", "altered: words of ('observation', 'record', 1)"),
        ("DELETE FROM receipt WHERE kind = 'evidence'", "lost: ('evidence', 'photo', 1) is stored without a receipt"),
        ("UPDATE receipt SET sequence = 9", "lost: receipt of ('observation', 'record', 1)"),
        ("UPDATE receipt SET chain = 'x'", "lost: ('evidence', 'photo', 1) is not in the chain"),
        ("UPDATE observation SET head_revision = 2", "lost: record has the head 2 of 1"),
        ("UPDATE observation SET evidence_arrived = 2", "lost or duplicated: record counts 2/1 of 1"),
        ("UPDATE observation SET evidence_arrived = 0", "lost or duplicated: record counts 0/1 of 1"),
        ("UPDATE observation SET evidence_named = 0", "lost or duplicated: record counts 1/0 of 1"),
        ("INSERT INTO observation VALUES ('other', 1, 0, 0, '2026-1')", "duplicated: number 2026-1"),
        ("INSERT INTO evidence SELECT 'copy', sha256, state FROM evidence", "duplicated: content"),
        ("INSERT INTO evidence VALUES ('stranger', 'x', 'stored')", "unexpected: ('evidence', 'stranger', 1)"),
        ("UPDATE audit_entry SET sequence = 3 WHERE sequence = 2", "lost: a gap in the audit chain"),
        ("INSERT INTO audit_entry SELECT 3, event, subject_id, details, 'c3' FROM audit_entry WHERE sequence = 2",
         "duplicated: 2 entries of ('evidence', 'photo', 1)"),
    ],
)  # fmt: skip
def test_what_is_missing_twice_or_different_in_the_database_is_named(world, spoiling, found):
    world.execute(spoiling)

    assert [one for one in world.judge() if one.startswith(found)]


@pytest.mark.parametrize("spoil", [lambda file: file.unlink(), lambda file: file.write_bytes(b"another")])
def test_an_original_that_is_gone_or_different_is_named(world, spoil):
    spoil(world.file)

    assert world.judge() == ["lost or altered: file of ('evidence', 'photo', 1)"]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"type": "ok", "sequence": 5, "chain": "c5"}, "duplicated: 2 receipts of ('observation', 'record', 1)"),
        ({"type": "fail", "status": 409, "words": "不同"}, "refused: ('observation', 'record', 1): 409 不同"),
        ({"type": "invoke", "revision": 2}, "never acknowledged: ('observation', 'record', 2)"),
        ({"type": "ok", "revision": 2, "sequence": 5, "chain": "c5"}, "lost: ('observation', 'record', 2)"),
    ],
)
def test_what_phones_were_told_and_is_not_so_is_named(world, told, found):
    world.tries.append(world.tries[0] | told)

    assert [one for one in world.judge() if one.startswith(found)]
