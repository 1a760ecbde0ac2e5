"""What was drawn over a photo: lines, arrows and covers in fractions of the picture, beside an original that stays as
it came. Pure. Source: docs/sync.md, Copies and layers of a photo.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from fieldapp.evidence.rules import SHA256, UUID

MOST_MARKS = 200
MOST_POINTS = 4_000
WAYS = ("opaque", "mosaic")
_FIELDS = {"stroke": {"kind", "points"}, "arrow": {"kind", "from", "to"}, "cover": {"kind", "from", "to", "how"}}
Mark = dict[str, Any]
Point = list[float]


class NotALayer(ValueError):
    """The bytes are no layer."""


@dataclass(frozen=True)
class Layer:
    """All that is drawn over one photo. `photo_sha256`: over which bytes. `marks`: as they are sent, each with all its
    fields; points are [x, y], fractions of width and height of the upright picture, from the top left.
    """

    photo_id: str
    photo_sha256: str
    marks: tuple[Mark, ...]


def parse(content: bytes) -> Layer:
    """The layer that these bytes are. Raises NotALayer for whatever else, a field that is not known included."""
    try:
        said = json.loads(content.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotALayer from error
    photo, marks = _fields(said, "photo", "marks")
    photo_id, sha256 = _fields(photo, "id", "sha256")
    if not (_matches(UUID, photo_id) and _matches(SHA256, sha256)):
        raise NotALayer
    return Layer(photo_id, sha256, checked(marks))


def checked(said: Any) -> tuple[Mark, ...]:
    """The marks of a layer, each with all its fields. Raises NotALayer."""
    if not isinstance(said, list) or len(said) > MOST_MARKS:
        raise NotALayer
    marks = tuple(_mark(one) for one in said)
    if sum(len(one.get("points", ())) for one in marks) > MOST_POINTS:
        raise NotALayer
    return marks


def written(layer: Layer) -> bytes:
    """The bytes of a layer, which `parse` reads."""
    said = {"photo": {"id": layer.photo_id, "sha256": layer.photo_sha256}, "marks": layer.marks}
    return json.dumps(said, separators=(",", ":")).encode()


def covers(marks: Sequence[Mark]) -> int:
    """How many covers are among `marks`."""
    return sum(one["kind"] == "cover" for one in marks)


def _mark(said: Any) -> Mark:
    kind = said.get("kind") if isinstance(said, Mapping) else None
    if not isinstance(kind, str) or kind not in _FIELDS or not set(said) <= _FIELDS[kind]:
        raise NotALayer
    if kind == "stroke":
        points = said.get("points")
        if not isinstance(points, list) or not points:
            raise NotALayer
        return {"kind": kind, "points": [_point(one) for one in points]}
    made = {"kind": kind, "from": _point(said.get("from")), "to": _point(said.get("to"))}
    if kind == "cover":
        made["how"] = said.get("how", "opaque")
        if made["how"] not in WAYS:
            raise NotALayer
    return made


def _point(said: Any) -> Point:
    if not isinstance(said, list) or len(said) != 2:
        raise NotALayer
    if not all(type(one) in (int, float) and isfinite(one) and 0 <= one <= 1 for one in said):
        raise NotALayer
    return [float(one) for one in said]


def _fields(said: Any, *names: str) -> list[Any]:
    if not isinstance(said, dict) or set(said) != set(names):
        raise NotALayer
    return [said[name] for name in names]


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _refuse(constant: str) -> None:
    raise ValueError(constant)
