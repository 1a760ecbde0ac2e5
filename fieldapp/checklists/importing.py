"""Reading a checklist that somebody edited: an .xlsx of Excel or WPS, or YAML. Says every mistake at once."""

import zlib
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import yaml

from fieldapp.checklists import sheets
from fieldapp.checklists.checking import Wrong, wrongs
from fieldapp.checklists.content import Content, from_plain
from fieldapp.checklists.workbook import Read, read
from fieldapp.errors import Refused

FILE_LIMIT_BYTES = 5 * 1024 * 1024
_YAML_LIMIT_BYTES = 512 * 1024  # read by an interpreter in Python: a large one would keep a process busy for a minute
_NESTING_LIMIT = 50
_UNPACKED_LIMIT_BYTES = 30 * 1024 * 1024
_PARTS_LIMIT = 500
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Mistake:
    """One mistake for a clerk to correct. `row`: as the spreadsheet numbers them; none for a whole sheet."""

    sheet: str
    row: int | None
    column: str
    value: str
    expected: str


@dataclass(frozen=True)
class Imported:
    """What came out: the content, or every mistake that stands in the way."""

    content: Content | None
    mistakes: tuple[Mistake, ...]


def from_file(name: str, data: bytes) -> Imported:
    """What a file says; by its bytes an .xlsx, otherwise, when `name` ends so, YAML. Raises Refused."""
    if len(data) > FILE_LIMIT_BYTES:
        raise Refused(f"文件超过 {FILE_LIMIT_BYTES // 1024 // 1024} MB，不像是一份清单，没有导入。")
    if not data:
        raise Refused("文件是空的，没有导入。请重新选择文件。")
    if data.startswith(b"PK"):
        return from_xlsx(data)
    if data.startswith(_OLD_EXCEL):
        raise Refused("这是旧格式（.xls）或加了密码的文件。请在 Excel 或 WPS 中去掉密码，另存为 .xlsx 后再导入。")
    if name.lower().endswith((".yaml", ".yml")):
        return from_yaml(data)
    raise Refused("这不是 .xlsx 文件。请在 Excel 或 WPS 中另存为“Excel 工作簿（.xlsx）”后再导入。")


def from_xlsx(data: bytes) -> Imported:
    """What an .xlsx workbook says. Raises Refused when it is none, or one made to harm."""
    _refuse_harmful(data)
    found = read(BytesIO(data))
    if found is None:
        raise Refused("文件已损坏或不是 Excel 工作簿，没有导入。请在 Excel 或 WPS 中打开确认后另存为 .xlsx。")
    if found.missing:
        return Imported(None, tuple(Mistake(*one) for one in found.missing))
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
        return Imported(None, tuple(dict.fromkeys(_mistake(one, plain, where) for one in found)))
    return Imported(from_plain(plain), ())


def _mistake(wrong: Wrong, plain: dict[str, Any], where: Read | None) -> Mistake:
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


def _refuse_harmful(data: bytes) -> None:
    """Looks at the archive before a spreadsheet reader does: its size, its number of parts, entities in its XML."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _PARTS_LIMIT or sum(part.file_size for part in parts) > _UNPACKED_LIMIT_BYTES:
                raise Refused("文件解开后过大，不像是一份清单，没有导入。")
            if "[Content_Types].xml" not in archive.namelist():
                raise Refused("这不是 Excel 工作簿，没有导入。请在 Excel 或 WPS 中另存为 .xlsx 后再导入。")
            for part in parts:
                # zipfile hands out no more than the size the archive states, so the sum above bounds this loop
                if part.filename.endswith((".xml", ".rels")) and _declares_entities(archive.read(part)):
                    raise Refused("文件中有不允许的 XML 声明，没有导入。请在 Excel 或 WPS 中另存为新的 .xlsx。")
    except (BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise Refused("文件已损坏或加了密码，没有导入。请在 Excel 或 WPS 中打开确认后另存为 .xlsx。") from error


def _declares_entities(xml: bytes) -> bool:
    return b"<!DOCTYPE" in xml or b"<!ENTITY" in xml


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
