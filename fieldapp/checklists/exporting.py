"""A checklist as a workbook that a clerk edits in Excel or WPS, and as YAML. What is written is read back the same."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from fieldapp.cells import NO, YES, guarded
from fieldapp.checklists import sheets
from fieldapp.checklists.content import Content, to_plain
from fieldapp.checklists.meanings import FACTS
from fieldapp.checklists.sheets import NO_CAP
from fieldapp.checklists.spelling import spelled_item, spelled_meta

GUIDANCE = (
    "一、在“指标”表里改指标：一行一项；可增行、删行、改字，不要改第一行的列名。",
    "二、检查要点、法律依据、领域说明：一个单元格里写几条，每条一行（Excel 和 WPS 中按 Alt+Enter 换行）。",
    "三、法律依据每行写“法|条|核”或“法|条|待核”。没有对照原文核过的一律写“待核”，手机上会显示“待核”。",
    "四、方式、领域可写几个，用顿号隔开；领域写“全部”即所有领域。环节、适用情形、关键项从下拉列表里选。",
    "五、“大类”表的项数、分值可以留空，导入时按“指标”表计算；填了就要与“指标”表一致。",
    "六、印证事实：问的是三方印证里的哪件事，每件事最多一项；首屏：手机上先问；选做：选了才问，分值写 0，不计分。",
    "七、各大类分值相加须等于下面的“总分”。环节、方式、领域、适用情形、等次的名称在“选项”表里改，标识不要改。",
    "八、改好后在“清单管理”页上传。系统先列出全部错误或与现行版本的差别，确认后才发布；已发布的版本不会被改动。",
)
_HEAD = PatternFill("solid", fgColor="FF1F4E79")
_THIN = Border(*(Side(style="thin", color="FFBFBFBF"),) * 4)
_WRAP = Alignment(wrap_text=True, vertical="top")
_WIDTHS = {
    "code": 7,
    "category": 6,
    "title": 18,
    "question": 36,
    "look_for": 36,
    "stage": 10,
    "modes": 12,
    "domains": 16,
    "applies_when": 18,
    "weight": 6,
    "critical": 7,
    "basis": 46,
    "photo_hint": 20,
    "na_hint": 20,
    "domain_notes": 36,
    "fact": 16,
    "first": 7,
    "optional": 7,
}
_ROOM_FOR_MORE_ROWS = 300


def to_xlsx(content: Content) -> bytes:
    """The whole checklist as an .xlsx file."""
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)
    guide.title = sheets.GUIDE
    _fill_guide(guide, content)
    _fill_categories(book.create_sheet(sheets.CATEGORIES), content)
    items, options = book.create_sheet(sheets.ITEMS), book.create_sheet(sheets.OPTIONS)
    spans = _fill_options(options, content)
    _fill_items(items, content)
    _offer_choices(items, content, spans)
    for sheet in book.worksheets:
        _set_up_print(sheet)
    book.active = book.worksheets.index(items)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is items
    book.properties.creator, book.properties.title = "", content.meta.title
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def to_yaml(content: Content) -> str:
    """The whole checklist as YAML, in the shape of the default's file."""
    return yaml.safe_dump(_lists(to_plain(content)), allow_unicode=True, sort_keys=False, width=120)


def _fill_guide(sheet: Worksheet, content: Content) -> None:
    sheet.append(["行政执法监督清单 填写说明"])
    sheet["A1"].font = Font(bold=True, size=16)
    for line in GUIDANCE:
        sheet.append([line])
        sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=2)
        sheet.cell(sheet.max_row, 1).alignment = _WRAP
        sheet.row_dimensions[sheet.max_row].height = 32
    sheet.append([])
    _head(sheet, ["项目", "内容"])
    for pair in spelled_meta(content).items():
        _row(sheet, pair)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    _list_rule(sheet, f"B{rows[sheets.META_ROWS['status']]}", list(sheets.STATUS.values()))
    _list_rule(
        sheet, f"B{rows[sheets.META_ROWS['critical_cap']]}", [*(band.label for band in content.scoring.bands), NO_CAP]
    )


