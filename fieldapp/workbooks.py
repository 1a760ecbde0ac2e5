"""Files that clerks fill in (.xlsx of Excel or WPS, .csv): opened without harm, read as tables, faults by their place.

sheets = read_sheets(name, data, limit_bytes=…)             Refused: a sentence about the whole file
table = table_of(sheets, {"name": "姓名", …}, what="人员")    table.mistakes: sheets and columns that are not there
for number, cells in table.rows: cells["name"]              a Cell (str with .kind), number as the spreadsheet counts
in_order(mistakes, sheets)                                  as a clerk meets them from top to bottom
"""

import csv
import io
import re
import zlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile, ZipFile

from fieldapp.cells import Cell, cell_of, column_name, plain, shown
from fieldapp.errors import Refused
from fieldapp.folding import folded

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLE_MARK = "（示例）"  # begins the row of a template that shows how
UNPACKED_LIMIT_BYTES = 30 * 1024 * 1024
_ROWS_READ, _COLUMNS_READ, _HEADER_WITHIN_ROWS = 5000, 40, 20
_PARTS_LIMIT, _MERGED_READ = 500, 2000
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
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
    zlib.error,
    NotImplementedError,
    OverflowError,
    RuntimeError,
)
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]{0,200}?ref=["']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']""")
_DAMAGED = "文件已损坏或加了密码，没有导入。请在 Excel 或 WPS 中打开确认后另存为 .xlsx。"
_NO_WORKBOOK = "这不是 Excel 工作簿，没有导入。请在 Excel 或 WPS 中另存为“Excel 工作簿（.xlsx）”后再导入。"


