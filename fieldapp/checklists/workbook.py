"""A workbook's cells turned into the plain shape of a checklist, remembering which row each came from.

Forgiving about what clerks and WPS do to a table (spaces, full-width letters, numbers kept as text, moved columns,
empty rows, cells that say 全部); strict about meaning: what it does not understand stays, for `checking` to point at.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldapp.cells import BLANKS as _BLANKS
from fieldapp.cells import column_name as _column
from fieldapp.cells import plain as _plain
from fieldapp.checklists import sheets
from fieldapp.checklists.checking import SECTIONS
from fieldapp.checklists.content import ALWAYS
from fieldapp.checklists.faults import Wrong
from fieldapp.checklists.meanings import FACTS
from fieldapp.workbooks import Mistake, Sheet, table_in

_TRUE = {"是", "★", "√", "y", "yes", "true", "1"}
_FALSE = {"", "否", "×", "n", "no", "false", "0"}
_ALL = {"", "全部", "所有", "所有领域", "全部领域", "all"}

Rows = Sequence[tuple[int, Mapping[str, str]]]


@dataclass
class Read:
    """The plain shape; `missing`: sheets and columns that are not there."""

    plain: dict[str, Any] = field(default_factory=dict)
    missing: list[Mistake] = field(default_factory=list)
    wrongs: list[Wrong] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    meta_rows: dict[str, int] = field(default_factory=dict)

    def row_of(self, section: str, place: int | None, name: str) -> int | None:
        """The row in which the spreadsheet shows this place; none for a whole sheet."""
        if section == "meta":
            return self.meta_rows.get(name)
        rows = self.rows.get(section, [])
        return rows[place] if place is not None and place < len(rows) else None


def read(book: Sequence[Sheet]) -> Read:
    """What the sheets of a workbook say."""
    by_title = {sheet.title: sheet for sheet in book}
    found = Read()
    for name in (sheets.GUIDE, sheets.CATEGORIES, sheets.ITEMS, sheets.OPTIONS):
        if name not in by_title:
            found.missing.append(Mistake(name, None, "", "（缺）", f"不能没有“{name}”这张表"))
    tables = {
        name: table_in(by_title[name], columns, optional=sheets.ADDED_LATER)
        for name, columns in (
            (sheets.CATEGORIES, sheets.CATEGORY_COLUMNS),
            (sheets.ITEMS, sheets.ITEM_COLUMNS),
            (sheets.OPTIONS, sheets.OPTION_COLUMNS),
        )
        if name in by_title
    }
    for table in tables.values():
        found.missing.extend(table.mistakes)
    if not found.missing:
        _options(found, tables[sheets.OPTIONS].rows)
        _items(found, tables[sheets.ITEMS].rows, _columns_of(by_title[sheets.ITEMS]))
        _categories(found, tables[sheets.CATEGORIES].rows)
        _meta(found, by_title[sheets.GUIDE].rows)
    return found


def _options(found: Read, table: Rows) -> None:
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


def _columns_of(sheet: Sheet) -> set[str]:
    """Which of the columns that were added later this sheet has."""
    words = {_column(cell) for row in sheet.rows for cell in row}
    return {name for name in sheets.ADDED_LATER if _column(sheets.ITEM_COLUMNS[name]) in words}


def _items(found: Read, table: Rows, later: set[str]) -> None:
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
                **{name: _meaning(name, cells[name]) for name in sheets.ADDED_LATER if name in later},
            }
        )


def _categories(found: Read, table: Rows) -> None:
    found.rows["categories"] = [row for row, _ in table]
    found.plain["categories"] = []
    for _, cells in table:
        code = _plain(cells["code"]).upper()
        own = [item for item in found.plain["indicators"] if item["category"] == code]
        weights = [item["weight"] for item in own if item.get("optional") is not True]
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


def _meta(found: Read, grid: Sequence[Sequence[str]]) -> None:
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


def _whole(text: str) -> int | str:
    match = re.fullmatch(r"(\d{1,6})(?:\.0+)?[分项]?", _plain(text))
    return int(match[1]) if match else text


def _yes_or_no(text: str) -> bool | str:
    word = _plain(text).lower()
    return True if word in _TRUE else False if word in _FALSE else text


def _meaning(name: str, text: str) -> bool | str:
    if name != "fact":
        return _yes_or_no(text)
    words = {_plain(label): fact for fact, label in FACTS.items()}
    return "" if _plain(text) in ("", "无") else words.get(_plain(text), text)


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
