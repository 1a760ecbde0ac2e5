"""Bytes on their way in: what is kept of them, whatever breaks."""

import os
import threading
from pathlib import Path

import pytest

from fieldapp import ids
from fieldapp.errors import TooLarge
from fieldapp.evidence import uploads
from fieldapp.evidence.uploads import Checksum, ChecksumMismatch

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def scratch(tmp_path):
    return tmp_path


def add(scratch: Path, upload_id: str, content: bytes, offset: int) -> bool:
    with uploads.receive(scratch, [content], limit_bytes=10**9) as piece:
        return uploads.add_piece(scratch, upload_id, piece, offset_bytes=offset)


def files(scratch: Path) -> list[str]:
    return sorted(path.name for path in scratch.rglob("*") if path.is_file())


def test_pieces_become_the_file_whatever_their_lengths(scratch):
    upload_id, cuts = ids.mint(), [0, 1, 300, 301, 9000, len(CONTENT)]
    for start, end in zip(cuts, cuts[1:], strict=False):
        assert uploads.offset_bytes(scratch, upload_id) == start
        assert add(scratch, upload_id, CONTENT[start:end], start)

    with uploads.assembled(scratch, upload_id) as whole:
        assert whole.path.read_bytes() == CONTENT
        assert whole.length_bytes == len(CONTENT)


def test_a_piece_is_fsynced_before_it_counts(scratch, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda descriptor, real=os.fsync: (real(descriptor), done.append("fsync")))
    monkeypatch.setattr(os, "link", lambda old, new, real=os.link: (real(old, new), done.append("link")))

    add(scratch, ids.mint(), CONTENT, 0)

    assert done == ["fsync", "link", "fsync", "fsync"]


def test_the_second_of_two_pieces_for_one_place_is_not_mixed_in(scratch):
    upload_id = ids.mint()

    assert add(scratch, upload_id, CONTENT[:500], 0)
    assert not add(scratch, upload_id, CONTENT[:900], 0)

    assert uploads.offset_bytes(scratch, upload_id) == 500


def test_of_many_that_race_for_one_place_exactly_one_wins(scratch):
    upload_id, gate, won = ids.mint(), threading.Barrier(8), []

    def race(length: int) -> None:
        gate.wait()
        if add(scratch, upload_id, CONTENT[:length], 0):
            won.append(length)

    threads = [threading.Thread(target=race, args=(100 + n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert uploads.offset_bytes(scratch, upload_id) == won[0]


def test_a_piece_behind_a_gap_does_not_count(scratch):
    upload_id = ids.mint()
    add(scratch, upload_id, CONTENT[:100], 0)
    add(scratch, upload_id, CONTENT[200:], 200)

    assert uploads.offset_bytes(scratch, upload_id) == 100


@pytest.mark.parametrize("algorithm", uploads.CHECKSUMS)
def test_a_wrong_checksum_leaves_nothing(scratch, algorithm):
    with (
        pytest.raises(ChecksumMismatch),
        uploads.receive(scratch, [CONTENT], limit_bytes=10**9, checksum=Checksum(algorithm, b"no")),
    ):
        pytest.fail("the piece was given out")

    assert files(scratch) == []


def test_too_many_bytes_are_refused_as_soon_as_they_come(scratch):
    def endless():
        while True:
            yield CONTENT

    with pytest.raises(TooLarge), uploads.receive(scratch, endless(), limit_bytes=10**6):
        pytest.fail("the piece was given out")

    assert files(scratch) == []


def test_a_full_disk_leaves_nothing(scratch, monkeypatch):
    def full(descriptor, view):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"), uploads.receive(scratch, [CONTENT], limit_bytes=10**9):
        pytest.fail("the piece was given out")

    assert files(scratch) == []


def test_an_upload_that_was_given_up_is_gone(scratch):
    upload_id = ids.mint()
    add(scratch, upload_id, CONTENT, 0)

    uploads.drop(scratch, upload_id)
    uploads.drop(scratch, upload_id)

    assert uploads.offset_bytes(scratch, upload_id) == 0


@pytest.mark.parametrize("upload_id", ["..", "../x", "incoming", ""])
def test_no_id_leads_out_of_the_folder(scratch, upload_id):
    with pytest.raises(ValueError, match="not an id"):
        uploads.drop(scratch, upload_id)


def test_only_what_nobody_has_continued_is_swept_away(scratch):
    old, young = ids.mint(), ids.mint()
    for upload_id in (old, young):
        add(scratch, upload_id, CONTENT, 0)
    leftover = scratch / uploads.INCOMING / "leftover"
    leftover.write_bytes(b"of a killed server")
    for path in (scratch / old, leftover):
        os.utime(path, (1000, 1000))

    swept = uploads.sweep(scratch, older_than_s=86_400, now_s=(scratch / young).stat().st_mtime + 60)

    assert swept == 2
    assert uploads.offset_bytes(scratch, young) == len(CONTENT)
    assert uploads.offset_bytes(scratch, old) == 0
    assert not leftover.exists()
