"""What a server of an earlier release served to a phone: the answers of /field/… and /static/…, in one archive.

The archive is a `tar.xz`: `answers.json` (`{address: {"status", "headers", "file"}}`, addresses sorted) and the bodies
below `bodies/`. Equal answers give equal bytes.
"""

import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NAME = "served.tar.xz"
INDEX = "answers.json"


@dataclass(frozen=True)
class Kept:
    """One answer as it was given: `headers` without those of the moment (date, cookies, length)."""

    status: int
    headers: dict[str, str]
    body: bytes


def write(path: Path, answers: dict[str, Kept]) -> None:
    """Writes the archive; nothing in it depends on when, where or by whom."""
    files = {address: f"bodies{address}{'index' if address.endswith('/') else ''}" for address in sorted(answers)}
    told = {
        address: {"status": answers[address].status, "headers": answers[address].headers, "file": file}
        for address, file in files.items()
    }
    with tarfile.open(path, "w:xz", preset=9, format=tarfile.USTAR_FORMAT) as archive:
        _add(archive, INDEX, json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode())
        for address, file in files.items():
            _add(archive, file, answers[address].body)


def read(release: str) -> dict[str, Kept]:
    """Every answer of `release` by its address. Raises FileNotFoundError for a release that was not kept."""
    with tarfile.open(HERE / release / NAME) as archive:
        bodies = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    told = json.loads(bodies[INDEX])
    return {address: Kept(one["status"], one["headers"], bodies[one["file"]]) for address, one in told.items()}


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
