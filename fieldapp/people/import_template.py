"""The spreadsheet in which people are listed for import: columns, one example, drop-down lists of what may stand."""

import io

from fieldapp.access import ROLES
from fieldapp.cells import guarded
from fieldapp.people import queries
from fieldapp.people.models import MEMBER_ORIGINS

COLUMNS = {
    "name": "姓名",
    "username": "账号",
    "role": "角色",
    "organisation": "所属机构",
    "origin": "组成来源",
    "locality": "查看范围",
}
WHOLE_COUNTY = "全市"
EXAMPLE_MARK = "（示例）"
_LISTED = ("role", "organisation", "origin", "locality")
_WIDTHS = {"name": 14, "username": 18, "role": 16, "organisation": 34, "origin": 18, "locality": 14}
_LAST_ROW = 501


def template() -> bytes:
    """An .xlsx with the columns, an example row that an import leaves out, and a second sheet of what may be chosen."""
    from openpyxl import Workbook  # late: few ever ask for it, and every start would wait for it
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "人员"
    sheet.append(tuple(COLUMNS.values()))
    offered = _offered()
    role, origin = ROLES["supervisor"], MEMBER_ORIGINS["justice_bureau"]
    office = next(iter(offered["organisation"]), "")
    sheet.append((f"{EXAMPLE_MARK}某某", "example", role, office, origin, ""))
    words = book.create_sheet("可填的内容")
    words.append([COLUMNS[key] for key in _LISTED])
    for place in range(max(map(len, offered.values()))):
        words.append([offered[key][place] if place < len(offered[key]) else None for key in _LISTED])
    for number, key in enumerate(_LISTED, start=1):
        letter, target = get_column_letter(number), get_column_letter(list(COLUMNS).index(key) + 1)
        choice = DataValidation("list", f"'可填的内容'!${letter}$2:${letter}${max(len(offered[key]), 1) + 1}")
        choice.showErrorMessage = False  # offers and does not insist: the import says what is wrong, all at once
        choice.add(f"{target}2:{target}{_LAST_ROW}")
        sheet.add_data_validation(choice)
        words.column_dimensions[letter].width = _WIDTHS[key]
    for number, key in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS[key]
        for place in range(2, _LAST_ROW + 1):
            sheet.cell(place, number).number_format = "@"  # text: no telephone number becomes 1.38E+10
    for page in (sheet, words):
        page.freeze_panes = "A2"
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # whatever it begins with
        for cell in page[1]:
            cell.font = Font(bold=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _offered() -> dict[str, list[str]]:
    offices = [guarded(row.name) for row in queries.organisations() if row.kind not in ("county", "locality")]
    return {
        "role": list(ROLES.values()),
        "organisation": offices,
        "origin": list(MEMBER_ORIGINS.values()),
        "locality": [*(guarded(row.name) for row in queries.localities()), WHOLE_COUNTY],
    }
