"""The spreadsheet of the register: its columns, as a template to fill in and as an export that imports unchanged."""

import io
from collections.abc import Iterable, Sequence

from fieldapp.cells import guarded
from fieldapp.officers.models import Officer
from fieldapp.people import queries as people

COLUMNS = {
    "name": "姓名",
    "number": "执法证号",
    "organisation": "行政执法机关",
    "valid_until": "有效期至",
    "ended_on": "注销日期",
}
EXAMPLE_MARK = "（示例）"
_WIDTHS = {"name": 14, "number": 22, "organisation": 34, "valid_until": 14, "ended_on": 14}
_LEAST_ROWS = 501  # prepared as text, so that no number becomes 3.2E+17


def template() -> bytes:
    """An empty .xlsx with an example row, which an import leaves out, and the agencies to choose from."""
    return _workbook([(f"{EXAMPLE_MARK}某某", "32000000001", "", "2027-12-31", "")])


def exported(rows: Iterable[Officer]) -> bytes:
    """The register as an .xlsx that an import takes without a difference."""
    return _workbook([
        (one.name, one.number, one.organisation.name, one.valid_until.isoformat(),
         one.ended_on.isoformat() if one.ended_on else "")
        for one in rows
    ])  # fmt: skip


def _workbook(rows: Sequence[tuple[str, ...]]) -> bytes:
    from openpyxl import Workbook  # late: few ever ask for it, and every start would wait for it
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "执法人员"
    last = max(len(rows) + 1, _LEAST_ROWS)
    for number, key in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS[key]
        for place in range(2, last + 1):
            sheet.cell(place, number).number_format = "@"
    for place, row in enumerate([tuple(COLUMNS.values()), *rows], start=1):
        for number, words in enumerate(row, start=1):
            cell = sheet.cell(place, number, guarded(words) or None)
            if words:
                cell.data_type = "s"  # whatever it begins with
            cell.font = Font(bold=place == 1)
    agencies = [guarded(one.name) for one in people.agencies()]
    offered = book.create_sheet("可填的行政执法机关")
    for place, name in enumerate([COLUMNS["organisation"], *agencies], start=1):
        offered.cell(place, 1, name).data_type = "s"
    choice = DataValidation("list", f"'可填的行政执法机关'!$A$2:$A${max(len(agencies), 1) + 1}")
    choice.showErrorMessage = False  # offers and does not insist: the import says what is wrong, all at once
    letter = get_column_letter(list(COLUMNS).index("organisation") + 1)
    choice.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
