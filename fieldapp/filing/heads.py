"""链首: signed heads of the audit chain that leave the server, and what such witnesses say when they come back.

A chain in the database alone does not stop somebody who recomputes it. Each receipt on a phone carries its place in
the chain, and a signed head is exported daily; both are witnesses that nobody on the server can reach.
"""

import json
import os
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

from fieldapp.audit import queries as audit
from fieldapp.clock import now, rfc3339
from fieldapp.errors import FieldappError
from fieldapp.filing import keys, receipts
from fieldapp.filing.canonical import canonical

KIND = "audit-head"


class NoHead(FieldappError):
    status, kind, title = 404, "no-head", "审计链还是空的，没有可以导出的链首。"


class UnreadableWitness(FieldappError):
    status, kind, title = 422, "unreadable-witness", "文件读不懂：应为回执或链首的 JSON。"


@dataclass
class Witnesses:
    """What was kept outside. `heads`: chain values by sequence of those that this server signed.

    `unknown`: how many bear the signature of no key that this server has, or a wrong one. `contradictions`: places of
    the chain for which two genuine witnesses name different values: the chain has been grown anew.
    """

    heads: dict[int, str] = field(default_factory=dict)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    unknown: int = 0
    contradictions: list[int] = field(default_factory=list)


def signed_head() -> dict[str, Any]:
    """The end of the chain as it is now, signed with the key of the receipts. Raises NoHead for an empty chain."""
    found = audit.head()
    if found is None:
        raise NoHead
    key_id, key = keys.signing_key(current_app.config["SETTINGS"].instance)
    head = {"kind": KIND, "sequence": found[0], "chain": found[1], "at": rfc3339(now()), "key_id": key_id}
    return {**head, "signature": b64encode(key.sign(canonical(head))).decode()}


def export_head(folder: Path) -> Path:
    """Writes the signed head into `folder` under a name that sorts by time; durable when it returns. Raises NoHead."""
    head = signed_head()
    stamp = head["at"].replace("-", "").replace(":", "").partition(".")[0]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"head-{stamp}Z-{head['sequence']:09d}.json"
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return path


def read_witnesses(paths: Iterable[Path]) -> Witnesses:
    """The witnesses in these files, and in all *.json below these folders.

    A file holds a head or a receipt, a list of them, or an object with such a list under `receipts`.
    Raises UnreadableWitness.
    """
    found = Witnesses()
    for path in paths:
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        for file in files:
            for document in _documents(file):
                _hear(found, document)
    return found


def _documents(file: Path) -> list[dict[str, Any]]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableWitness(f"{file} 读不懂：应为回执或链首的 JSON。") from error
    if isinstance(said, dict) and "receipts" in said:
        said = said["receipts"]
    listed = said if isinstance(said, list) else [said]
    if not all(isinstance(one, dict) for one in listed):
        raise UnreadableWitness(f"{file} 里没有回执或链首。")
    return listed


def _hear(found: Witnesses, said: dict[str, Any]) -> None:
    sequence, chain = said.get("sequence"), said.get("chain")
    if not isinstance(sequence, int) or not isinstance(chain, str) or not receipts.is_genuine(said):
        found.unknown += 1
        return
    if found.heads.setdefault(sequence, chain) != chain:
        found.contradictions.append(sequence)
    if said.get("kind") != KIND:
        found.receipts.append(said)
