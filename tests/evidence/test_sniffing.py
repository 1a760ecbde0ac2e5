"""What is taken and what is refused, by the bytes alone."""

import contextlib
import io
import random
import struct
import time
import wave
import zlib

import pillow_heif
import pytest
from factories import make_photo
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fieldapp.evidence.sniffing import NotEvidence, Sniffed, sniff, sniff_bytes

HTML = b"<!doctype html><script>alert(1)</script>"


def make_heic(width: int = 64, height: int = 64) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (width, height), "teal")).save(file)
    return file.getvalue()


def make_png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def make_wav() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8000)
        recording.writeframes(b"\0\0" * 800)
    return file.getvalue()


def make_mp4(handler: bytes, brand: bytes = b"M4A ") -> bytes:
    hdlr = struct.pack(">I4sI4s4s", 32, b"hdlr", 0, b"\0\0\0\0", handler) + b"\0" * 12
    moov = struct.pack(">I4s", 8 + len(hdlr), b"moov") + hdlr
    return struct.pack(">I4s4sI", 16, b"ftyp", brand, 0) + moov + struct.pack(">I4s", 108, b"mdat") + b"\0" * 100


WHOLE = {
    "JPEG": (lambda: make_photo(64, 48), "image/jpeg"),
    "progressive JPEG": (lambda: save("JPEG", progressive=True), "image/jpeg"),
    "PNG": (lambda: make_photo(64, 48, picture_format="PNG"), "image/png"),
    "WebP": (lambda: make_photo(64, 48, picture_format="WEBP"), "image/webp"),
    "lossless WebP": (lambda: save("WEBP", lossless=True), "image/webp"),
    "WebP with alpha": (lambda: save("WEBP", mode="RGBA"), "image/webp"),
    "HEIC": (make_heic, "image/heic"),
}
RECORDINGS = {
    "M4A": (lambda: make_mp4(b"soun"), "audio/mp4"),
    "MP4 of a browser": (lambda: make_mp4(b"soun", b"iso5"), "audio/mp4"),
    "WebM": (lambda: b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm" + b"\0" * 60 + b"A_OPUS", "audio/webm"),
    "OGG": (lambda: b"OggS" + b"\0" * 24 + b"OpusHead", "audio/ogg"),
    "MP3": (lambda: b"ID3\x04" + b"\0" * 100, "audio/mpeg"),
    "MP3 without tags": (lambda: b"\xff\xfb\x90\x64" + b"\0" * 100, "audio/mpeg"),
    "WAV": (make_wav, "audio/wav"),
}
REFUSED = {
    "nothing": (b"", "unknown"),
    "text": ("这不是照片".encode(), "unknown"),
    "HTML": (HTML, "unknown"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unknown"),
    "HTML before a JPEG": (HTML + make_photo(8, 8), "unknown"),
    "GIF": (b"GIF89a\xff\xff\xff\xff" + b"\0" * 100, "unknown"),
    "PDF": (b"%PDF-1.7\n", "unknown"),
    "ZIP": (b"PK\x03\x04" + b"\0" * 60, "unknown"),
    "an executable": (b"\x7fELF" + b"\0" * 60, "unknown"),
    "a JPEG in name only": (b"\xff\xd8\xff\xe0" + HTML * 20 + b"\xff\xd9", "damaged"),
    "a JPEG without a picture": (b"\xff\xd8\xff\xd9", "damaged"),
    "a JPEG of nothing": (b"\xff\xd8\xff" + b"\xff" * 100_000, "damaged"),
    "a PNG in name only": (b"\x89PNG\r\n\x1a\n" + HTML, "damaged"),
    "a PNG without size": (make_png_claiming(0, 0), "no-size"),
    "a video": (make_mp4(b"vide", b"isom"), "video"),
    "a video of a browser": (b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm" + b"\0" * 60 + b"V_VP9", "video"),
    "AVIF": (struct.pack(">I4s4sI", 16, b"ftyp", b"avif", 0) + b"\0" * 60, "unknown"),
}


def save(picture_format: str, *, mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    noise = Image.frombytes("RGB", (64, 48), random.Random(1).randbytes(64 * 48 * 3))
    noise.convert(mode).save(file, picture_format, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", WHOLE)
def test_a_picture_is_known_with_its_size(kind):
    make, media_type = WHOLE[kind]

    assert sniff_bytes(make()) == Sniffed(media_type, 64, 64 if kind == "HEIC" else 48)


@pytest.mark.parametrize("kind", RECORDINGS)
def test_a_recording_is_known(kind):
    make, media_type = RECORDINGS[kind]

    assert sniff_bytes(make()) == Sniffed(media_type)


@pytest.mark.parametrize("kind", REFUSED)
def test_anything_else_is_refused_with_a_reason(kind, tmp_path):
    content, reason = REFUSED[kind]
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(NotEvidence) as refusal:
        sniff(tmp_path / "file")

    assert refusal.value.reason == reason


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_picture_that_breaks_off_is_refused(kind, share):
    content = WHOLE[kind][0]()

    with pytest.raises(NotEvidence):
        sniff_bytes(content[: int(len(content) * share)])


@pytest.mark.parametrize("trailer", [b"\0" * 512, b"SEFT" + b"\1" * 300_000, make_mp4(b"vide", b"isom") * 50])
def test_what_a_phone_appends_to_a_jpeg_is_let_be(trailer):
    assert sniff_bytes(make_photo(64, 48) + trailer).media_type == "image/jpeg"


def test_the_size_of_a_photo_in_tiles_is_that_of_the_whole():
    assert sniff_bytes(make_heic(1600, 1200)) == Sniffed("image/heic", 1600, 1200)


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_tells_its_size_before_anything_is_decoded(width, height):
    begun = time.perf_counter()

    found = sniff_bytes(make_png_claiming(width, height))

    assert (found.width, found.height) == (width, height)
    assert time.perf_counter() - begun < 0.1


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"\xff\xd8" + b"\xff\xc4\x00\x02" * 5_000_000,
        lambda: b"\xff\xd8\xff\xda\x00\x02" + b"\xff\xda\x00\x02" * 5_000_000,
        lambda: (
            b"\x89PNG\r\n\x1a\n"
            + struct.pack(">I4sII", 13, b"IHDR", 1, 1)
            + b"\0" * 9
            + (b"\0\0\0\0teXt\0\0\0\0" * 1_500_000)
        ),
        lambda: struct.pack(">I4s4sI", 16, b"ftyp", b"heic", 0) + struct.pack(">I4s", 8, b"free") * 2_000_000,
        lambda: (
            struct.pack(">I4s4sI", 16, b"ftyp", b"heic", 0)
            + struct.pack(">I4s", 8, b"mdat")
            + struct.pack(">I4sI", 12 + 8 * 120_000, b"meta", 0)
            + b"".join(struct.pack(">I4s", 8 * left, b"iprp") for left in range(120_000, 0, -1))
        ),
    ],
    ids=["segments", "scans", "chunks", "boxes", "nested boxes"],
)
def test_a_file_made_to_waste_time_is_refused_at_once(make):
    content = make()
    begun = time.perf_counter()

    with pytest.raises(NotEvidence):
        sniff_bytes(content)

    assert time.perf_counter() - begun < 1


@given(
    st.binary(max_size=2000),
    st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\x10\0\0\0WEBP",
            b"RIFF\x10\0\0\0WEBPVP8X",
            b"\0\0\0\x10ftypheic",
            b"\0\0\0\x10ftypM4A ",
            b"\x1a\x45\xdf\xa3webm",
            b"OggS",
            b"ID3",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        ]
    ),
)
def test_no_bytes_raise_anything_but_a_refusal(tail, head):
    with contextlib.suppress(NotEvidence):
        assert sniff_bytes(head + tail).media_type


@pytest.mark.parametrize("kind", WHOLE)
def test_no_mutant_of_a_picture_raises_anything_but_a_refusal(kind):
    content, chance = bytearray(WHOLE[kind][0]()), random.Random(20261124)
    for _ in range(3000):
        mutant = _mutated(content, chance)
        try:
            found = sniff_bytes(bytes(mutant))
        except NotEvidence:
            continue
        assert found.media_type


def _mutated(content: bytearray, chance: random.Random) -> bytearray:
    mutant = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(mutant) // 3 + 1)
        mutant[place : place + chance.choice([1, 1, 4])] = chance.randbytes(chance.choice([0, 1, 1, 4]))
    return mutant
