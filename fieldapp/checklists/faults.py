"""One mistake in a checklist that somebody wrote, and the checks of single values that find it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

TEXT_LIMIT, LIST_LIMIT = 1000, 60
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Wrong:
    """One mistake. `section`: meta or a list of the plain shape; `place`: 0-based in that list, none for meta or the
    whole list; `name`: the field; `value`: what stands there; `expected`: what should, in Chinese."""

    section: str
    place: int | None
    name: str
    value: str
    expected: str


def is_whole(value: object, low: int, high: int) -> bool:
    """Whether `value` is a whole number from `low` to `high`."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def identifiers(entries: Sequence[Mapping[str, Any]], section: str) -> Iterator[Wrong]:
    """Mistakes in the ids of a list: their form, their number, one that stands there twice."""
    if len(entries) > LIST_LIMIT:
        yield Wrong(section, None, "id", str(len(entries)), f"最多 {LIST_LIMIT} 项")
    for place, entry in enumerate(entries):
        if not _IDENTIFIER.fullmatch(str(entry.get("id"))):
            yield Wrong(
                section, place, "id", shown_value(entry.get("id")), "小写英文字母开头的标识，如 urban_management"
            )
    yield from twice(section, "id", [entry.get("id") for entry in entries])


def twice(section: str, name: str, values: Sequence[object]) -> Iterator[Wrong]:
    """A mistake for each value that stands there once more."""
    counted = Counter(str(value) for value in values)
    seen: set[str] = set()
    for place, value in enumerate(values):
        text = str(value)
        if value not in (None, "") and counted[text] > 1 and text in seen:
            yield Wrong(section, place, name, shown_value(value), "不与前面的重复")
        seen.add(text)


def texts(
    entry: Mapping[str, Any], section: str, place: int | None, limits: Mapping[str, tuple[int, int]]
) -> Iterator[Wrong]:
    """Mistakes in fields that hold words. `limits`: fewest and most characters by the name of the field."""
    for name, (low, high) in limits.items():
        value = entry.get(name)
        text = "" if value is None else value
        if not isinstance(text, str) or not low <= len(text) <= high:
            expected = f"{low}–{high} 字的文字" if low else f"不超过 {high} 字的文字"
            yield Wrong(section, place, name, shown_value(value), expected)
        elif _CONTROL.search(text):
            yield Wrong(section, place, name, shown_value(_CONTROL.sub("�", text)), "不含控制字符")


def is_texts(values: object) -> TypeGuard[Sequence[str]]:
    """Whether `values` is a list of words, none of them empty or too long."""
    return isinstance(values, list | tuple) and all(
        isinstance(value, str) and 1 <= len(value) <= TEXT_LIMIT and not _CONTROL.search(value) for value in values
    )


def is_list_of_mappings(value: object) -> TypeGuard[Sequence[Mapping[str, Any]]]:
    """Whether `value` is a list with at least one entry, each a mapping."""
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def shown_value(value: object) -> str:
    """A value as a sentence can quote it: on one line, not longer than 60 characters."""
    if value is None or value == "":
        return ""
    text = "、".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 60 else text[:60] + "…"
