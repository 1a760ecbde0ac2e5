#!/usr/bin/env python3
"""verify_receipts.py: proves from the receipts of a phone what this server once took in, and what has become of it.

One file, Python 3.10 or newer, nothing to install, no network unless --server is given. For somebody who does not
trust the server: an auditor, a procurator, a court's expert.

  python3 verify_receipts.py --keys fieldapp-keys.json --receipts phone.json [--database copy.sqlite3]
                             [--chain chain.jsonl] [--server https://…] [--original FILE …]

--keys      the public keys (/.well-known/fieldapp-keys.json), best a copy that was taken earlier and kept elsewhere
--receipts  receipts as the phone keeps them: a list, an object with "receipts", a rescue package (.zip), or one receipt
--database  a copy of the SQLite database; --chain  the chain as `flask audit export-chain` writes it
--server    asks the public address of the server for each receipt
--original  files whose SHA-256 a receipt may name: a photo, or the canonical JSON of a record

Exit code 0: everything is there as it was filed; 1: something is proved deleted or changed, or was never signed; 2: the
files cannot be read. Sources: RFC 8032 (Ed25519), RFC 8785 (canonical JSON).
"""

import argparse
import base64
import hashlib
import json
import sqlite3
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

SIGNED = ("id", "kind", "revision", "digest", "received_at", "sequence", "chain", "key_id")
SIGNED_HEAD = ("kind", "sequence", "chain", "at", "key_id")
GENESIS = "0" * 64
WORDS = {
    "present": "在：与当时一致",
    "genuine": "真：本系统确曾于 received_at 收到",
    "deleted": "已删除：本系统确曾收到，现在没有了",
    "changed": "已改动：本系统确曾收到，现在是另一内容",
    "forged": "不能证明：签名不对或密钥不明",
    "contradicted": "矛盾：同一链位有两个不同的签名值，链被重新生成",
}
TABLES = {
    "observation": ("observation_revision", "observation_id"),
    "interview": ("interview_revision", "interview_id"),
    "roundtable": ("roundtable_revision", "roundtable_id"),
}


def main(arguments=None):
    """Prints one line for each receipt, and gives the exit code."""
    asked = _arguments().parse_args(arguments)
    try:
        keys, receipts = read_keys(asked.keys), read_receipts(asked.receipts)
        chain = read_chain(asked.chain) if asked.chain else None
        database = open_database(asked.database) if asked.database else None
        originals = {hashlib.sha256(Path(path).read_bytes()).hexdigest(): path for path in asked.original}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, sqlite3.Error, zipfile.BadZipFile) as error:
        print(f"文件读不懂：{error}", file=sys.stderr)
        return 2
    verdicts = [judge(one, keys, database=database, chain=chain, server=asked.server) for one in receipts]
    twice = contradictions(receipts, verdicts)
    for place, (receipt, verdict) in enumerate(zip(receipts, verdicts, strict=True)):
        verdict = "contradicted" if place in twice else verdict
        verdicts[place] = verdict
        print("\t".join(str(receipt.get(name, "-")) for name in ("kind", "id", "revision", "received_at")), end="\t")
        proof = originals.get(receipt.get("digest"))
        print(WORDS[verdict] + (f"；与文件 {proof} 一致" if proof and verdict != "forged" else ""))
    broken = first_break(chain) if chain is not None else None
    if broken is not None:
        print(f"审计链在第 {broken} 条断开")
    print(
        f"共 {len(receipts)} 份："
        + "，".join(f"{WORDS[v].split('：')[0]} {verdicts.count(v)}" for v in WORDS if v in verdicts)
    )
    return 0 if broken is None and set(verdicts) <= {"present", "genuine"} else 1


def judge(receipt, keys, *, database=None, chain=None, server=None):
    """present | genuine | deleted | changed | forged: what one receipt proves against the sources given."""
    if not is_genuine(receipt, keys):
        return "forged"
    found = []
    if database is not None:
        found.append(in_database(receipt, database))
    if chain is not None:
        found.append(in_chain(receipt, chain))
    if server is not None:
        found.append(on_server(receipt, server))
    for verdict in ("deleted", "changed", "present"):
        if verdict in found:
            return verdict
    return "genuine"


def is_genuine(receipt, keys):
    """Whether one of `keys` signed exactly this receipt, or this head of the chain."""
    fields = SIGNED_HEAD if receipt.get("kind") == "audit-head" else SIGNED
    key = keys.get(receipt.get("key_id"))
    if key is None or any(name not in receipt for name in fields):
        return False
    # Fields hold ASCII text and integers only, for which RFC 8785 is sorted names without spaces.
    signed = json.dumps({name: receipt[name] for name in fields}, sort_keys=True, separators=(",", ":"))
    try:
        signature = base64.b64decode(str(receipt.get("signature")), validate=True)
    except ValueError:
        return False
    return ed25519_verifies(key, signature, signed.encode())


