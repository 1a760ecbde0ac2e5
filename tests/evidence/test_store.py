"""The folder of originals: durable, content-addressed, closed."""

import hashlib
import os
from pathlib import Path

import pytest

from fieldapp.config import WeakSettings
from fieldapp.evidence import store
from fieldapp.evidence.store import FolderStorage, storage_at

CONTENT = "证据".encode() * 100
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path):
    return FolderStorage(tmp_path / "evidence")


def arrived(folder: FolderStorage, content: bytes = CONTENT) -> Path:
    path = folder.scratch / "arrived"
    path.write_bytes(content)
    return path


def test_what_was_kept_can_be_read_again(folder):
    folder.keep(arrived(folder), DIGEST)

    with folder.open(DIGEST) as file:
        assert file.read() == CONTENT
    assert folder.exists(DIGEST)
    assert folder.size_bytes(DIGEST) == len(CONTENT)
    assert folder.digest(DIGEST) == DIGEST


def test_an_original_lies_under_its_own_hash(folder):
    folder.keep(arrived(folder), DIGEST)

    assert (folder.root / DIGEST[:2] / DIGEST).is_file()
    assert list(folder.scratch.iterdir()) == []


def test_the_folder_is_on_disk_before_keep_returns(folder, monkeypatch):
    done = []
    monkeypatch.setattr(
        os, "rename", lambda old, new, real=os.rename: (real(old, new), done.append(f"rename {new.name[:6]}"))
    )
    monkeypatch.setattr(
        store, "fsync_folder", lambda path, real=store.fsync_folder: (real(path), done.append(f"sync {path.name}"))
    )

    fresh = FolderStorage(folder.root.parent / "another")
    places = sorted(path.name for path in fresh.root.iterdir() if len(path.name) == 2)
    assert places == [f"{number:02x}" for number in range(256)]
    assert done[-1] == "sync another", "the folders are on disk before the first file comes"
    done.clear()
    FolderStorage(fresh.root)
    assert done == [], "they are made once"

    fresh.keep(arrived(fresh), DIGEST)

    assert done == [f"rename {DIGEST[:6]}", f"sync {DIGEST[:2]}"]


def test_a_file_that_rotted_is_healed_by_the_same_file_coming_again(folder):
    folder.keep(arrived(folder), DIGEST)
    (folder.root / DIGEST[:2] / DIGEST).write_bytes(b"rotten")
    assert folder.digest(DIGEST) != DIGEST

    folder.keep(arrived(folder), DIGEST)

    assert folder.digest(DIGEST) == DIGEST


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], DIGEST + "0", DIGEST[:-1] + "/"]
)
def test_no_name_leads_out_of_the_store(folder, name):
    with pytest.raises(ValueError, match="SHA-256"):
        folder.exists(name)


def test_what_is_not_there_is_said_not_to_be(folder):
    assert not folder.exists(DIGEST)
    with pytest.raises(FileNotFoundError):
        folder.open(DIGEST)


def test_a_store_that_cannot_be_written_says_so(folder):
    folder.check()
    folder.scratch.rmdir()

    with pytest.raises(OSError, match="No such file"):
        folder.check()


@pytest.mark.parametrize(
    "url", ["s3://bucket/prefix", "http://example.invalid/x", "relative/path", "file://host/path", ""]
)
def test_an_address_that_cannot_be_used_is_refused_by_name(url):
    with pytest.raises(WeakSettings, match="FIELDAPP_STORAGE_URL"):
        storage_at(url)


def test_an_address_may_hold_spaces_and_chinese(tmp_path):
    made = storage_at(f"file://{tmp_path}/%E8%AF%81%E6%8D%AE%20%E5%BA%93")

    assert made.scratch == tmp_path / "证据 库" / "partial"
