"""Where originals lie: a folder of files named by their own SHA-256.

A file that `keep` has returned for survives a power cut: written under a temporary name, fsynced, renamed, its folder
fsynced. The temporary files lie under the same root, so the rename never crosses a file system.
"""

import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

from fieldapp.config import WeakSettings, fsync_folder
from fieldapp.evidence.rules import SHA256


class Storage(Protocol):
    """What the room asks of a store. `scratch`: a local folder for uploads under way, `views`: one for made copies."""

    scratch: Path
    views: Path

    def keep(self, arrived: Path, sha256: str) -> None:
        """Moves the fsynced file `arrived` to its lasting place; durable when it returns."""

    def open(self, sha256: str) -> BinaryIO:
        """The original, opened for reading. Raises FileNotFoundError."""

    def exists(self, sha256: str) -> bool:
        """Whether the original is there (its content is not read)."""

    def remove(self, sha256: str) -> None:
        """Takes the original away for good; no error when it is not there."""

    def size_bytes(self, sha256: str) -> int:
        """Its length. Raises FileNotFoundError."""

    def digest(self, sha256: str) -> str:
        """The SHA-256 of the bytes that lie there now, read anew. Raises FileNotFoundError."""

    def check(self) -> None:
        """Raises OSError when nothing can be written now."""


class FolderStorage:
    """Originals in a local folder, as ab/SHA256."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.scratch = root / "partial"
        self.views = root / "views"
        make_folder(self.scratch)
        self._make_places()

    def keep(self, arrived: Path, sha256: str) -> None:
        place = self._place(sha256)
        # An existing file is replaced all the same: the bytes that arrived are proven, those on disk may have rotted.
        os.rename(arrived, place)
        fsync_folder(place.parent)

    def open(self, sha256: str) -> BinaryIO:
        return self._place(sha256).open("rb")

    def exists(self, sha256: str) -> bool:
        return self._place(sha256).is_file()

    def remove(self, sha256: str) -> None:
        place = self._place(sha256)
        place.unlink(missing_ok=True)
        fsync_folder(place.parent)

    def size_bytes(self, sha256: str) -> int:
        return self._place(sha256).stat().st_size

    def digest(self, sha256: str) -> str:
        with self._place(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def check(self) -> None:
        probe = self.scratch / f"probe-{secrets.token_hex(8)}"
        try:
            probe.write_bytes(b"probe")
        finally:
            probe.unlink(missing_ok=True)

    def _make_places(self) -> None:
        """All 256 folders at once, with one wait for the disk: made one by one, they slow down the first photos."""
        missing = {f"{number:02x}" for number in range(256)} - set(os.listdir(self.root))
        for name in missing:
            (self.root / name).mkdir(exist_ok=True)  # another process may be making them, too
        if missing:
            fsync_folder(self.root)

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.root / sha256[:2] / sha256


def storage() -> Storage:
    """The store that FIELDAPP_STORAGE_URL names. Raises WeakSettings for one that this version cannot reach."""
    return storage_at(current_app.config["SETTINGS"].storage_url)


@lru_cache(maxsize=64)
def storage_at(url: str) -> Storage:
    """The store at `url`, one object per process. Raises WeakSettings for an address that cannot be used."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return FolderStorage(Path(unquote(parts.path)))
    raise WeakSettings(
        f"FIELDAPP_STORAGE_URL 无法使用：本版本只支持 file:///绝对路径，现在是 {parts.scheme or '空'}://。"
    )


def make_folder(folder: Path) -> None:
    """Makes `folder` and its parents so that they survive a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    fsync_folder(folder.parent)
