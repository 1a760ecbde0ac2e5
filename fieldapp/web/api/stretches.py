"""Lists cut into stretches of rows, so that whoever holds an older edition of one gets only what is new to it.

Where a stretch ends is said by the ids of its rows, not by their number: a row that comes or goes moves the borders
beside it and no others, and the stretches behind are known again wherever they stand now. What travels of an edition is
its outline: the length and a hash of each stretch. Source: A. Muthitacharoen, B. Chen, D. Mazières, A Low-bandwidth
Network File System, SOSP 2001, §3.1 (content-defined chunks).
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from math import isqrt
from zlib import crc32

_MOST = 32  # stretches of a long list, about: their hashes travel with each question
_DIGEST_BYTES = 8
_STRETCH = struct.Struct(f">H{_DIGEST_BYTES}s")
_LARGEST = 2**16 - 1  # rows of a stretch


@dataclass(frozen=True)
class Outline:
    """What one edition of a section is known by. `every`: about how many rows a stretch has; `stretches`: the number
    of rows and the hash of each, in order.
    """

    every: int
    stretches: tuple[tuple[int, bytes], ...]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(length for length, _ in self.stretches)


@dataclass(frozen=True)
class Section:
    """One section of an answer: the JSON of each of its rows, and their ids. What is no list is one row."""

    rows: list[bytes]
    ids: list[str]
    is_list: bool = True

    @property
    def whole(self) -> bytes:
        """The JSON of all of it."""
        return b"[%b]" % b",".join(self.rows) if self.is_list else self.rows[0]

    def outline(self, every: int | None = None) -> Outline:
        """Cut into stretches of about `every` rows; without it as its length asks for."""
        count = len(self.rows)
        size = every or max(1, isqrt(count), count // _MOST)
        return Outline(size, tuple((end - start, self._digest(start, end)) for start, end in self._cut(size)))

    def after(self, known: Outline) -> list[bytes | tuple[int, int]]:
        """What this edition is made of, in order: the JSON of a row, or (from, to) of the rows of `known`."""
        places: dict[tuple[int, bytes], int] = {}
        start = 0
        for stretch in known.stretches:
            places.setdefault(stretch, start)
            start += stretch[0]
        made: list[bytes | tuple[int, int]] = []
        at = 0
        for stretch in self.outline(known.every).stretches:
            place, length = places.get(stretch), stretch[0]
            last = made[-1] if made else None
            if place is None:
                made += self.rows[at : at + length]
            elif isinstance(last, tuple) and last[1] == place:
                made[-1] = (last[0], place + length)
            else:
                made.append((place, place + length))
            at += length
        return made

    def _cut(self, every: int) -> Iterator[tuple[int, int]]:
        """Where stretches of about `every` rows begin and end: none is shorter than half of that, but for the last, or
        longer than twice that.
        """
        least, most = (every + 1) // 2, min(2 * every, _LARGEST)
        borders = [0]
        for place, row_id in enumerate(self.ids, start=1):
            length = place - borders[-1]
            is_border = length >= least and crc32(row_id.encode()) % least == 0
            if is_border or length == most:
                borders.append(place)
        if borders[-1] < len(self.ids):
            borders.append(len(self.ids))
        return pairwise(borders)

    def _digest(self, start: int, end: int) -> bytes:
        return sha256(b",".join(self.rows[start:end])).digest()[:_DIGEST_BYTES]


def cursor_of(outlines: Mapping[str, Outline]) -> str:
    """The outlines of all sections as one text that needs no escaping in an address: at most some 900 characters for a
    list, however long.
    """
    return "~".join(f"{name}.{outline.every}.{_spelled(outline)}" for name, outline in outlines.items())


def read_cursor(cursor: str) -> dict[str, Outline]:
    """The outlines of an older answer; nothing for what cannot be read, so that whoever sent it gets everything."""
    try:
        return {
            name: _outline(every, spelled) for name, every, spelled in (one.split(".") for one in cursor.split("~"))
        }
    except (ValueError, struct.error):
        return {}


def _spelled(outline: Outline) -> str:
    return urlsafe_b64encode(b"".join(_STRETCH.pack(*one) for one in outline.stretches)).decode()


def _outline(every: str, spelled: str) -> Outline:
    size = int(every)
    if not 1 <= size <= _LARGEST:
        raise ValueError("no list is cut so")
    return Outline(size, tuple(_STRETCH.iter_unpack(urlsafe_b64decode(spelled))))
