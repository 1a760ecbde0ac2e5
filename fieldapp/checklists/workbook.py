"""A workbook's cells turned into the plain shape of a checklist, remembering which row each came from.

Forgiving about what clerks and WPS do to a table (spaces, full-width letters, numbers kept as text, moved columns,
empty rows, cells that say 全部); strict about meaning: what it does not understand stays, for `checking` to point at.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from fieldapp.checklists import sheets
from fieldapp.checklists.checking import SECTIONS, Wrong
from fieldapp.checklists.content import ALWAYS

_ROWS_READ, _COLUMNS_READ, _HEADER_WITHIN_ROWS = 5000, 40, 20
# What openpyxl raises on files that are damaged or were made to harm; it has no exception of its own for that.
_UNREADABLE = (
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    SyntaxError,
    BadZipFile,
    InvalidFileException,
    zlib.error,
    NotImplementedError,
    OverflowError,
)
_TRUE = {"是", "★", "√", "y", "yes", "true", "1"}
_FALSE = {"", "否", "×", "n", "no", "false", "0"}
_ALL = {"", "全部", "所有", "所有领域", "全部领域", "all"}
_BLANKS = " \t\r\n\u3000\xa0\u200b\ufeff"

Table = list[dict[str, str]]


@dataclass
class Read:
    """The plain shape; `missing`: sheets and columns that are not there, as (表, 行, 列, 现值, 应为)."""

    plain: dict[str, Any] = field(default_factory=dict)
    missing: list[tuple[str, int | None, str, str, str]] = field(default_factory=list)
    wrongs: list[Wrong] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    meta_rows: dict[str, int] = field(default_factory=dict)

    def row_of(self, section: str, place: int | None, name: str) -> int | None:
        """The row in which the spreadsheet shows this place; none for a whole sheet."""
        if section == "meta":
            return self.meta_rows.get(name)
        rows = self.rows.get(section, [])
        return rows[place] if place is not None and place < len(rows) else None


def read(file: BinaryIO) -> Read | None:
    """What the workbook says; none when it cannot be read as one."""
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        grids = {_plain(sheet.title): _grid(sheet) for sheet in book.worksheets}
    except _UNREADABLE:
        return None
    found = Read()
    for name in (sheets.GUIDE, sheets.CATEGORIES, sheets.ITEMS, sheets.OPTIONS):
        if name not in grids:
            found.missing.append((name, None, "", "（缺）", f"不能没有“{name}”这张表"))
    tables = {
        name: _table(found, name, grids[name], columns)
        for name, columns in (
            (sheets.CATEGORIES, sheets.CATEGORY_COLUMNS),
            (sheets.ITEMS, sheets.ITEM_COLUMNS),
            (sheets.OPTIONS, sheets.OPTION_COLUMNS),
        )
        if name in grids
    }
    if not found.missing:
        _options(found, tables[sheets.OPTIONS])
        _items(found, tables[sheets.ITEMS])
        _categories(found, tables[sheets.CATEGORIES])
        _meta(found, grids[sheets.GUIDE])
    return found


def _grid(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()  # WPS now and then states a size that is not the real one
    return [
        [_text(value) for value in row]
        for row in sheet.iter_rows(max_row=_ROWS_READ, max_col=_COLUMNS_READ, values_only=True)
    ]


def _table(
    found: Read, name: str, grid: list[list[str]], columns: Mapping[str, str]
) -> list[tuple[int, dict[str, str]]]:
    key = next(iter(columns.values()))
    header = next(
        (number for number, row in enumerate(grid[:_HEADER_WITHIN_ROWS]) if key in [_column(cell) for cell in row]),
        None,
    )
    if header is None:
        found.missing.append((name, 1, key, "（缺）", "第一行为列名：" + "、".join(columns.values())))
        return []
    words = [_column(cell) for cell in grid[header]]
    for word in columns.values():
        if words.count(word) != 1:
            state = "（缺）" if word not in words else "（重复）"
            found.missing.append((name, header + 1, word, state, f"恰好有一列名为“{word}”"))
    at = {column: words.index(word) for column, word in columns.items() if word in words}
    return [
        (number, {column: row[place] if place < len(row) else "" for column, place in at.items()})
        for number, row in enumerate(grid[header + 1 :], start=header + 2)
        if any(row)
    ]


def _options(found: Read, table: list[tuple[int, dict[str, str]]]) -> None:
    kinds = {word: (section, number) for section, (word, number) in sheets.OPTION_KINDS.items()}
    for section in sheets.OPTION_KINDS:
        found.plain[section], found.rows[section] = [], []
    strays = found.rows["kinds"] = []
    for row, cells in table:
        kind = kinds.get(_plain(cells["kind"]))
        if kind is None:
            strays.append(row)
            found.wrongs.append(Wrong("kinds", len(strays) - 1, "kind", cells["kind"], "以下之一：" + "、".join(kinds)))
            continue
        section, number = kind
        entry: dict[str, Any] = {"id": _plain(cells["id"]).lower(), "label": cells["label"]}
        if number:
            entry[number] = _whole(cells["number"])
        if section == "domains":
            entry["assumed"] = _plain(cells["meaning"]) == sheets.ASSUMED
        elif section not in ("stages", "bands"):
            entry["meaning"] = cells["meaning"]
        found.plain[section].append(entry)
        found.rows[section].append(row)


def _items(found: Read, table: list[tuple[int, dict[str, str]]]) -> None:
    ids = {section: _ids(found.plain[section]) for section in SECTIONS}
    found.plain["indicators"], found.rows["indicators"] = [], [row for row, _ in table]
    for _, cells in table:
        circumstance = cells["applies_when"] or ALWAYS
        found.plain["indicators"].append(
            {
                "code": _plain(cells["code"]).upper(),
                "category": _plain(cells["category"]).upper(),
                "title": cells["title"],
                "question": cells["question"],
                "look_for": _lines(cells["look_for"]),
                "stage": ids["stages"].get(_plain(cells["stage"]), cells["stage"]),
                "modes": _chosen(cells["modes"], ids["modes"]),
                "domains": []
                if _plain(cells["domains"]).lower() in _ALL
                else _chosen(cells["domains"], ids["domains"]),
                "applies_when": ids["applies_when"].get(_plain(circumstance), circumstance),
                "weight": _whole(cells["weight"]),
                "critical": _yes_or_no(cells["critical"]),
                "basis": [_basis(line) for line in _lines(cells["basis"])],
                "photo_hint": cells["photo_hint"],
                "na_hint": cells["na_hint"],
                "domain_notes": _notes(cells["domain_notes"], ids["domains"]),
            }
        )


def _categories(found: Read, table: list[tuple[int, dict[str, str]]]) -> None:
    found.rows["categories"] = [row for row, _ in table]
    found.plain["categories"] = []
    for _, cells in table:
        code = _plain(cells["code"]).upper()
        weights = [item["weight"] for item in found.plain["indicators"] if item["category"] == code]
        numbers = [weight for weight in weights if isinstance(weight, int)]
        found.plain["categories"].append(
            {
                "code": code,
                "label": cells["label"],
                "label_en": cells["label_en"],
                "count": _whole(cells["count"]) if cells["count"] else len(weights),
                "points": _whole(cells["points"]) if cells["points"] else sum(numbers),
            }
        )


def _meta(found: Read, grid: list[list[str]]) -> None:
    words = {word: name for name, word in sheets.META_ROWS.items()}
    said: dict[str, str] = {}
    for number, row in enumerate(grid, start=1):
        name = words.get(_column(row[0])) if row else None
        if name and name not in said:
            said[name] = row[1] if len(row) > 1 else ""
            found.meta_rows[name] = number
    statuses = {word: status for status, word in sheets.STATUS.items()}
    bands = _ids(found.plain["bands"])
    cap = said.get("critical_cap", "")
    found.plain["meta"] = {
        **{name: said.get(name, "") for name in ("id", "version", "title", "note", "drafted_on")},
        "status": statuses.get(_plain(said.get("status", "")), said.get("status") or "draft_assumption"),
        "total_points": _whole(said.get("total_points") or "100"),
        "answers": found.plain.pop("answers"),
        "scoring": {
            "min_answered_weight": _whole(said.get("min_answered_weight") or "30"),
            "bands": found.plain.pop("bands"),
            "critical_cap": "" if _plain(cap) in ("", sheets.NO_CAP) else bands.get(_plain(cap), cap),
            "critical_rule": said.get("critical_rule", ""),
            "formula": said.get("formula", ""),
            "note": said.get("scoring_note", ""),
        },
    }


def _text(value: object) -> str:
    """A cell's value as trimmed text, each line trimmed too."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return sheets.YES if value else sheets.NO
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return sheets.unguarded("\n".join(line.strip(_BLANKS) for line in text.strip(_BLANKS).split("\n")))


