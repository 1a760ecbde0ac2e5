"""Judges a campaign from the outside: reads the history, the database and the folder of originals, nothing else.

Stand-alone (no part of the product is imported): python checker.py HISTORY DATABASE_URL EVIDENCE_FOLDER. A line of
the history is one try: {kind, id, revision, digest, type, …}; `type` is invoke, ok (acknowledged with a right
receipt), info (nobody knows whether it was done), or fail (refused).
"""

import hashlib
import json
import sqlite3
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Key = tuple[str, str, int]  # kind, id, revision


@dataclass
class Verdict:
    """What was found wrong, each with the ids; all lists empty is what was promised."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    never_acknowledged: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not any(value for name, value in asdict(self).items() if name != "counts")


def check(history: Path, database_url: str, folder: Path) -> Verdict:
    """Holds what the phones were told against what is there."""
    tries = [json.loads(line) for line in history.read_text().splitlines()]
    invoked: dict[Key, set[str]] = {}
    acknowledged: dict[Key, dict[str, Any]] = {}
    owners: dict[str, set[str]] = {}
    found = Verdict()
    for one in tries:
        key = (one["kind"], one["id"], one["revision"])
        if one["type"] == "invoke":
            invoked.setdefault(key, set()).add(one["digest"])
            if one["kind"] == "evidence":
                owners.setdefault(one["owner"], set()).add(one["id"])
        elif one["type"] == "ok":
            earlier = acknowledged.setdefault(key, one)
            if earlier["sequence"] != one["sequence"]:
                found.duplicated.append(f"{key}: two receipts")
        elif one["type"] == "fail":
            found.refused.append(f"{key}: {one.get('status')} {one.get('words')}")
    read = reader(database_url)
    stored = {("observation", row[0], row[1]): row[2] for row in read(
        "SELECT observation_id, revision, digest FROM observation_revision")}  # fmt: skip
    stored |= {("evidence", row[0], 1): row[1] for row in read("SELECT id, sha256 FROM evidence WHERE state='stored'")}
    receipts = {(row[0], row[1], row[2]): row[3:] for row in read(
        "SELECT kind, subject_id, revision, digest, sequence, chain FROM receipt")}  # fmt: skip
    for key, told in acknowledged.items():
        if key not in stored:
            found.lost.append(str(key))
        elif stored[key] != told["digest"]:
            found.altered.append(f"{key}: row")
        if receipts.get(key) != (told["digest"], told["sequence"], told["chain"]):
            found.lost.append(f"{key}: receipt")
    for key, digest in stored.items():
        if digest not in invoked.get(key, ()):
            found.unexpected.append(str(key))
        if key not in receipts:
            found.lost.append(f"{key}: stored without a receipt")
    found.never_acknowledged = [str(key) for key in invoked if key not in acknowledged]
    found.duplicated += [f"{n} times the content {digest}" for digest, n in Counter(stored.values()).items() if n > 1]
    _check_bytes(found, read, stored, folder)
    _check_records(found, read, stored, owners)
    _check_chain(found, read, receipts)
    found.counts = {"tries": sum(one["type"] == "invoke" for one in tries), "acknowledged": len(acknowledged)}
    found.counts |= {f"stored {kind}s": sum(k[0] == kind for k in stored) for kind in ("observation", "evidence")}
    return found


def _check_bytes(found: Verdict, read: Any, stored: dict[Key, str], folder: Path) -> None:
    for observation_id, revision, digest, body in read(
        "SELECT observation_id, revision, digest, body FROM observation_revision"
    ):
        if hashlib.sha256(body.encode()).hexdigest() != digest:
            found.altered.append(f"observation {observation_id} {revision}: words")
    originals = {path.name: path for path in folder.rglob("*") if path.is_file()}
    for (kind, subject, _), sha256 in stored.items():
        if kind == "evidence" and sha256 not in originals:
            found.lost.append(f"evidence {subject}: no file")
        elif kind == "evidence" and hashlib.sha256(originals[sha256].read_bytes()).hexdigest() != sha256:
            found.altered.append(f"evidence {subject}: bytes")


def _check_records(found: Verdict, read: Any, stored: dict[Key, str], owners: dict[str, set[str]]) -> None:
    numbers: Counter[str] = Counter()
    heads: dict[str, int] = {}
    for _, subject, revision in stored:
        heads[subject] = max(revision, heads.get(subject, 0))
    for subject, number, head, named, arrived in read(
        "SELECT id, number, head_revision, evidence_named, evidence_arrived FROM observation"
    ):
        numbers[number or f"none of {subject}"] += 1
        if head != heads.get(subject):
            found.lost.append(f"{subject}: head {head} of {heads.get(subject)}")
        own = len(owners.get(subject, ()))
        if (named, arrived) != (own, own):
            (found.duplicated if arrived > own else found.lost).append(f"{subject}: counts {arrived}/{named} of {own}")
    found.duplicated += [f"number {number}" for number, times in numbers.items() if times > 1]


def _check_chain(found: Verdict, read: Any, receipts: dict[Key, Any]) -> None:
    entries = read("SELECT sequence, event, subject_id, details, chain FROM audit_entry ORDER BY sequence")
    chain = {row[0]: row[4] for row in entries}
    if list(chain) != list(range(1, len(chain) + 1)):
        found.lost.append("audit: a gap")
    filed = Counter((row[2], json.loads(row[3]).get("revision", 1)) for row in entries if "revision" in row[3])
    for key, (_, sequence, value) in receipts.items():
        if chain.get(sequence) != value:
            found.lost.append(f"{key}: not in the chain")
        if filed[key[1:]] != 1:
            found.duplicated.append(f"{key}: {filed[key[1:]]} entries")


def reader(database_url: str) -> Any:
    """read(statement): all rows, straight from the driver."""
    if database_url.startswith("sqlite"):
        connection: Any = sqlite3.connect(f"file:{database_url.removeprefix('sqlite:///')}?mode=ro", uri=True)
    else:
        import psycopg

        connection = psycopg.connect(database_url.replace("+psycopg", ""))
    return lambda statement: connection.execute(statement).fetchall()


if __name__ == "__main__":
    verdict = check(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    print(json.dumps(asdict(verdict), ensure_ascii=False, indent=1))
    sys.exit(0 if verdict.is_clean else 1)
