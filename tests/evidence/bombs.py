"""Files made to exhaust, confuse or slip past whoever opens them: each a name and a maker of its bytes."""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from factories import make_photo
from PIL import Image

MIB = 1024 * 1024
JPEG, PNG, WEBP = (make_photo(200, 150, picture_format=name) for name in ("JPEG", "PNG", "WEBP"))
ZEROS_50_MIB = zlib.compress(bytes(50 * MIB), 9)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))


def chunk(kind: bytes, content: bytes, *, checksum: int | None = None) -> bytes:
    """One PNG chunk."""
    right = zlib.crc32(kind + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", right)


def png(width: int, height: int, *parts: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG of `parts` behind a header that claims this size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(parts) + chunk(b"IEND", b"")


def one_colour(width: int, height: int) -> bytes:
    """A real black picture in one bit a pixel: a few kilobytes for any size."""
    packed = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(packed.compress(row) for _ in range(height)) + packed.flush()
    return png(width, height, chunk(b"IDAT", rows), depth=1)


def jpeg_claiming(width: int, height: int) -> bytes:
    """A whole JPEG whose frame header says another size."""
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + struct.pack(">HH", height, width) + JPEG[at + 4 :]


def jpeg_with(*segments: tuple[int, bytes]) -> bytes:
    """A whole JPEG with more segments at its head."""
    extra = b"".join(b"\xff" + bytes([mark]) + struct.pack(">H", len(body) + 2) + body for mark, body in segments)
    return JPEG[:2] + extra + JPEG[2:]


def exif(*entries: tuple[int, int, int, int], offset: int = 8, next_offset: int = 0) -> tuple[int, bytes]:
    """An EXIF segment with one directory of (tag, type, count, value)."""
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return 0xE1, b"Exif\0\0II*\0" + struct.pack("<I", offset) + directory + struct.pack("<I", next_offset)


def box(kind: bytes, content: bytes) -> bytes:
    """One ISO media box."""
    return struct.pack(">I", len(content) + 8) + kind + content


def heic_claiming(width: int, height: int) -> bytes:
    """Boxes of a HEIC that declares a size and holds no picture."""
    ispe = box(b"ispe", struct.pack(">III", 0, width, height))
    meta = box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", ispe)))
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta + box(b"mdat", b"nothing")


def webp(kind: bytes, body: bytes) -> bytes:
    """A RIFF container with one chunk."""
    inner = b"WEBP" + kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def saved(name: str, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """A real picture in a format that is not taken."""
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, name, **options)
    return file.getvalue()


def zipped() -> bytes:
    """A zip of 50 MB of nothing."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(50 * MIB))
    return file.getvalue()


BOMBS: dict[str, Callable[[], bytes]] = {
    "png claims 50000x50000": lambda: png(50_000, 50_000, chunk(b"IDAT", zlib.compress(b"\0"))),
    "png claims 65535x65535": lambda: png(65_535, 65_535, chunk(b"IDAT", zlib.compress(b"\0"))),
    "png claims the most": lambda: png(2**31 - 1, 2**31 - 1, chunk(b"IDAT", b"")),
    "png one pixel wide": lambda: png(1, 120_000_001, chunk(b"IDAT", b"")),
    "png one pixel high": lambda: png(120_000_001, 1, chunk(b"IDAT", b"")),
    "png without size": lambda: png(0, 5),
    "png of 144 megapixels": lambda: one_colour(12_000, 12_000),
    "png just below the limit": lambda: one_colour(10_900, 10_900),
    "png of 50 MB behind 10x10": lambda: png(10, 10, chunk(b"IDAT", ZEROS_50_MIB)),
    "png with a profile of 50 MB": lambda: png(1, 1, chunk(b"iCCP", b"p\0\0" + ZEROS_50_MIB), chunk(b"IDAT", b"")),
    "png with a text of 50 MB": lambda: png(1, 1, chunk(b"zTXt", b"t\0\0" + ZEROS_50_MIB), chunk(b"IDAT", b"")),
    "png with a million chunks": lambda: png(1, 1, chunk(b"tEXt", b"") * 1_000_000),
    "png with a wrong checksum": lambda: png(1, 1, chunk(b"IDAT", zlib.compress(b"\0\0"), checksum=1)),
    "png without pixels": lambda: png(9, 9),
    "png with two headers": lambda: PNG[:33] + PNG[8:33] + PNG[33:],
    "png of an unknown depth": lambda: png(4, 4, chunk(b"IDAT", ZEROS_50_MIB), depth=77, colour=99),
    "png cut in half": lambda: PNG[: len(PNG) // 2],
    "png cut before its end": lambda: PNG[:-6],
    "png with a length of 4 GB": lambda: PNG[:33] + b"\xff\xff\xff\xffIDAT" + PNG[41:],
    "jpeg claims 65535x65535": lambda: jpeg_claiming(65_535, 65_535),
    "jpeg claims 1x65535": lambda: jpeg_claiming(1, 65_535),
    "jpeg without height": lambda: jpeg_claiming(200, 0),
    "jpeg just below the limit": lambda: jpeg_claiming(10_900, 10_900),
    "jpeg cut in half": lambda: JPEG[: len(JPEG) // 2],
    "jpeg cut before its end": lambda: JPEG[:-2],
    "jpeg head only": lambda: b"\xff\xd8\xff",
    "jpeg head and script": lambda: b"\xff\xd8\xff<script>alert(1)</script>",
    "jpeg with a thousand scans": lambda: JPEG[:-2] + JPEG[JPEG.index(b"\xff\xda") : -2] * 1_000 + JPEG[-2:],
    "jpeg with four million tables": lambda: b"\xff\xd8" + b"\xff\xc4\0\x02" * 4_000_000,
    "jpeg with two frames": lambda: JPEG[:2] + jpeg_claiming(9, 9)[2:-2] + JPEG[2:],
    "jpeg with an endless directory": lambda: jpeg_with(exif((0x0112, 3, 1, 6), next_offset=8)),
    "jpeg with a directory far away": lambda: jpeg_with(exif((0x8769, 4, 1, 0xFFFFFFF0))),
    "jpeg with four billion values": lambda: jpeg_with(exif((0x0112, 5, 0xFFFFFFFF, 8))),
    "jpeg with a broken place": lambda: jpeg_with(exif((0x8825, 4, 1, 8), (2, 5, 3, 0))),
    "jpeg with a broken profile": lambda: jpeg_with((0xE2, b"ICC_PROFILE\0\x01\x01" + bytes(65_000))),
    "jpeg with ten thousand comments": lambda: jpeg_with(*[(0xFE, b"x")] * 10_000),
    "jpeg with a page in it": lambda: jpeg_with((0xFE, b"<html><script>alert(document.cookie)</script></html>")),
    "jpeg with a zip behind it": lambda: JPEG + zipped(),
    "jpeg with 10 MB of zeros behind it": lambda: JPEG + bytes(10 * MIB),
    "jpeg head and noise": lambda: b"\xff\xd8\xff" + random.Random(1).randbytes(MIB),
    "gif of 65535x65535": lambda: b"GIF89a" + b"\xff" * 4 + bytes(3) + b"\x2c" * 1_000,
    "gif": lambda: saved("GIF"),
    "bmp of 2 billion rows": lambda: b"BM" + struct.pack("<IIIIii", 54, 0, 54, 40, 2**31 - 1, 2**31 - 1) + bytes(28),
    "tiff": lambda: saved("TIFF"),
    "ico": lambda: saved("ICO"),
    "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99999 99999\n",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg that laughs": lambda: f"<!DOCTYPE svg [<!ENTITY l0 'ha'>{LAUGHS}]><svg>&l19;</svg>".encode(),
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "pdf": lambda: b"%PDF-1.7\n" + bytes(1_000),
    "zip": zipped,
    "gzip": lambda: gzip.compress(bytes(50 * MIB)),
    "elf": lambda: b"\x7fELF" + bytes(1_000),
    "webp claims 16384x16384": lambda: webp(b"VP8X", bytes(4) + b"\xff\x3f\0\xff\x3f\0"),
    "webp without loss claims 16384x16384": lambda: webp(b"VP8L", b"\x2f" + b"\xff\xff\xff\x0f" + bytes(20)),
    "webp cut in half": lambda: WEBP[: len(WEBP) // 2],
    "webp longer than it is": lambda: WEBP[:4] + b"\xff\xff\xff\x7f" + WEBP[8:],
    "heic claims 60000x60000": lambda: heic_claiming(60_000, 60_000),
    "heic of nothing": lambda: heic_claiming(100, 100),
    "heic of two million boxes": lambda: box(b"ftyp", b"heic\0\0\0\0") + box(b"free", b"") * 2_000_000,
    "avif": lambda: box(b"ftyp", b"avif\0\0\0\0avif") + bytes(500),
    "video": lambda: box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", box(b"hdlr", bytes(8) + b"vide" + bytes(12))),
    "one byte": lambda: b"\xff",
    "16 MB of zeros": lambda: bytes(16 * MIB),
    "words": lambda: "照片在此".encode() * 1_000,
}