def _plain(text: str) -> str:
    """`text` without any blank and with full-width letters and digits made plain: for codes and words of lists."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _column(text: str) -> str:
    """A column's name without what somebody wrote behind it in brackets."""
    return re.split(r"[(\[【]", _plain(text))[0] if text else ""


def _whole(text: str) -> int | str:
    match = re.fullmatch(r"(\d{1,6})(?:\.0+)?[分项]?", _plain(text))
    return int(match[1]) if match else text


def _yes_or_no(text: str) -> bool | str:
    word = _plain(text).lower()
    return True if word in _TRUE else False if word in _FALSE else text


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def _ids(entries: list[dict[str, Any]]) -> dict[str, str]:
    """From the words of a list (and from its ids) to its ids."""
    return {entry["id"]: entry["id"] for entry in entries} | {_plain(entry["label"]): entry["id"] for entry in entries}


def _chosen(text: str, ids: Mapping[str, str]) -> list[str]:
    words = [word for part in re.split(r"[、,\uff0c;\uff1b/\n]", text) if (word := part.strip(_BLANKS))]
    return [ids.get(_plain(word), word) for word in words]


def _basis(line: str) -> dict[str, Any]:
    parts = [part.strip(_BLANKS) for part in re.split(r"[|\uff5c]", line)]
    verified = {sheets.VERIFIED: True, "已核": True, sheets.UNVERIFIED: False}.get(_plain(parts[-1]))
    if len(parts) != 3 or verified is None:
        return {"line": line}
    return {"law": parts[0], "article": parts[1], "verified": verified}


def _notes(text: str, ids: Mapping[str, str]) -> dict[str, str]:
    notes: dict[str, str] = {}
    for line in _lines(text):
        word, _, note = (part.strip(_BLANKS) for part in _at_colon(line))
        domain = ids.get(_plain(word))
        if domain is None or domain in notes or not note:
            notes[line] = note or line  # no domain is called that: `checking` will point at the whole line
        else:
            notes[domain] = note
    return notes


def _at_colon(line: str) -> Iterator[str]:
    match = re.search(r"[:\uff1a]", line)
    return iter((line[: match.start()], ":", line[match.end() :]) if match else (line, "", ""))
