"""Reading a checklist that somebody edited: an .xlsx of Excel or WPS, or YAML. Says every mistake at once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from fieldapp.checklists import sheets
from fieldapp.checklists.checking import wrongs
from fieldapp.checklists.content import Content, from_plain
from fieldapp.checklists.faults import Wrong
from fieldapp.checklists.meanings import says_nothing
from fieldapp.checklists.workbook import Read, read
from fieldapp.errors import Refused
from fieldapp.workbooks import Mistake, in_order, read_sheets

FILE_LIMIT_BYTES = 5 * 1024 * 1024
_YAML_LIMIT_BYTES = 512 * 1024  # read by an interpreter in Python: a large one would keep a process busy for a minute
_NESTING_LIMIT = 50
_SHEETS = (sheets.GUIDE, sheets.CATEGORIES, sheets.ITEMS, sheets.OPTIONS)


@dataclass(frozen=True)
class Imported:
    """What came out: the content, or every mistake that stands in the way.

    `says_no_meanings`: the file was made before items said what they mean (印证事实, 首屏, 选做).
    """

    content: Content | None
    mistakes: tuple[Mistake, ...]
    says_no_meanings: bool = False


def from_file(name: str, data: bytes) -> Imported:
    """What a file says; by its bytes an .xlsx, otherwise, when `name` ends so, YAML. Raises Refused."""
    if name.lower().endswith((".yaml", ".yml")) and data and not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return from_yaml(data)
    found = read(read_sheets(name, data, limit_bytes=FILE_LIMIT_BYTES))
    if found.missing:
        return Imported(None, tuple(in_order(found.missing, _SHEETS)))
    return _judged([*found.wrongs, *wrongs(found.plain)], found.plain, found)


def from_yaml(data: bytes) -> Imported:
    """What a YAML file in the shape of the default says. Raises Refused when it is no YAML."""
    if len(data) > _YAML_LIMIT_BYTES:
        raise Refused(f"YAML 文件超过 {_YAML_LIMIT_BYTES // 1024} KB，不像是一份清单，没有导入。")
    try:
        text = data.decode("utf-8-sig")
        if _deepest(text) > _NESTING_LIMIT:
            raise Refused("YAML 文件嵌套过深，不像是一份清单，没有导入。")
        if "&" in text and "*" in text and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise Refused("YAML 中有别名（&、*），没有导入。请写成不带别名的形式。")
        plain = yaml.safe_load(text)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise Refused("不是有效的 YAML 文件（须为 UTF-8），没有导入。") from error
    if not isinstance(plain, dict):
        raise Refused("YAML 文件里没有清单的内容，没有导入。")
    plain = _tidy(plain)
    return _judged(wrongs(plain), plain, None)


def _judged(found: list[Wrong], plain: dict[str, Any], where: Read | None) -> Imported:
    if found:
        return Imported(None, tuple(in_order((_mistake(one, where) for one in found), _SHEETS)))
    return Imported(from_plain(plain), (), says_nothing(plain))


def _mistake(wrong: Wrong, where: Read | None) -> Mistake:
    sheet, column = _words(wrong)
    if where is None:
        row = None if wrong.place is None else wrong.place + 1
        return Mistake(sheet, row, column, wrong.value or "（空）", wrong.expected)
    row = where.row_of(wrong.section, wrong.place, wrong.name)
    return Mistake(sheet, row, column, wrong.value or "（空）", wrong.expected)


def _words(wrong: Wrong) -> tuple[str, str]:
    """The sheet and the column in which a clerk finds the place."""
    if wrong.section == "meta":
        return sheets.GUIDE, sheets.META_ROWS.get(wrong.name, wrong.name)
    if wrong.section == "categories":
        return sheets.CATEGORIES, sheets.CATEGORY_COLUMNS.get(wrong.name, wrong.name)
    if wrong.section == "indicators":
        return sheets.ITEMS, sheets.ITEM_COLUMNS.get(wrong.name, wrong.name)
    if wrong.section == "kinds":
        return sheets.OPTIONS, sheets.OPTION_COLUMNS["kind"]
    word, number = sheets.OPTION_KINDS[wrong.section]
    column = sheets.OPTION_COLUMNS["number"] if wrong.name == number else sheets.OPTION_COLUMNS.get(wrong.name, "")
    return sheets.OPTIONS, f"{word} · {column}" if column else word


def _deepest(text: str) -> int:
    """How deep brackets nest: the reader needs time that grows with the square of it."""
    deepest = depth = 0
    for letter in text:
        if letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest


def _tidy(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _tidy(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_tidy(inner) for inner in value]
    if isinstance(value, date):  # YAML reads 2026-11-23 without quotes as a date
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value
