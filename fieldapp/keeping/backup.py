"""Backups: everything that an instance is, in one folder, with a manifest that betrays one flipped bit.

The database is copied first and the originals after it, so every original that the copy names is in the backup.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from fieldapp.audit import operations as audit
from fieldapp.audit import queries as chain
from fieldapp.clock import china, now, rfc3339
from fieldapp.config import fsync_folder
from fieldapp.errors import FieldappError, Refused
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.store import FolderStorage, make_folder, storage
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import keys, sealing
from fieldapp.keeping import database_dump
from fieldapp.promises import days_of

FORMAT = "fieldapp-backup-1"
MANIFEST = "manifest.json"
_ORIGINAL = re.compile(r"[0-9a-f]{64}")
_OF_A_NIGHT = re.compile(r"\d{4}-\d{2}-\d{2}(-\d+)?")


class NotEmpty(FieldappError):
    status, kind, title = 409, "not-empty", "只能恢复到空的实例：这里已有数据、原件或签名密钥。什么都没有改动。"


@dataclass(frozen=True)
class Made:
    """A finished backup. `digest`: SHA-256 of its manifest. `head`: end of the chain in it, 0 for an empty one."""

    folder: Path
    files: int
    length_bytes: int
    head: int
    digest: str


def create(folder: Path) -> Made:
    """Copies everything into `folder`, which must be new or empty; the manifest is written last.

    Raises Refused when the folder is not empty, the database is damaged, or an original on disk is missing or not
    what its name says.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} 不是空目录。每次备份用一个新目录。")
    if damage := database_dump.fault_of_pages(db.engine):
        raise Refused(f"没有备份：{damage}。")
    make_folder(folder)
    folder.chmod(0o700)  # holds keys and personal data
    head = chain.head()
    db.session.rollback()
    database_dump.dump(db.engine, folder)
    _copy_keys(folder)
    faults = list(_copy_originals(folder))
    if faults:
        raise Refused("备份没有完成：\n" + "\n".join(faults))
    files = [_described(folder, path) for path in _files_in(folder)]
    manifest = {
        "format": FORMAT,
        "made_at": rfc3339(now()),
        "engine": db.engine.dialect.name,
        "head": None if head is None else {"sequence": head[0], "chain": head[1]},
        "files": files,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    _write(folder / MANIFEST, text.encode())
    made = Made(
        folder,
        len(files),
        sum(file["bytes"] for file in files),
        head[0] if head else 0,
        hashlib.sha256(text.encode()).hexdigest(),
    )
    _note("backup.created", made.digest, made.head)
    return made


def faults_of(folder: Path) -> list[str]:
    """Everything that is wrong with a backup, each in one line; empty for a good one. Reads every byte."""
    try:
        manifest = _read_manifest(folder)
    except (OSError, ValueError) as error:
        return [f"清单 {MANIFEST} 读不出，备份没有做完或已损坏：{error}"]
    faults = []
    expected = {file["path"]: file for file in manifest["files"]}
    for path in _files_in(folder):
        name = str(path.relative_to(folder))
        wanted = expected.pop(name, None)
        if wanted is None:
            faults.append(f"清单里没有 {name}")
        elif _described(folder, path) != wanted:
            faults.append(f"{name} 与清单不符：内容已变")
    faults += [f"缺少 {name}" for name in expected]
    return faults or database_dump.faults_of(manifest["engine"], folder)


def restore(folder: Path) -> int:
    """Brings a backup back into this instance, which must be empty; gives the last place of the chain in it.

    Raises Refused for a bad backup or one of the other engine, NotEmpty.
    """
    faults = faults_of(folder)
    if faults:
        raise Refused("备份已损坏，没有恢复：\n" + "\n".join(faults))
    manifest = _read_manifest(folder)
    if manifest["engine"] != db.engine.dialect.name:
        raise Refused(f"备份来自 {manifest['engine']}，这里的数据库是 {db.engine.dialect.name}。")
    _refuse_filled()
    settings = current_app.config["SETTINGS"]
    for path in _files_in(folder / "evidence"):
        _copy(path, _store().root / path.relative_to(folder / "evidence"))
    for path in _files_in(folder / "instance"):
        _copy(path, settings.instance / path.relative_to(folder / "instance"))
    keys.forget()
    sealing.forget()
    database_dump.load(db.engine, folder)
    head = manifest["head"]["sequence"] if manifest["head"] else 0
    _note("backup.restored", hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest(), head)
    return int(head)


def forget_old(at: datetime, *, is_rehearsal: bool = False) -> int:
    """Deletes the backups that the worker made so long before `at` that their term is over; gives how many.

    Never the newest, and nothing in FIELDAPP_BACKUP_FOLDER that is not named by its day and finished as such. What was
    copied elsewhere is for whoever copied it. `is_rehearsal`: only counts.
    """
    parent, first_kept = (
        current_app.config["SETTINGS"].backup_folder,
        china(at).date() - timedelta(days_of("backups") - 1),
    )
    made = sorted(path for path in Path(parent).glob("*") if _day_of(path)) if parent else []
    old = [path for path in made[:-1] if f"{first_kept}" > path.name[:10]]
    for folder in old if not is_rehearsal else ():
        shutil.rmtree(folder)
    return len(old)


def _day_of(folder: Path) -> str | None:
    """The day in the name of a finished backup of the worker; None for anything else."""
    is_named = _OF_A_NIGHT.fullmatch(folder.name) is not None
    return folder.name[:10] if is_named and (folder / MANIFEST).is_file() else None


def _copy_keys(folder: Path) -> None:
    instance = current_app.config["SETTINGS"].instance
    for path in (instance / "secret-key", *sorted((instance / "keys").glob("*"))):
        if path.is_file() and not path.name.startswith("."):
            _copy(path, folder / "instance" / path.relative_to(instance))


def _copy_originals(folder: Path) -> Iterator[str]:
    """Copies every original; says which is missing or not what its name says."""
    present = set()
    root = _store().root
    for path in sorted(root.glob("??/*")):
        if not _ORIGINAL.fullmatch(path.name):
            continue
        present.add(path.name)
        if _copy(path, folder / "evidence" / path.relative_to(root)) != path.name:
            yield f"原件 {path.name} 的内容与编号不符：磁盘上已损坏或被改动"
    rows = db.session.execute(select(Evidence.id, Evidence.sha256).where(Evidence.state == "stored"))
    for evidence_id, digest in rows.all():
        if digest not in present and not (root / digest[:2] / digest).is_file():
            yield f"证据 {evidence_id} 的原件不见了"
    db.session.rollback()


def _refuse_filled() -> None:
    filled = not database_dump.is_empty(db.engine) or any(_store().root.glob("??/*"))
    if filled or any((current_app.config["SETTINGS"].instance / "keys").glob("*.pem")):
        raise NotEmpty


def _note(event: str, digest: str, head: int) -> None:
    with unit_of_work():
        audit.record(
            event, actor_id=None, subject_kind="backup", subject_id=digest[:36], at=now(), digest=digest, sequence=head
        )


def _store() -> FolderStorage:
    found = storage()
    if not isinstance(found, FolderStorage):
        raise Refused("证据原件不在本机目录里，请用存储服务自己的备份。")
    return found


def _read_manifest(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise ValueError("不是本系统的备份")
    return manifest  # type: ignore[no-any-return]


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)


def _described(folder: Path, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": str(path.relative_to(folder)), "bytes": path.stat().st_size, "sha256": digest}


def _copy(source: Path, target: Path) -> str:
    """Copies one file, durable when it returns; gives the SHA-256 of what was read."""
    make_folder(target.parent)
    digest = hashlib.sha256()
    draft = target.with_name(f".{target.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as reader, os.fdopen(descriptor, "wb") as writer:
        while chunk := reader.read(1 << 20):
            digest.update(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    shutil.copystat(source, draft)
    draft.rename(target)
    fsync_folder(target.parent)
    return digest.hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fsync_folder(path.parent)
