"""Judges a campaign from the outside: reads the history, the database and the folder of originals, nothing else.

Stand-alone (no part of the product is imported): python checker.py HISTORY DATABASE_URL EVIDENCE_FOLDER. A line of
the history is one try: {kind, id, revision, digest, type, …}; `type` is invoke, ok (acknowledged with a right
receipt), info (nobody knows whether it was done), or fail (refused).
"""

import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

Rows = dict[tuple[str, str, int], tuple[Any, ...]]  # by kind, id, revision


@dataclass
class Verdict:
    """`wrong`: everything that was lost, duplicated, altered, unexpected, refused or never acknowledged, in words."""

    wrong: list[str]
    counts: dict[str, int]

    @property
    def is_clean(self) -> bool:
        return not self.wrong


def check(history: Path, database_url: str, folder: Path) -> Verdict:
    """Holds what the phones were told against what is there."""
    lines = map(json.loads, history.read_text().splitlines())
    tries = [one | {"key": (one["kind"], one["id"], one["revision"])} for one in lines]
    read = reader(database_url)
    bodies = read("SELECT 'observation', observation_id, revision, digest, body FROM observation_revision")
    photos = read("SELECT 'evidence', id, 1, sha256 FROM evidence WHERE state = 'stored'")
    stored = {row[:3]: row[3:4] for row in bodies + photos}
    receipts = {r[:3]: r[3:] for r in read("SELECT kind, subject_id, revision, digest, sequence, chain FROM receipt")}
    files = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    wrong = [
        *_against_the_history(tries, stored, receipts),
        *(f"altered: words of {row[:3]}" for row in bodies if sha256(row[4].encode()).hexdigest() != row[3]),
        *(f"lost or altered: file of {row[:3]}" for row in photos if files.get(row[3]) != row[3]),
        *_against_the_records(read, stored, tries),
        *_against_the_chain(read, receipts),
    ]
    met = Counter(kind for kind, _ in {(one["type"], one["key"]) for one in tries})
    return Verdict(wrong, {"acknowledged": met["ok"], "tries": sum(one["type"] == "invoke" for one in tries)})


def _against_the_history(tries: list[Any], stored: Rows, receipts: Rows) -> Iterator[str]:
    sent, told = defaultdict(set), defaultdict(set)
    for one in tries:
        if one["type"] == "invoke":
            sent[one["key"]].add((one["digest"],))
        elif one["type"] == "ok":
            told[one["key"]].add((one["digest"], one["sequence"], one["chain"]))
        elif one["type"] == "fail":
            yield f"refused: {one['key']}: {one.get('status')} {one.get('words')}"
    for key, answers in told.items():
        if len(answers) > 1:
            yield f"duplicated: {len(answers)} receipts of {key}"
        if key not in stored:
            yield f"lost: {key}"
        elif {stored[key]} != {answer[:1] for answer in answers}:
            yield f"altered: {key}"
        if receipts.get(key) not in answers:
            yield f"lost: receipt of {key}"
    yield from (f"never acknowledged: {key}" for key in sent if key not in told)
    yield from (f"unexpected: {key}" for key, content in stored.items() if content not in sent[key])
    yield from (f"lost: {key} is stored without a receipt" for key in stored if key not in receipts)
    yield from (f"duplicated: content {one}" for one, times in Counter(stored.values()).items() if times > 1)


def _against_the_records(read: Any, stored: Rows, tries: list[Any]) -> Iterator[str]:
    heads = {subject: revision for _, subject, revision in sorted(stored)}  # of several, the last
    owned = Counter(owner for owner, _ in {(one["owner"], one["id"]) for one in tries if one["kind"] == "evidence"})
    records = read("SELECT id, head_revision, evidence_named, evidence_arrived, number FROM observation")
    for subject, head, named, arrived, _ in records:
        if head != heads.get(subject):
            yield f"lost: {subject} has the head {head} of {heads.get(subject)}"
        if not named == arrived == owned[subject]:
            yield f"lost or duplicated: {subject} counts {arrived}/{named} of {owned[subject]}"
    numbers = Counter(number or f"none, like {subject}" for subject, *_, number in records)
    yield from (f"duplicated: number {number}" for number, times in numbers.items() if times > 1)


def _against_the_chain(read: Any, receipts: Rows) -> Iterator[str]:
    entries = read("SELECT sequence, chain, subject_id, details FROM audit_entry ORDER BY sequence")
    chain = {sequence: value for sequence, value, *_ in entries}
    if list(chain) != list(range(1, len(chain) + 1)):
        yield "lost: a gap in the audit chain"
    filed = Counter((row[2], json.loads(row[3]).get("revision", 1)) for row in entries if "revision" in row[3])
    for key, (_, sequence, value) in receipts.items():
        if chain.get(sequence) != value:
            yield f"lost: {key} is not in the chain"
        if filed[key[1:]] != 1:
            yield f"duplicated: {filed[key[1:]]} entries of {key}"


def reader(database_url: str) -> Any:
    """read(statement): all rows, straight from the driver."""
    if database_url.startswith("sqlite"):
        connection: Any = sqlite3.connect(f"file:{database_url.removeprefix('sqlite:///')}?mode=ro", uri=True)
    else:
        connection = psycopg.connect(database_url.replace("+psycopg", ""))
    return lambda statement: connection.execute(statement).fetchall()


if __name__ == "__main__":
    verdict = check(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    print(json.dumps(asdict(verdict), ensure_ascii=False, indent=1))
    sys.exit(0 if verdict.is_clean else 1)
