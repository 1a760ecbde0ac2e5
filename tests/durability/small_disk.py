"""A disk that can be made full, and given room again.

It is a small tmpfs where one may be mounted; elsewhere the server's processes get a limit on the length of files
instead, at which writing fails just so.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

SIZE_BYTES = 600 * 1024 * 1024  # of memory nothing is taken until it is used; /healthz wants 256 MB free
MOST_TRIES = 20


class SmallDisk:
    """A folder on which room can be taken away and given back. `server`: whose processes write there."""

    def __init__(self, folder: Path, size_bytes: int = SIZE_BYTES) -> None:
        self.folder, self.size_bytes = folder, size_bytes
        self.server: Any = None
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(folder)]
        self.is_mounted = (
            shutil.which("mount") is not None and not subprocess.run(command, capture_output=True).returncode
        )

    def leave(self, free_bytes: int) -> None:
        """Leaves room for `free_bytes` more, or somewhat less while others go on writing."""
        if self.is_mounted:
            for _ in range(MOST_TRIES):
                here = os.statvfs(self.folder)
                used = (here.f_blocks - here.f_bfree) * here.f_frsize
                if self._resize(used + max(free_bytes, here.f_frsize)):
                    return
            raise OSError(f"{self.folder} could not be made smaller: too much was written meanwhile")
        else:
            self._limit(max(_lengths(self.folder), default=0) + free_bytes)

    def give_back(self) -> None:
        """As much room as at first."""
        if not self.is_mounted:
            self._limit(resource.RLIM_INFINITY)
        elif not self._resize(self.size_bytes):
            raise OSError(f"{self.folder} did not get its room back")

    def close(self) -> None:
        """Takes the disk away, with all that is on it where it is one of its own."""
        if self.is_mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)

    def _resize(self, size_bytes: int) -> bool:
        """Whether it could be: a tmpfs never gets smaller than what lies on it."""
        command = ["mount", "-o", f"remount,size={size_bytes}", str(self.folder)]
        return not subprocess.run(command, capture_output=True).returncode

    def _limit(self, longest: int) -> None:
        for pid in self.server.workers():
            with suppress(ProcessLookupError):  # it has ended meanwhile
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (longest, resource.RLIM_INFINITY))


def _lengths(folder: Path) -> Iterator[int]:
    """In bytes, of every file that is not taken away just then."""
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file():
                yield path.stat().st_size
