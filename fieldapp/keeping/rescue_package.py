"""A rescue package (docs/rescue-format.md), opened with care: every name, size and hash is checked before use."""

import hashlib
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from fieldapp.errors import Fault, Refused
from fieldapp.filing import canonical, kinds
from fieldapp.ids import is_uuid

FORMAT = "fieldapp-rescue-1"
VISIT = "visit"
_NAME = re.compile(r"manifest\.json|records/[0-9a-f-]{36}\.json|evidence/[0-9a-f-]{36}")
_MOST_ENTRIES = 5000
_MANIFEST_BYTES = 64 * 1024 * 1024
_RECORD_BYTES = 4 * 1024 * 1024
_UNREADABLE = (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, NotImplementedError, RuntimeError)


def record_kinds() -> dict[str, str]:
    """What may lie in a package, with its words: a visit before what happened at it, and every kind of filing."""
    return {VISIT: kinds.words_of(VISIT), **kinds.words()}


@dataclass(frozen=True)
class Rescued:
    """One record of a package: what the phone would have sent to its own address."""

    id: str
    kind: str
    sent: dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """One file of a package, still inside it. `said`: its description in the manifest."""

    id: str
    owner_kind: str
    owner_id: str
    said: dict[str, Any]
    length_bytes: int


class Package:
    """An opened package. `faults`: what of it cannot be used, in words; the rest can."""

    def __init__(self, file: IO[bytes] | Path) -> None:
        """Raises Refused when it is no rescue package at all, or one that somebody has tampered with."""
        try:
            self._zip = zipfile.ZipFile(file)
            self._check_names()
            manifest = self._manifest()
        except _UNREADABLE as error:
            raise _refusal("文件损坏，或不是救援包。请在手机上重新导出（我的 → 导出救援包）。") from error
        self.digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
        user = manifest["user"]
        self.user_id, self.username, self.name = str(user.get("id")), str(user.get("username")), str(user.get("name"))
        self.made_at = str(manifest.get("made_at", ""))
        self.faults: list[str] = []
        self.records = [one for said in manifest["records"] if (one := self._record(said))]
        self.records.sort(key=lambda one: list(record_kinds()).index(one.kind))
        self.pictures = [picture for said in manifest["evidence"] if (picture := self._picture(said))]
        self.lost = [str(one.get("filename") or one.get("id")) for one in manifest.get("lost", [])]

    def open(self, picture: Picture) -> IO[bytes]:
        """The bytes of one file."""
        return self._zip.open(f"evidence/{picture.id}")

    def close(self) -> None:
        """Lets the file go."""
        self._zip.close()

    def _check_names(self) -> None:
        entries = self._zip.infolist()
        names = [entry.filename for entry in entries]
        if len(entries) > _MOST_ENTRIES or len(set(names)) != len(names):
            raise ValueError("too many entries, or a name twice")
        for entry in entries:
            if not _NAME.fullmatch(entry.filename) or entry.compress_type != zipfile.ZIP_STORED:
                raise ValueError("a name or a compression that no phone makes")

    def _manifest(self) -> dict[str, Any]:
        manifest = canonical.parse(self._bytes("manifest.json", _MANIFEST_BYTES))
        if not isinstance(manifest, dict) or any(True for _ in canonical.unstorable(manifest)):
            raise ValueError("no description, or one that nothing can keep")
        lists = all(isinstance(manifest.get(name, []), list) for name in ("records", "evidence", "lost"))
        said = [one for name in ("records", "evidence", "lost") for one in manifest.get(name, [])]
        if manifest.get("format") != FORMAT or not lists or not all(isinstance(one, dict) for one in said):
            raise ValueError("another format")
        if not isinstance(manifest.get("user"), dict) or "records" not in manifest or "evidence" not in manifest:
            raise ValueError("no user, or no lists")
        return dict(manifest)

    def _bytes(self, name: str, limit: int) -> bytes:
        with self._zip.open(name) as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise ValueError(f"{name} is too long")
        return content

    def _record(self, said: dict[str, Any]) -> Rescued | None:
        record_id, kind = str(said.get("id")), str(said.get("kind"))
        try:
            content = self._bytes(f"records/{record_id}.json", _RECORD_BYTES)
            sent = canonical.parse(content)
        except _UNREADABLE:
            self.faults.append(f"记录 {record_id} 在包里缺失或读不出")
            return None
        is_whole = hashlib.sha256(content).hexdigest() == said.get("sha256") and isinstance(sent, dict)
        if not is_whole or not is_uuid(record_id) or kind not in record_kinds() or list(canonical.unstorable(sent)):
            self.faults.append(f"记录 {record_id} 与包里的校验值不符，没有导入")
            return None
        return Rescued(record_id, kind, sent)

    def _picture(self, said: dict[str, Any]) -> Picture | None:
        evidence_id, owner = str(said.get("id")), str(said.get("recordId"))
        digest = hashlib.sha256()
        try:
            with self._zip.open(f"evidence/{evidence_id}") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
        except _UNREADABLE:
            self.faults.append(f"文件 {said.get('filename') or evidence_id} 在包里缺失或读不出")
            return None
        kind = str(said.get("ownerKind"))
        if digest.hexdigest() != said.get("sha256") or not is_uuid(evidence_id) or kinds.find(kind) is None:
            self.faults.append(f"文件 {said.get('filename') or evidence_id} 与校验值不符，没有导入")
            return None
        length = self._zip.getinfo(f"evidence/{evidence_id}").file_size
        return Picture(evidence_id, kind, owner, said, length)


def _refusal(words: str) -> Refused:
    return Refused(words, faults=[Fault("/file", words)])
