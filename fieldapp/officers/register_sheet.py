"""The spreadsheet of the register: its columns, as a template to fill in and as an export that imports unchanged."""

from collections.abc import Iterable, Sequence

from fieldapp.fill_in_sheets import workbook_to_fill
from fieldapp.officers.models import Officer
from fieldapp.people import queries as people
from fieldapp.workbooks import EXAMPLE_MARK

COLUMNS = {
    "name": "姓名",
    "number": "执法证号",
    "organisation": "行政执法机关",
    "valid_until": "有效期至",
    "ended_on": "注销日期",
}
_WIDTHS = {"name": 14, "number": 22, "organisation": 34, "valid_until": 14, "ended_on": 14}


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
    offered = {"organisation": [one.name for one in people.agencies()]}
    return workbook_to_fill(
        "执法人员", COLUMNS, rows, widths=_WIDTHS, offered=offered, offered_title="可填的行政执法机关"
    )
