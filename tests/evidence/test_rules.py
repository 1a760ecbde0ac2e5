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

    assert limit == (rules.LAYER_LIMIT_BYTES if source.endswith("layer") else 200 if source == "audio" else 40)
    assert rules.SOURCE_WORDS[source] == SOURCES[source]


@pytest.mark.parametrize("reason", ["unknown", "damaged", "no-size", "video", "type", "digest", "layer"])
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


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("camera", "照片有 61 MB，超过上限 60 MB，未上传。原件仍在本机；请在相机设置中调低分辨率后重拍。"),
        ("audio", "录音有 61 MB，超过上限 60 MB，未上传。原件仍在本机；请分段录制。"),
    ],
)
def test_a_file_over_its_limit_is_told_both_sizes_that_it_is_safe_and_what_helps(source, words):
    said = rules.too_large_words(source, length_bytes=61 * 1024 * 1024, limit_bytes=60 * 1024 * 1024)

    assert said == words


def test_a_refusal_speaks_of_a_photo_or_a_recording_and_of_what_each_may_be():
    photo = rules.refusal_words("unknown", source="camera", filename="现场.txt")
    recording = rules.refusal_words("unknown", source="audio", filename="")

    assert (
        photo
        == "照片“现场.txt”不是图片或格式不受支持（支持 JPEG、PNG、WebP、HEIC），未保存到服务器。请重拍或重新选取。"
    )
    assert recording.startswith("录音不是录音或格式不受支持（支持 M4A/MP4、")
    assert recording.endswith("请重新录制或选取。")


@pytest.mark.parametrize(
    ("taken_at", "is_taken"),
    [
        ("2000-01-01T00:00:00+00:00", True),
        ("2100-12-31T23:59:59+08:00", True),
        ("1999-12-31T23:59:59+00:00", False),
        ("2101-01-01T00:00:00+00:00", False),
        ("2026-11-24T09:05:12", False),
        ("yesterday", False),
    ],
)
def test_a_time_of_taking_has_its_zone_and_a_year_that_can_be(taken_at, is_taken):
    said = {name: str(value) for name, value in describe(b"x", taken_at=taken_at).items()}
    found = rules.announced(said, length_bytes=1, kinds=KINDS)

    if is_taken:
        assert isinstance(found, Announced)
        assert found.taken_at == datetime.fromisoformat(taken_at)
    else:
        assert [field for field, _ in found] == ["taken_at"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"latitude": "90", "longitude": "180"}, []),
        ({"latitude": "-90", "longitude": "-180"}, []),
        ({"latitude": "90.1", "longitude": "0"}, ["latitude"]),
        ({"latitude": "-90.1", "longitude": "0"}, ["latitude"]),
        ({"latitude": "0", "longitude": "180.1"}, ["longitude"]),
        ({"latitude": "0", "longitude": "-180.1"}, ["longitude"]),
    ],
)
def test_a_place_is_on_the_earth(said, wrong):
    found = rules.announced(describe(b"x", **said), length_bytes=1, kinds=KINDS)

    assert ([] if isinstance(found, Announced) else [field for field, _ in found]) == wrong


def test_a_type_is_cut_at_a_hundred_characters_and_an_upload_that_nobody_continues_stays_two_weeks():
    said = {name: str(value) for name, value in describe(b"x").items()} | {"filetype": "image/" + "x" * 200}

    found = rules.announced(said, length_bytes=1, kinds=KINDS)

    assert isinstance(found, Announced)
    assert len(found.declared_type) == 100
    assert rules.UNFINISHED_DAYS == 14
