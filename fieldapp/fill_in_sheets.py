"""Spreadsheets for somebody to fill in: columns of text, the rows that are there, a second sheet of what may stand."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from fieldapp.cells import guarded

LEAST_ROWS = 501  # prepared as text, so that no telephone number becomes 1.38E+10


def workbook_to_fill(
    title: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Mapping[str, int],
    offered: Mapping[str, Sequence[str]],
    offered_title: str,
) -> bytes:
    """An .xlsx: a sheet `title` of these columns (words by key) and `rows`, each cell a text, whatever it begins with.

    `offered`: by key of a column what may be chosen in it, listed on a sheet of their own; `widths` in characters.
    """
    from openpyxl import Workbook  # late: few ever ask for it, and every start would wait for it
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    last = max(len(rows) + 1, LEAST_ROWS)
    for number, key in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = widths[key]
        for place in range(2, last + 1):
            sheet.cell(place, number).number_format = "@"
    for place, row in enumerate([tuple(columns.values()), *rows], start=1):
        for number, words in enumerate(row, start=1):
            _write(sheet, place, number, words)
    choices = book.create_sheet(offered_title)
    for number, (key, allowed) in enumerate(offered.items(), start=1):
        for place, words in enumerate([columns[key], *allowed], start=1):
            _write(choices, place, number, words)
        letter, target = get_column_letter(number), get_column_letter(list(columns).index(key) + 1)
        choice = DataValidation("list", f"'{offered_title}'!${letter}$2:${letter}${max(len(allowed), 1) + 1}")
        choice.showErrorMessage = False  # offers and does not insist: the import says what is wrong, all at once
        choice.add(f"{target}2:{target}{last}")
        sheet.add_data_validation(choice)
        choices.column_dimensions[letter].width = widths[key]
    for page in (sheet, choices):
        page.freeze_panes = "A2"
        for cell in page[1]:
            cell.font = Font(bold=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write(sheet: Any, place: int, number: int, words: str) -> None:
    if words:
        sheet.cell(place, number, guarded(words)).data_type = "s"