def _fill_categories(sheet: Worksheet, content: Content) -> None:
    _head(sheet, list(sheets.CATEGORY_COLUMNS.values()))
    for one in content.categories:
        _row(sheet, [one.code, one.label, one.label_en, one.count, one.points])
    for letter, width in zip("ABCDE", (8, 30, 30, 8, 8), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _fill_options(sheet: Worksheet, content: Content) -> dict[str, tuple[int, int]]:
    _head(sheet, list(sheets.OPTION_COLUMNS.values()))
    lists: dict[str, Sequence[Any]] = {
        "stages": content.stages,
        "modes": content.modes,
        "domains": content.domains,
        "applies_when": content.circumstances,
        "answers": content.answers,
        "bands": content.scoring.bands,
    }
    spans = {}
    for kind, entries in lists.items():
        word, number = sheets.OPTION_KINDS[kind]
        first = sheet.max_row + 1
        for entry in entries:
            meaning = sheets.ASSUMED if getattr(entry, "assumed", False) else getattr(entry, "meaning", "")
            _row(sheet, [word, entry.id, entry.label, meaning, getattr(entry, number) if number else None])
        spans[kind] = (first, sheet.max_row)
    for letter, width in zip("ABCDE", (12, 26, 30, 50, 8), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    return spans


def _fill_items(sheet: Worksheet, content: Content) -> None:
    _head(sheet, list(sheets.ITEM_COLUMNS.values()))
    for item in content.items:
        words = spelled_item(content, item)
        _row(sheet, [item.weight if name == "weight" else words[word] for name, word in sheets.ITEM_COLUMNS.items()])
    for place, name in enumerate(sheets.ITEM_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS[name]
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions


def _offer_choices(sheet: Worksheet, content: Content, spans: dict[str, tuple[int, int]]) -> None:
    last = len(content.items) + 1 + _ROOM_FOR_MORE_ROWS
    letter = {name: get_column_letter(place) for place, name in enumerate(sheets.ITEM_COLUMNS, start=1)}
    for name, kind in (("stage", "stages"), ("applies_when", "applies_when")):
        first, final = spans[kind]
        _rule(
            sheet,
            f"{letter[name]}2:{letter[name]}{last}",
            type="list",
            formula1=f"{sheets.OPTIONS}!$C${first}:$C${final}",
        )
    _rule(
        sheet,
        f"{letter['category']}2:{letter['category']}{last}",
        type="list",
        formula1=f"{sheets.CATEGORIES}!$A$2:$A${len(content.categories) + 1}",
    )
    for name in ("critical", "first", "optional"):
        _list_rule(sheet, f"{letter[name]}2:{letter[name]}{last}", [YES, NO])
    _list_rule(sheet, f"{letter['fact']}2:{letter['fact']}{last}", list(FACTS.values()))
    _rule(
        sheet,
        f"{letter['weight']}2:{letter['weight']}{last}",
        type="whole",
        operator="between",
        formula1="0",
        formula2="100",
    )


def _list_rule(sheet: Worksheet, cells: str, words: list[str]) -> None:
    _rule(sheet, cells, type="list", formula1='"' + ",".join(words) + '"')


def _rule(sheet: Worksheet, cells: str, **what: Any) -> None:
    rule = DataValidation(
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="内容有误",
        error="请从下拉列表中选择，或填写允许的数值。",
        **what,
    )
    sheet.add_data_validation(rule)
    rule.add(cells)


def _head(sheet: Worksheet, words: list[str]) -> None:
    _row(sheet, words)
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")


def _row(sheet: Worksheet, values: Sequence[object]) -> None:
    sheet.append([guarded(value) if isinstance(value, str) else value for value in values])
    for cell in sheet[sheet.max_row]:
        cell.alignment, cell.border = _WRAP, _THIN


def _set_up_print(sheet: Worksheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "&A  第 &P 页，共 &N 页"  # type: ignore[union-attr]  # the stubs say it may be none
    if sheet.title != sheets.GUIDE:
        sheet.print_title_rows = "1:1"


def _lists(value: Any) -> Any:
    """Tuples as lists: YAML knows no tuples."""
    if isinstance(value, dict):
        return {name: _lists(inner) for name, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value
