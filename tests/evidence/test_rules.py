"""What may be announced, and what is written on copies and refusals."""

import hashlib
from datetime import datetime

import pytest
from phone_uploads import describe

from fieldapp.evidence import rules
from fieldapp.evidence.models import SOURCES
from fieldapp.evidence.rules import Announced

KINDS = {"observation": "监督记录", "interview": "访谈"}
TAKEN_AT = datetime.fromisoformat("2026-11-24T01:05:12+00:00")


def caption(**changes: object) -> rules.Caption:
    said = {
        "source": "camera",
        "record": "JD-2026-000123",
        "item": "B01",
        "taken_at": TAKEN_AT,
        "place": "",
        "coordinates": (31.3846, 120.9807, 12.0),
    }
    return rules.caption(**(said | changes))


def test_what_a_phone_says_is_read_whole():
    said = describe(
        b"x", item="B01", taken_at="2026-11-24T09:05:12+08:00", latitude="31.5", longitude="-120", accuracy="0"
    )

    found = rules.announced({name: str(value) for name, value in said.items()}, length_bytes=1, kinds=KINDS)

    assert isinstance(found, Announced)
    assert (found.sha256, found.owner_kind, found.owner_id) == (
        hashlib.sha256(b"x").hexdigest(),
        "observation",
        said["observation"],
    )
    assert (found.latitude, found.longitude, found.accuracy_m, found.taken_at) == (31.5, -120.0, 0.0, TAKEN_AT)


def test_every_fault_is_told_at_once():
    faults = rules.announced({"latitude": "x", "taken_at": "x", "item": "?"}, length_bytes=0, kinds=KINDS)

    assert isinstance(faults, list)
    assert {field for field, _ in faults} == {
        "Upload-Length",
        "observation",
        "id",
        "sha256",
        "source",
        "item",
        "taken_at",
        "latitude",
    }


def test_a_long_file_name_is_cut_and_loses_what_a_database_refuses():
    found = rules.announced(describe(b"x", filename="\0\n" + "长" * 500), length_bytes=1, kinds=KINDS)

    assert isinstance(found, Announced)
    assert found.filename == "长" * 200


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_a_limit_and_words(source):
    limit = rules.limit_bytes(source, photo_limit_bytes=40, file_limit_bytes=200)

    assert limit == (200 if source == "audio" else 40)
    assert rules.SOURCE_WORDS[source] == SOURCES[source]


@pytest.mark.parametrize("reason", ["unknown", "damaged", "no-size", "pixels", "video", "type", "digest"])
@pytest.mark.parametrize("source", SOURCES)
def test_every_refusal_says_what_happened(reason, source):
    words = rules.refusal_words(reason, source=source, filename="甲.jpg")

    assert "甲.jpg" in words
    assert "未保存" in words


@pytest.mark.parametrize(
    ("length", "words"),
    [(1, "1 KB"), (50_000, "49 KB"), (2_516_582, "2.4 MB"), (60 * 2**20, "60 MB"), (100 * 2**20, "100 MB")],
)
def test_lengths_are_written_for_people(length, words):
    assert rules.megabytes(length) == words


def test_a_caption_says_source_record_item_time_and_place():
    assert caption().lines == (
        "现场拍摄 · JD-2026-000123 · B01",
        "2026-11-24 09:05:12（手机时间） · 31.38460, 120.98070 ±12 米",
    )


def test_a_caption_without_a_chinese_font_is_ascii():
    made = caption(record="监督记录 0a1b2c3d", place="工业路1号", coordinates=None)

    assert made.plain == ("CAMERA  0a1b2c3d B01", "2026-11-24 09:05:12  no position")
    assert all(line.isascii() for line in made.plain)


def test_a_picture_from_the_album_is_said_to_be_unverified():
    assert caption(source="album").lines[0] == "相册选取（时间、位置未经核实） · JD-2026-000123 · B01"


@pytest.mark.parametrize(
    ("place", "coordinates", "words"),
    [
        ("工业路1号", None, "工业路1号（手工填写）"),
        ("", None, "位置未知"),
        ("工业路1号", (31.0, 121.0, None), "31.00000, 121.00000"),
    ],
)
def test_a_place_that_was_typed_is_not_shown_as_measured(place, coordinates, words):
    assert caption(place=place, coordinates=coordinates).lines[1].endswith(words)


def test_a_time_nobody_knows_is_said_to_be_unknown():
    assert caption(taken_at=None).lines[1].startswith("时间未知")