def in_database(receipt, database):
    """What a copy of the SQLite database says of a genuine receipt."""
    if receipt.get("kind") == "audit-head":
        row = database.execute("SELECT chain FROM audit_entry WHERE sequence = ?", (receipt["sequence"],)).fetchone()
        return "deleted" if row is None else "present" if row[0] == receipt["chain"] else "changed"
    place = (receipt["id"], receipt["revision"])
    row = database.execute(
        "SELECT digest, sequence, chain FROM receipt WHERE subject_id = ? AND revision = ?", place
    ).fetchone()
    entry = database.execute("SELECT chain FROM audit_entry WHERE sequence = ?", (receipt["sequence"],)).fetchone()
    if receipt["kind"] in TABLES:
        table, owner = TABLES[receipt["kind"]]
        words = database.execute(
            f"SELECT body FROM {table} WHERE {owner} = ? AND revision = ?",  # noqa: S608 names of ours
            place,
        ).fetchone()
        digest = words and hashlib.sha256(words[0].encode()).hexdigest()
    else:
        words = database.execute("SELECT sha256 FROM evidence WHERE id = ? AND state = 'stored'", place[:1]).fetchone()
        digest = words and words[0]
    if row is None or words is None or entry is None:
        return "deleted"
    same = row == (receipt["digest"], receipt["sequence"], receipt["chain"]) and entry[0] == receipt["chain"]
    return "present" if same and digest == receipt["digest"] else "changed"


def in_chain(receipt, chain):
    """What an exported chain says of a genuine receipt."""
    entry = chain.get(receipt["sequence"])
    if entry is None:
        return "deleted"
    if entry["chain"] != receipt["chain"]:
        return "changed"
    if receipt.get("kind") == "audit-head":
        return "present"
    details = json.loads(entry["details"])
    said = (entry["subject_id"], details.get("revision"), details.get("digest"))
    return "present" if said == (receipt["id"], receipt["revision"], receipt["digest"]) else "changed"


def on_server(receipt, server):
    """What the server's own public answer says of a genuine receipt; only the newest revision is public."""
    if receipt.get("kind") == "audit-head":
        return "genuine"
    try:
        with urllib.request.urlopen(f"{server.rstrip('/')}/api/v1/receipts/{receipt['id']}", timeout=20) as answer:  # noqa: S310
            held = json.load(answer)
    except urllib.error.HTTPError as error:
        return "deleted" if error.code == 404 else "genuine"
    if held.get("revision", 0) > receipt["revision"]:
        return "present"
    return "present" if all(held.get(name) == receipt[name] for name in SIGNED) else "changed"


def contradictions(receipts, verdicts):
    """The places of genuine receipts that name different chain values for one place of the chain."""
    values = {}
    for receipt, verdict in zip(receipts, verdicts, strict=True):
        if verdict != "forged":
            values.setdefault(receipt["sequence"], set()).add(receipt["chain"])
    return {
        place
        for place, (receipt, verdict) in enumerate(zip(receipts, verdicts, strict=True))
        if verdict != "forged" and len(values[receipt["sequence"]]) > 1
    }


def first_break(chain):
    """The first place where an exported chain is wrong in itself; None for a whole one."""
    previous = GENESIS
    for expected, sequence in enumerate(sorted(chain), start=1):
        entry = chain[sequence]
        fields = (previous, sequence, entry["at"], entry["event"], entry["actor_id"] or "-", entry["subject_kind"])
        text = "\n".join(map(str, (*fields, entry["subject_id"], entry["details"])))
        if sequence != expected or hashlib.sha256(text.encode()).hexdigest() != entry["chain"]:
            return expected
        previous = entry["chain"]
    return None


def read_keys(path):
    """The public keys by their id; the id is checked against the key, so that none can pose as another."""
    keys = {}
    for one in json.loads(Path(path).read_text(encoding="utf-8"))["keys"]:
        raw = base64.b64decode(one["public_key"], validate=True)
        if len(raw) != 32 or hashlib.sha256(raw).hexdigest()[:16] != one["key_id"]:
            raise ValueError(f"密钥 {one['key_id']} 与编号不符")
        keys[one["key_id"]] = raw
    return keys


def read_receipts(path):
    """The receipts in a JSON file, or in a rescue package."""
    path = Path(path)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as package:
            said = json.loads(package.read("manifest.json"))
    else:
        said = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(said, dict) and "receipts" in said:
        said = said["receipts"]
    listed = said if isinstance(said, list) else [said]
    if not listed or not all(isinstance(one, dict) for one in listed):
        raise ValueError(f"{path} 里没有回执")
    return listed


def read_chain(path):
    """An exported chain, by sequence."""
    with open(path, encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    return {entry["sequence"]: entry for entry in entries}


def open_database(path):
    """A copy of the database, only for reading."""
    return sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)


# Ed25519, RFC 8032 §5.1.7 and its §6 in Python: slow (some ms), short, and the same on every machine.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def ed25519_verifies(public, signature, message):
    """Whether `signature` (64 bytes) over `message` is of the key `public` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = _times(s, BASE), _add(r, _times(h, a))
    # Equal as fractions: x1/z1 = x2/z2 and y1/z1 = y2/z2.
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def _x_of(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P:
        return None
    return P - x if x & 1 != sign else x


def _point(text):
    value = int.from_bytes(text, "little")
    y = value & ((1 << 255) - 1)
    x = _x_of(y, value >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def _add(one, two):
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def _arguments():
    parser = argparse.ArgumentParser(description="用手机上的回执证明：收到过什么，现在还在不在，有没有改动。")
    parser.add_argument("--keys", required=True, help="公钥（fieldapp-keys.json）")
    parser.add_argument("--receipts", required=True, help="回执（JSON）或救援包（zip）")
    parser.add_argument("--database", help="SQLite 数据库的副本")
    parser.add_argument("--chain", help="flask audit export-chain 导出的审计链")
    parser.add_argument("--server", help="向这个网址查询")
    parser.add_argument("--original", nargs="*", default=[], help="要与回执对照的原件")
    return parser


if __name__ == "__main__":
    sys.exit(main())