@dataclass(frozen=True)
class Mistake:
    """One mistake for a clerk to correct. `row`: as the spreadsheet numbers them; none for a whole sheet."""

    sheet: str
    row: int | None
    column: str
    value: str
    expected: str


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells from its first row on; what was merged downwards stands in each of its rows."""

    title: str
    rows: list[list[Cell]]
    is_hidden: bool = False


@dataclass
class Table:
    """The rows below a header: (row number, cells by the key of their column), empty rows left out."""

    sheet: str = ""
    rows: list[tuple[int, dict[str, Cell]]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_sheets(
    name: str, data: bytes, *, limit_bytes: int, unpacked_bytes: int = UNPACKED_LIMIT_BYTES, with_csv: bool = False
) -> list[Sheet]:
    """The sheets of an .xlsx (or, `with_csv`, of a .csv in UTF-8 or GB 18030) in their order.

    Raises Refused with a sentence: too large, empty, another kind of file, damaged, or made to harm.
    """
    if len(data) > limit_bytes:
        raise Refused(f"文件超过 {limit_bytes // 1024 // 1024} MB，没有导入。")
    if not data:
        raise Refused("文件是空的，没有导入。请重新选择文件。")
    if data.startswith(b"PK"):
        return _sheets_of_workbook(data, unpacked_bytes)
    if data.startswith(_OLD_EXCEL):
        raise Refused("这是旧格式（.xls）或加了密码的文件。请在 Excel 或 WPS 中去掉密码，另存为 .xlsx 后再导入。")
    if with_csv and name.lower().endswith((".csv", ".txt")):
        return [_sheet_of_csv(data)]
    raise Refused("这不是 .xlsx 文件。请在 Excel 或 WPS 中另存为“Excel 工作簿（.xlsx）”后再导入。")


def table_of(
    sheets: Sequence[Sheet],
    columns: Mapping[str, str],
    *,
    what: str,
    optional: Container[str] = (),
    earlier: Mapping[str, str] = MappingProxyType({}),
) -> Table:
    """The one table with these columns (words by key), on whichever visible sheet and below whatever title.

    `optional`: keys of columns that may be missing. `what`: what the table lists, for its sentences. `earlier`: what a
    column was called in earlier templates, with what it is called now.
    """
    best, found = -1, Table(sheets[0].title if sheets else "")
    whole: list[Table] = []
    for sheet in sheets:
        table, matched = _table_in(sheet, columns, optional, earlier)
        if not table.mistakes and not sheet.is_hidden:
            whole.append(table)
        if matched > best and not sheet.is_hidden:
            best, found = matched, table
    filled = [table for table in whole if table.rows]
    for other in filled[1:]:
        filled[0].mistakes.append(
            Mistake(other.sheet, None, "", "又一张名单", f"一个文件只放一张{what}表，请合并或分两次导入")
        )
    if whole:
        return (filled or whole)[0]
    for sheet in sheets:
        if sheet.is_hidden and not _table_in(sheet, columns, optional, earlier)[0].mistakes:
            found.mistakes = [Mistake(sheet.title, None, "", "（隐藏的表）", "取消隐藏后再导入")]
    return found


def table_in(sheet: Sheet, columns: Mapping[str, str], *, optional: Container[str] = ()) -> Table:
    """The table on this sheet, wherever its header row stands within the first 20 rows."""
    return _table_in(sheet, columns, optional)[0]


def leave_out_examples(table: Table, key: str) -> None:
    """Takes away the rows whose cell in the column `key` begins with EXAMPLE_MARK: those of a template."""
    mark = folded(EXAMPLE_MARK)
    table.rows = [(number, cells) for number, cells in table.rows if not folded(cells[key]).startswith(mark)]


def in_order(mistakes: Iterable[Mistake], sheets: Sequence[str], columns: Sequence[str] = ()) -> list[Mistake]:
    """Each mistake once: by sheet in this order, row, and column in this order."""
    places = {title: place for place, title in enumerate(sheets)}
    column_places = {title: place for place, title in enumerate(columns)}

    def place(one: Mistake) -> tuple[int, int, int]:
        return places.get(one.sheet, len(places)), one.row or 0, column_places.get(one.column, len(column_places))

    return sorted(dict.fromkeys(mistakes), key=place)


def _table_in(
    sheet: Sheet,
    columns: Mapping[str, str],
    optional: Container[str],
    earlier: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Table, int]:
    """The table of a sheet, and how many of its columns were found."""
    table, keys = Table(sheet.title), {column_name(word): key for key, word in columns.items()}
    names = [[column_name(cell) for cell in row] for row in sheet.rows[:_HEADER_WITHIN_ROWS]]
    heads = [[earlier.get(name, name) for name in row] for row in names]
    matches = [len(keys.keys() & set(head)) for head in heads]
    matched = max(matches, default=0)
    if not matched:
        expected = "第一行为列名：" + "、".join(columns.values())
        table.mistakes.append(Mistake(sheet.title, 1, next(iter(columns.values())), "（缺）", expected))
        return table, 0
    header = matches.index(matched)
    head = heads[header]
    for word, key in keys.items():
        if head.count(word) > 1 or (word not in head and key not in optional):
            state = "（重复）" if word in head else "（缺）"
            table.mistakes.append(
                Mistake(sheet.title, header + 1, columns[key], state, f"恰好有一列名为“{columns[key]}”")
            )
    at = {key: head.index(word) for word, key in keys.items() if word in head}
    for number, row in enumerate(sheet.rows[header + 1 :], start=header + 2):
        cells = {key: row[at[key]] if key in at and at[key] < len(row) else cell_of(None) for key in columns}
        is_header_again = all(column_name(cells[key]) == column_name(columns[key]) for key in at)
        if any(row) and not is_header_again:
            table.rows.append((number, cells))
    return table, matched


def _sheets_of_workbook(data: bytes, unpacked_bytes: int) -> list[Sheet]:
    _refuse_harmful(data, unpacked_bytes)
    from openpyxl import load_workbook  # late: few ever ask for it, and every start would wait for it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        with ZipFile(io.BytesIO(data)) as archive:
            return [
                Sheet(plain(sheet.title), _grid(sheet, archive), sheet.sheet_state != "visible")
                for sheet in book.worksheets
            ]
    except (*_UNREADABLE, InvalidFileException) as error:
        raise Refused(_DAMAGED) from error


def _grid(sheet: Any, archive: ZipFile) -> list[list[Cell]]:
    sheet.reset_dimensions()  # WPS now and then states a size that is not the real one
    rows = [
        [cell_of(value) for value in row]
        for row in sheet.iter_rows(max_row=_ROWS_READ + 1, max_col=_COLUMNS_READ, values_only=True)
    ]
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > _ROWS_READ:
        raise Refused(f"表“{shown(sheet.title)}”超过 {_ROWS_READ} 行，没有导入。")
    _fill_merged(rows, archive.read(sheet._worksheet_path))
    return rows


def _fill_merged(rows: list[list[Cell]], xml: bytes) -> None:
    """Writes what was merged downwards into each of its rows: a reader that saves memory knows only the first."""
    from openpyxl.utils import column_index_from_string

    for match in islice(_MERGED.finditer(xml), _MERGED_READ):
        left, top, bottom = column_index_from_string(match[1].decode()) - 1, int(match[2]), int(match[3])
        if 0 < top <= len(rows) and left < len(rows[top - 1]):
            for row in rows[top:bottom]:
                if left < len(row) and not row[left]:
                    row[left] = rows[top - 1][left]


def _sheet_of_csv(data: bytes) -> Sheet:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused("文件不是 UTF-8 或 GB 18030 编码的文字，没有导入。请另存为 .xlsx 后再导入。")
    first = text.split("\n", 1)[0]
    separator = max(",\t;\uff0c", key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [[cell_of(value) for value in line[:_COLUMNS_READ]] for line in lines]
    except csv.Error as error:
        raise Refused("这个 .csv 文件读不懂，没有导入。请在 Excel 或 WPS 中另存为 .xlsx 后再导入。") from error
    if len(rows) > _ROWS_READ:
        raise Refused(f"文件超过 {_ROWS_READ} 行，没有导入。")
    return Sheet("CSV", rows)


def _refuse_harmful(data: bytes, unpacked_bytes: int) -> None:
    """Looks at the archive before a spreadsheet reader does: its size, its number of parts, entities in its XML."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _PARTS_LIMIT or sum(part.file_size for part in parts) > unpacked_bytes:
                raise Refused("文件解开后过大，没有导入。请只留下要导入的表，另存为新的 .xlsx。")
            if "[Content_Types].xml" not in archive.namelist():
                raise Refused(_NO_WORKBOOK)
            for part in parts:
                # zipfile hands out no more than the size the archive states, so the sum above bounds this loop
                if _declares_entities(archive.read(part)):
                    raise Refused("文件中有不允许的 XML 声明，没有导入。请在 Excel 或 WPS 中另存为新的 .xlsx。")
    except (BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise Refused(_DAMAGED) from error


def _declares_entities(part: bytes) -> bool:
    """Whether a part brings a DTD, in one byte a letter or in two (UTF-16). A picture could, by chance of 1 in 2^70."""
    narrow = part.replace(b"\0", b"")
    return b"<!DOCTYPE" in narrow or b"<!ENTITY" in narrow
