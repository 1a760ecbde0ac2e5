"""The child process that opens pictures: what it gives, what it cannot do, and that its death harms nobody else."""

import io
import os
import signal
import struct
import tempfile
import time
import zlib
from typing import BinaryIO

import pytest
from factories import make_photo
from PIL import Image

from fieldapp.evidence import renderer, renderer_client
from fieldapp.evidence.renderer_client import RendererClient, Undecodable

LINES = ("现场拍摄 · JD-2026-000123 · B01", "2026-11-24 09:05:12（手机时间） · 31.38460, 120.98070 ±12 米")
PLAIN = ("CAMERA  JD-2026-000123 B01", "2026-11-24 09:05:12  31.38460, 120.98070 +-12 m")


@pytest.fixture
def room():
    room = RendererClient()
    yield room
    room.close()


def order(kind: str = "thumbnail", **changes: object) -> dict:
    return {
        "kind": kind,
        "size_px": 320 if kind == "thumbnail" else 1600,
        "pixel_limit": 120_000_000,
        "lines": LINES,
        "plain": PLAIN,
    } | changes


def opened(content: bytes) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the last reference, after the child has read it
    file.write(content)
    file.flush()
    return file


def size_of(made: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(made)).size


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_format_that_is_taken_can_be_shown(room, picture_format):
    renderer.load_decoders()

    assert size_of(room.develop(order(), opened(make_photo(800, 600, picture_format=picture_format)))) == (320, 240)


@pytest.mark.parametrize("content", [b"", b"no picture", make_photo()[:500], b"\xff\xd8\xff" + os.urandom(100)])
def test_what_cannot_be_opened_is_said_so_and_the_next_one_is_served(room, content):
    with pytest.raises(Undecodable):
        room.develop(order(), opened(content))

    assert size_of(room.develop(order(), opened(make_photo()))) == (320, 240)


@pytest.mark.parametrize("kind", ["thumbnail", "display"])
@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_not_shown_as_a_whole_one(room, kind, picture_format):
    content = make_photo(200, 150, picture_format=picture_format)

    with pytest.raises(Undecodable):
        room.develop(order(kind), opened(content[: len(content) // 2]))


def test_a_picture_over_the_pixel_limit_is_not_decoded(room):
    with pytest.raises(Undecodable):
        room.develop(order(pixel_limit=100), opened(make_photo()))


def test_a_child_that_was_killed_is_replaced_without_anybody_noticing(room):
    room.develop(order(), opened(make_photo()))
    first = room._child.pid

    os.kill(first, signal.SIGKILL)

    assert size_of(room.develop(order(), opened(make_photo()))) == (320, 240)
    assert room._child.pid != first


def test_a_child_that_hangs_is_ended_and_replaced(room):
    room.develop(order(), opened(make_photo()))
    first = room._child
    room._line.settimeout(1)
    os.kill(first.pid, signal.SIGSTOP)
    begun = time.monotonic()

    with pytest.raises(Undecodable) as failure:
        room.develop(order(), opened(make_photo()))

    assert not failure.value.is_certain
    assert time.monotonic() - begun < 5
    assert first.poll() is not None
    assert size_of(room.develop(order(), opened(make_photo()))) == (320, 240)


def test_the_child_knows_nothing_of_the_server(room, monkeypatch):
    monkeypatch.setenv("FIELDAPP_SECRET_KEY", "canary-of-the-secret-key")
    other = opened(b"another file that the server has open")
    os.set_inheritable(other.fileno(), True)
    room.develop(order(), opened(make_photo()))
    child = f"/proc/{room._child.pid}"

    with open(f"{child}/environ", "rb") as file:
        assert b"canary" not in file.read()
    deadline = time.monotonic() + 10
    while (descriptors := set(os.listdir(f"{child}/fd"))) != {"0", "1", "2"} and time.monotonic() < deadline:
        time.sleep(0.01)  # it closes the picture after it has answered
    assert descriptors == {"0", "1", "2"}
    with open(f"{child}/limits") as file:
        limits = {line[:26].strip(): line[26:].split()[0] for line in file}
    assert limits["Max address space"] == str(renderer.MEMORY_BYTES)
    assert int(limits["Max cpu time"]) <= renderer.CPU_SECONDS + 5


def test_a_picture_that_would_burst_the_memory_is_given_up(room):
    side, packer = 10_900, zlib.compressobj(1)
    rows = b"".join(packer.compress(bytes(1 + 4 * side)) for _ in range(side)) + packer.flush()
    whole = _png(side, side, rows)

    with pytest.raises(Undecodable):
        room.develop(order("display"), opened(whole))

    assert size_of(room.develop(order(), opened(make_photo()))) == (320, 240)


def test_the_child_is_renewed_after_a_while(room, monkeypatch):
    monkeypatch.setattr(renderer_client, "ORDERS_PER_CHILD", 2)
    pids = set()
    for _ in range(4):
        room.develop(order(), opened(make_photo()))
        pids.add(room._child.pid)

    assert len(pids) == 2


def test_closing_the_room_ends_the_child(room):
    room.develop(order(), opened(make_photo()))
    child = room._child

    room.close()

    assert child.poll() is not None


def test_a_machine_without_a_chinese_font_writes_the_caption_in_ascii():
    renderer.load_decoders()
    with_font = renderer._font_loader()

    plain = renderer.develop(order("display"), io.BytesIO(make_photo(800, 600)), None)

    assert size_of(plain) == (800, 600)
    if with_font:
        assert plain != renderer.develop(order("display"), io.BytesIO(make_photo(800, 600)), with_font)


@pytest.mark.parametrize(("width", "height"), [(60, 20), (1, 1), (4000, 40), (40, 4000)])
def test_a_caption_fits_pictures_of_any_shape(width, height):
    renderer.load_decoders()

    made = size_of(renderer.develop(order("display"), io.BytesIO(make_photo(width, height)), renderer._font_loader()))

    assert made[0] >= 480


def test_transparent_pictures_are_shown_on_white():
    renderer.load_decoders()
    file = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(file, "PNG")

    made = Image.open(io.BytesIO(renderer.develop(order(), io.BytesIO(file.getvalue()))))

    assert min(made.getpixel((50, 50))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_shown(mode):
    renderer.load_decoders()
    file = io.BytesIO()
    Image.new(mode, (100, 100)).save(file, "PNG")

    assert size_of(renderer.develop(order(), io.BytesIO(file.getvalue()))) == (100, 100)


def _png(width: int, height: int, body: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", body) + chunk(b"IEND", b"")
