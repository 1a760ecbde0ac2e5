"""What is kept of earlier releases is whole, and is what the list beside it says."""

import hashlib
import json
import re

import pytest
from old_phones import archive

RELEASES = sorted(path.parent.name for path in archive.HERE.glob(f"*/{archive.NAME}"))


@pytest.mark.parametrize("release", RELEASES)
def test_an_archive_is_the_one_that_was_made(release: str) -> None:
    content = (archive.HERE / release / archive.NAME).read_bytes()
    row = next(line for line in (archive.HERE / "README.md").read_text().splitlines() if f"| `{release}`" in line)

    assert f"| {len(archive.read(release))} | `{hashlib.sha256(content).hexdigest()}` |" in row
    assert len(content) <= 300_000


@pytest.mark.parametrize("release", RELEASES)
def test_a_worker_lies_beside_all_that_it_asks_for(release: str) -> None:
    answers = archive.read(release)
    worker = answers["/field/sw.js"].body.decode()
    alone = json.loads(re.search(r"ALONE ?= ?(\{.*?\})", worker).group(1))  # type: ignore[union-attr]
    told = json.loads(answers["/field/kept.txt"].body.decode().split("\0")[0])

    assert f'"{told["version"]}"' in worker
    # each file with its type; since 0.2.0 under every address that has the same bytes
    kept = {address for one, _ in told["files"] for address in ([one] if isinstance(one, str) else one)}
    assert kept
    assert {*alone, *kept} <= set(answers)
