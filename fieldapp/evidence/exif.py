"""When a photo was taken, as its own EXIF says: a claim of whatever wrote the file, read without decoding anything.
Source: CIPA DC-008 (Exif 2.32), 4.6.2, 4.6.5 and 4.6.6.
"""

import mmap
import re
from struct import error as TooShort  # noqa: N812
from struct import unpack_from

_MARK = b"Exif\0\0"
_PNG_CHUNK = b"eXIf"
_MOST_FIELDS = 500
_WITHIN_BYTES = 1024 * 1024  # phones write it at the head; behind it there is only the picture
_EXIF_DIRECTORY, _TAKEN, _CHANGED = 0x8769, 0x9003, 0x0132
_TIME = re.compile(rb"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")


def taken_at(content: bytes | mmap.mmap) -> str | None:
    """`2026-11-23 09:12:04`, in whatever zone its clock had; None when the file does not say. Raises nothing."""
    for mark in (_MARK, _PNG_CHUNK):
        at = content.find(mark, 0, _WITHIN_BYTES)
        if at >= 0:
            try:
                return _time(content, at + len(mark))
            except (TooShort, IndexError, ValueError):
                return None
    return None


def _time(content: bytes | mmap.mmap, start: int) -> str | None:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(content[start : start + 4]))
    if order is None:
        return None
    (first,) = unpack_from(f"{order}I", content, start + 4)
    fields = _fields(content, start, first, order)
    inner = _fields(content, start, fields[_EXIF_DIRECTORY][1], order) if _EXIF_DIRECTORY in fields else {}
    for found in (inner.get(_TAKEN), fields.get(_CHANGED)):
        if found and (written := _TIME.match(bytes(content[start + found[1] : start + found[1] + found[0]]))):
            year, month, day, hour, minute, second = (one.decode() for one in written.groups())
            return f"{year}-{month}-{day} {hour}:{minute}:{second}"
    return None


def _fields(content: bytes | mmap.mmap, start: int, at: int, order: str) -> dict[int, tuple[int, int]]:
    """The fields of one directory: count and value (or where it lies) by tag."""
    (number,) = unpack_from(f"{order}H", content, start + at)
    found = {}
    for place in range(min(number, _MOST_FIELDS)):
        tag, _, count, value = unpack_from(f"{order}HHII", content, start + at + 2 + 12 * place)
        found[tag] = (count, value)
    return found
