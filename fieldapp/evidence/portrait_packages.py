"""Portraits of many certificates in one zip, each file named by its certificate's number: looked through, then written.

Between the two the pictures, made anew already, lie in a folder of the installation for HOLD_HOURS at most.
"""

import io
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from flask import current_app
from sqlalchemy import select

from fieldapp.access import require
from fieldapp.clock import now
from fieldapp.errors import Refused
from fieldapp.evidence.remaking import FILE_LIMIT_BYTES, portrait_of
from fieldapp.extensions import db, unit_of_work
from fieldapp.folding import folded
from fieldapp.people import bounds, portraits
from fieldapp.people.models import Certificate, User

PACKAGE_LIMIT_BYTES = 64 * 1024 * 1024
MOST_FILES = 100
HOLD_HOURS = 2
_UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024
_MOST_ENTRIES = 1000
_FOLDER = "portrait-imports"
_TICKET = re.compile(r"[0-9a-f]{64}")
_PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".bmp"}
_UNREADABLE = (BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError)
CHANGES = {"new": "新增照片", "replaced": "替换照片", "same": "没有变化"}


@dataclass(frozen=True)
class Line:
    """One file of the package. `change`: of CHANGES, or none where `fault` says why nothing is written."""

    name: str
    certificate: Certificate | None = None
    change: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Look:
    """What would be written. `ticket`: what `write` takes; empty where nothing would change."""

    lines: list[Line]
    ticket: str = ""


def look_through(actor: User, content: bytes) -> Look:
    """What a package would change, line by line; nothing of it is written yet.

    Raises NotAllowed; Refused for what is no zip, or one made to harm; Unavailable when the renderer has too much to
    do.
    """
    require(actor, "registers.edit")
    forget_old(now())
    if len(content) > PACKAGE_LIMIT_BYTES:
        raise Refused(f"压缩包超过 {PACKAGE_LIMIT_BYTES // 1024 // 1024} MB，没有导入。请分几次。")
    try:
        with ZipFile(io.BytesIO(content)) as package:
            pictures = _pictures_in(package)
            known, lines = _known(actor), list[Line]()
            ready: dict[str, bytes] = {}
            for name, picture in ((_name_of(one), one) for one in pictures):
                line, jpeg = _line(name, package, picture, known, taken=ready)
                lines.append(line)
                if line.certificate is not None and line.change in ("new", "replaced"):
                    ready[line.certificate.id] = jpeg
    except _UNREADABLE as error:
        raise Refused("打不开这个压缩包，没有导入。请用 .zip，不要加密。") from error
    return Look(lines, _hold(actor, ready) if ready else "")


def write(actor: User, ticket: str) -> int:
    """Writes what `look_through` has shown under `ticket`; gives how many portraits.

    Raises Refused when it is no longer there, NotAllowed, NotFound for a certificate that has gone out of bounds.
    """
    require(actor, "registers.edit")
    path = _held_by(actor, ticket) if _TICKET.fullmatch(ticket) else None
    if path is None or not path.is_file() or _is_old(path, now()):
        raise Refused(f"核对过的照片只保留 {HOLD_HOURS} 小时，已经不在了。请重新选择压缩包。")
    with ZipFile(path) as held:
        ready = {name: held.read(name) for name in held.namelist()}
    with unit_of_work():
        for certificate_id, jpeg in ready.items():
            portraits.keep(actor, certificate_id, jpeg)
    path.unlink(missing_ok=True)
    return len(ready)


def forget_old(at: datetime) -> None:
    """Deletes what was looked through and never written."""
    for path in _folder().glob("*.zip") if _folder().is_dir() else ():
        if _is_old(path, at):
            path.unlink(missing_ok=True)


def _pictures_in(package: ZipFile) -> list[ZipInfo]:
    entries = package.infolist()
    files = [one for one in entries if not one.is_dir() and not _is_of_the_system(one.filename)]
    if len(entries) > _MOST_ENTRIES or len(files) > MOST_FILES:
        raise Refused(f"一次最多 {MOST_FILES} 张照片，没有导入。请分几次。")
    if sum(one.file_size for one in files) > _UNPACKED_LIMIT_BYTES:
        raise Refused("解压以后太大，没有导入。请把照片缩小，或分几次。")
    if not files:
        raise Refused("压缩包里没有照片。")
    return files


def _line(
    name: str, package: ZipFile, entry: ZipInfo, known: dict[str, Certificate], *, taken: dict[str, bytes]
) -> tuple[Line, bytes]:
    path = PurePosixPath(name)
    certificate = known.get(folded(path.stem))
    if path.suffix.lower() not in _PICTURES:
        return Line(name, fault="不是照片，跳过"), b""
    if certificate is None:
        return Line(name, fault="没有这个编号的证件"), b""
    if certificate.id in taken:
        return Line(name, certificate, fault="同一编号有两张，用的是前一张"), b""
    with package.open(entry) as file:
        content = file.read(FILE_LIMIT_BYTES + 1)
    try:
        jpeg = portrait_of(content)
    except Refused as refusal:
        return Line(name, certificate, fault=refusal.title), b""
    if not portraits.has(certificate.id):
        return Line(name, certificate, "new"), jpeg
    return Line(name, certificate, "same" if portraits.of(certificate.id) == jpeg else "replaced"), jpeg


def _known(actor: User) -> dict[str, Certificate]:
    rows = db.session.scalars(select(Certificate).where(bounds.certificates_within(actor.locality_id)))
    return {folded(row.number): row for row in rows}


def _name_of(entry: ZipInfo) -> str:
    """The file's own name, of whatever folder: nothing is ever written under it. Windows packs names in GBK unsaid."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gbk")
        except UnicodeError:
            name = entry.filename
    return PurePosixPath(name.replace("\\", "/")).name[:120]


def _is_of_the_system(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in (".DS_Store", "Thumbs.db", "desktop.ini")


def _hold(actor: User, ready: dict[str, bytes]) -> str:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as held:
        for certificate_id, jpeg in ready.items():
            held.writestr(certificate_id, jpeg)
    ticket = sha256(packed.getvalue()).hexdigest()
    _folder().mkdir(mode=0o700, exist_ok=True)
    for earlier in _held_of(actor):
        earlier.unlink(missing_ok=True)
    with os.fdopen(os.open(_held_by(actor, ticket), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(packed.getvalue())
    return ticket


def _held_of(actor: User) -> Iterator[Path]:
    return _folder().glob(f"{actor.id}-*.zip")


def _held_by(actor: User, ticket: str) -> Path:
    return _folder() / f"{actor.id}-{ticket}.zip"


def _is_old(path: Path, at: datetime) -> bool:
    return path.stat().st_mtime < (at - timedelta(hours=HOLD_HOURS)).timestamp()


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].instance) / _FOLDER
