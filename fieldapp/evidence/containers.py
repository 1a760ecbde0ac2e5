"""The four picture formats, walked from head to end without decoding: width and height, or Damaged.

Every walk is bounded in steps, so that a file made to waste time is refused instead of read.
"""

import mmap
import re
from collections.abc import Iterator
from struct import error as TooShort  # noqa: N812
from struct import unpack_from

Buffer = bytes | mmap.mmap

_MOST_SEGMENTS = 5_000  # a progressive picture has some dozens
_MOST_CHUNKS = 50_000  # a 40 MB PNG in the usual 8 kB pieces has five thousand
_MOST_BOXES = 20_000  # a 48-megapixel HEIC has about a hundred properties
_MOST_INDEX_BYTES = 1024 * 1024
# In the coded data FF is followed by 00 (a byte FF), FF (filling) or D0–D7 (restart); all else is a marker.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NO_LENGTH = frozenset((0x01, *range(0xD0, 0xD8)))


class Damaged(ValueError):
    """The structure breaks off or contradicts itself."""


def begins(media_type: str, content: Buffer) -> bool:
    """Whether what breaks off or contradicts itself further on begins as a picture of this type does, with its first
    piece whole: so does what a camera or a full phone has cut short, and no page or script in a picture's name.
    """
    try:
        if media_type == "image/jpeg":
            (length,) = unpack_from(">H", content, 4)
            return bool(content[3] not in (0xFF, 0) and 2 <= length <= len(content) - 4)
        if media_type == "image/png":
            return bool(unpack_from(">I4s", content, 8) == (13, b"IHDR")) and len(content) >= 33
        if media_type == "image/webp":
            return bytes(content[12:16]) in (b"VP8 ", b"VP8L", b"VP8X") and len(content) >= 30
        (length,) = unpack_from(">I", content, 0)
        return bool(16 <= length <= len(content) - 8)
    except (TooShort, IndexError):
        return False


def jpeg_size(content: Buffer) -> tuple[int, int]:
    """Width and height of a JPEG that is whole up to its end marker; what phones append after it is let be.

    Raises Damaged. Source: ITU-T T.81, annex B.
    """
    try:
        return _walk_jpeg(content)
    except (TooShort, IndexError) as end:
        raise Damaged("ends inside a segment") from end


def _walk_jpeg(content: Buffer) -> tuple[int, int]:
    at, size, seen_scan = 2, None, False
    for _ in range(_MOST_SEGMENTS):
        if content[at] != 0xFF:
            raise Damaged("no marker where one must be")
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xD9:
            if size is None or not seen_scan:
                raise Damaged("no picture before the end")
            return size
        at += 2
        if marker in _NO_LENGTH:
            continue
        (length,) = unpack_from(">H", content, at)
        if length < 2:
            raise Damaged("segment without length")
        if marker in _FRAMES:
            height, width = unpack_from(">HH", content, at + 3)
            if size is not None and size != (width, height):
                raise Damaged("two sizes")
            size = (width, height)
        at += length
        if marker == 0xDA:
            seen_scan = True
            found = _MARKER.search(content, at)
            if found is None:
                raise Damaged("ends inside the picture")
            at = found.start()
    raise Damaged("too many segments")


def png_size(content: Buffer) -> tuple[int, int]:
    """Width and height of a PNG that is whole up to IEND. Raises Damaged. Source: ISO/IEC 15948, 5.3 and 11.2.1."""
    try:
        length, kind, width, height = unpack_from(">I4sII", content, 8)
        if kind != b"IHDR" or length != 13:
            raise Damaged("no header first")
        at = 8
        for _ in range(_MOST_CHUNKS):
            length, kind = unpack_from(">I4s", content, at)
            at += 12 + length
            if at > len(content):
                raise Damaged("ends inside a chunk")
            if kind == b"IEND":
                return width, height
    except TooShort as end:
        raise Damaged("ends before IEND") from end
    raise Damaged("too many chunks")


def webp_size(content: Buffer) -> tuple[int, int]:
    """Width and height of a WebP as long as it says it is. Raises Damaged. Source: RFC 9649, section 2."""
    try:
        (length,) = unpack_from("<I", content, 4)
        if length + 8 > len(content) + (length & 1):
            raise Damaged("shorter than it says")
        kind = bytes(content[12:16])
        if kind == b"VP8X":
            width, height = (1 + int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
            return (width, height) if len(content) >= 30 else _broken("no canvas")
        if kind == b"VP8L":
            signature, bits = unpack_from("<BI", content, 20)
            return (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)) if signature == 0x2F else _broken("no signature")
        if kind == b"VP8 ":
            start, width, height = unpack_from("<3sHH", content, 23)
            return (width & 0x3FFF, height & 0x3FFF) if start == b"\x9d\x01\x2a" else _broken("no key frame")
    except TooShort as end:
        raise Damaged("ends inside its header") from end
    raise Damaged("no picture chunk first")


def heif_size(content: Buffer) -> tuple[int, int]:
    """The largest width and height that a HEIF declares of any of its images, when all its boxes are whole.

    A photo in tiles declares the tiles and the whole; the whole is the largest. Raises Damaged.
    Source: ISO/IEC 14496-12, 4.2; ISO/IEC 23008-12, 6.5.3.
    """
    try:
        top = {kind: (start, end) for kind, start, end in _boxes(content, 0, len(content))}
        if b"meta" not in top or not {b"mdat", b"idat"} & set(top):
            raise Damaged("no pictures inside")
        start, end = top[b"meta"]
        if end - start > _MOST_INDEX_BYTES:
            raise Damaged("an index too large")
        sizes = list(_extents(content, start + 4, end, within=[b"iprp", b"ipco"]))
    except TooShort as short:
        raise Damaged("ends inside a box") from short
    if not sizes:
        raise Damaged("no size declared")
    return max(sizes, key=lambda size: size[0] * size[1])


def _extents(content: Buffer, start: int, end: int, *, within: list[bytes]) -> Iterator[tuple[int, int]]:
    for kind, inner, inner_end in _boxes(content, start, end):
        if within and kind == within[0]:
            yield from _extents(content, inner, inner_end, within=within[1:])
        elif not within and kind == b"ispe":
            width, height = unpack_from(">II", content, inner + 4)
            yield width, height


def _boxes(content: Buffer, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, first byte and end of the content of each box between `start` and `end`."""
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        length, kind = unpack_from(">I4s", content, start)
        header = 8
        if length == 1:
            (length,) = unpack_from(">Q", content, start + 8)
            header = 16
        elif length == 0:
            length = end - start
        if length < header or start + length > end:
            raise Damaged("a box longer than what holds it")
        yield kind, start + header, start + length
        start += length
    raise Damaged("too many boxes")


def _broken(what: str) -> tuple[int, int]:
    raise Damaged(what)
