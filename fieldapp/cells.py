"""What stands in a cell of a spreadsheet: as text when it is read, without harm when it is written."""

import re
import unicodedata
from collections.abc import Container
from datetime import date, datetime
from typing import Literal

from fieldapp.folding import folded

CellKind = Literal["empty", "text", "number", "date", "yes_no", "error"]
YES, NO = "是", "否"
BLANKS = " \t\r\n\u3000\xa0\u200b\ufeff"
SHOWN_CHARACTERS = 60
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})
# What makes a spreadsheet calculate, also as Chinese editions write it; an apostrophe, so that ours can be taken away.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_NOT_WRITTEN: dict[CellKind, str] = {
    "date": "文字，不是日期",
    "yes_no": "文字，不是 TRUE 或 FALSE",
    "error": "文字，不是公式的错误值",
}
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])[ \u3000\xa0]+(?=[\u3400-\u9fff])")


class Cell(str):
    """The trimmed text of a cell. `kind`: what the spreadsheet kept there; a date reads 2026-11-23, TRUE reads 是."""

    kind: CellKind = "text"


def cell_of(value: object) -> Cell:
    """What a spreadsheet reader gave for a cell, as text; each line trimmed, whole numbers without .0 or exponent."""
    cell = Cell(_words_of(value))
    cell.kind = _kind_of(value, cell)
    return cell


def plain(text: str) -> str:
    """`text` without any blank and with full-width letters and digits made plain: for codes and words of lists."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def column_name(text: str) -> str:
    """A column's name without what somebody wrote behind it in brackets, or a star in front of it."""
    words = re.split(r"[(\[【]", plain(text))[0] if text else ""
    return folded(words).strip("*:")


def tidied_name(text: str) -> str:
    """A person's or organisation's name as it is kept: no invisible marks, no blanks that only space it out."""
    seen = "".join(
        " " if one.isspace() else one for one in text if unicodedata.category(one) != "Cf" or one == "\u200d"
    )
    return _BETWEEN_HAN.sub("", " ".join(seen.split()))


def shown(text: str) -> str:
    """`text` for a list of mistakes: cut to SHOWN_CHARACTERS, control characters as a mark, （空） for none."""
    text = _CONTROL.sub("\ufffd", text)
    return (text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…") or "（空）"


def has_control(text: str) -> bool:
    """Whether `text` holds characters that no database and no page can show: NUL and its like, half a surrogate."""
    return bool(_CONTROL.search(text))


def line_fault(cell: Cell, kinds: Container[CellKind] = _NOT_WRITTEN) -> str:
    """What a cell should hold that should be one line of text, for a list of mistakes; empty when it is one.

    `kinds`: which of those that a spreadsheet makes out of words by itself are mistakes here.
    """
    if cell.kind in kinds:
        return _NOT_WRITTEN[cell.kind]
    return "一行文字，不含控制字符" if has_control(cell) or "\n" in cell else ""


def guarded(text: str) -> str:
    """`text` as a cell holds it: one that a spreadsheet would take for a formula gets an apostrophe in front.

    Source: OWASP, CSV Injection.
    """
    return "'" + text if _would_calculate(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` wrote."""
    return text[1:] if text.startswith("'") and _would_calculate(text[1:]) else text


def undirected(text: str) -> str:
    """`text` with a mark where a character would turn the direction of what follows, so that no cell reads backwards.

    Source: Unicode Technical Report 36, section 3.2 (bidirectional text spoofing).
    """
    return _DIRECTIONS.sub("\ufffd", text)


def _would_calculate(text: str) -> bool:
    return text.startswith(_DANGEROUS) or text.lstrip(BLANKS).startswith(_DANGEROUS)


def _words_of(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return unguarded("\n".join(line.strip(BLANKS) for line in text.strip(BLANKS).split("\n")))


def _kind_of(value: object, text: str) -> CellKind:
    if not text:
        return "empty"
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "error" if text in ERRORS else "text"
    return "date"
