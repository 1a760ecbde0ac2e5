"""Uploads under way, on disk only: whole bodies on their way in, and pieces that wait for the rest.

A piece is one file, PARTIAL/ID/OFFSET, put there with a hard link that fails when the name is taken. So the folder is
the truth about how far an upload has come: no lock is held while bytes trickle in, a connection that hangs blocks
nobody, two that send the same piece cannot mix, and a killed server leaves either the whole piece or nothing of it.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fieldapp import ids
from fieldapp.config import fsync_folder
from fieldapp.errors import FieldappError, TooLarge

INCOMING = "incoming"
CHECKSUMS = ("sha1", "sha256")  # of the tus extension; never what an original is known by
_COPY_BYTES = 1024 * 1024


class ChecksumMismatch(FieldappError):
    """Source: tus 1.0.0, checksum extension."""

    status, kind = 460, "checksum-mismatch"
    title = "传输中出错：这一段内容与校验值不符，未保存。请重传这一段，本机文件不受影响。"


class MoreThanSaid(TooLarge):
    title = "发来的内容比声明的长度多，未保存。请重新上传，本机文件不受影响。"


@dataclass(frozen=True)
class Checksum:
    """What the sender says of one piece. `algorithm`: one of CHECKSUMS."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Piece:
    """What came in one request: a fsynced temporary file, its length and its SHA-256."""

    path: Path
    length_bytes: int
    sha256: str


@contextmanager
def receive(
    scratch: Path, chunks: Iterable[bytes], *, limit_bytes: int, checksum: Checksum | None = None
) -> Iterator[Piece]:
    """The bytes of `chunks` in a temporary file, gone at the end unless someone has moved it.

    Raises MoreThanSaid as soon as more than `limit_bytes` came, ChecksumMismatch when the piece is not what it should
    be.
    """
    path = _new_file(scratch)
    try:
        yield _write(path, chunks, limit_bytes=limit_bytes, checksum=checksum)
    finally:
        path.unlink(missing_ok=True)


def add_piece(scratch: Path, upload_id: str, piece: Piece, *, offset_bytes: int) -> bool:
    """Puts `piece` at its place; False when another request was quicker at the same offset."""
    folder = _folder(scratch, upload_id)
    folder.mkdir(exist_ok=True)
    try:
        os.link(piece.path, folder / f"{offset_bytes:015d}")
    except FileExistsError:
        return False
    fsync_folder(folder)
    fsync_folder(scratch)
    return True


def offset_bytes(scratch: Path, upload_id: str) -> int:
    """How many bytes of the upload are here without a gap, from the first on."""
    return sum(path.stat().st_size for path in _pieces(scratch, upload_id))


@contextmanager
def assembled(scratch: Path, upload_id: str) -> Iterator[Piece]:
    """All the pieces as one file, as `receive` would have given it."""
    with receive(scratch, _bytes_of(_pieces(scratch, upload_id)), limit_bytes=2**63) as whole:
        yield whole


def drop(scratch: Path, upload_id: str) -> None:
    """Forgets the pieces of an upload; no error when there are none."""
    shutil.rmtree(_folder(scratch, upload_id), ignore_errors=True)


def sweep(scratch: Path, *, older_than_s: float, now_s: float, is_rehearsal: bool = False) -> int:
    """Removes what nobody has added to for `older_than_s` seconds; gives how many uploads and temporary files went.

    `is_rehearsal`: leaves everything and only counts.
    """
    entries = (*_entries(scratch), *_entries(scratch / INCOMING))
    stale = [
        path for path in entries if path.name != INCOMING and now_s - _changed_s(path, otherwise=now_s) > older_than_s
    ]
    for path in stale if not is_rehearsal else ():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(stale)


def _new_file(scratch: Path) -> Path:
    folder = scratch / INCOMING
    folder.mkdir(exist_ok=True)
    return folder / secrets.token_hex(16)


def _write(path: Path, chunks: Iterable[bytes], *, limit_bytes: int, checksum: Checksum | None) -> Piece:
    whole = hashlib.sha256()
    # SHA-1 is what the tus extension requires every server to offer; it guards a piece on its way, nothing else.
    sha1 = hashlib.sha1(usedforsecurity=False) if checksum and checksum.algorithm == "sha1" else None
    length = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o440)
    try:
        for chunk in chunks:
            length += len(chunk)
            if length > limit_bytes:
                raise MoreThanSaid
            _write_all(descriptor, chunk)
            whole.update(chunk)
            if sha1:
                sha1.update(chunk)
        if checksum and checksum.digest != (sha1 or whole).digest():
            raise ChecksumMismatch
        if length:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return Piece(path, length, whole.hexdigest())


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _pieces(scratch: Path, upload_id: str) -> list[Path]:
    pieces, end = [], 0
    for path in sorted(_entries(_folder(scratch, upload_id))):
        if int(path.name) != end:
            break
        pieces.append(path)
        end += path.stat().st_size
    return pieces


def _bytes_of(pieces: list[Path]) -> Iterator[bytes]:
    for path in pieces:
        with path.open("rb") as file:
            while chunk := file.read(_COPY_BYTES):
                yield chunk


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _changed_s(path: Path, *, otherwise: float) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # it has just been taken in
        return otherwise


def _folder(scratch: Path, upload_id: str) -> Path:
    if not ids.is_uuid(upload_id):
        raise ValueError("not an id")
    return scratch / upload_id
