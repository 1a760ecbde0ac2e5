"""The spreadsheet in which people are listed for import: columns, one example, drop-down lists of what may stand."""

from fieldapp.access import ROLES
from fieldapp.fill_in_sheets import workbook_to_fill
from fieldapp.people import queries
from fieldapp.people.models import MEMBER_ORIGINS
from fieldapp.workbooks import EXAMPLE_MARK

COLUMNS = {
    "name": "姓名",
    "username": "账号",
    "role": "角色",
    "organisation": "所属机构",
    "origin": "组成来源",
    "locality": "查看范围",
}
WHOLE_COUNTY = "全市"
_WIDTHS = {"name": 14, "username": 18, "role": 16, "organisation": 34, "origin": 18, "locality": 14}


def template() -> bytes:
    """An .xlsx with the columns, an example row that an import leaves out, and a second sheet of what may be chosen."""
    offered = _offered()
    role, origin = ROLES["supervisor"], MEMBER_ORIGINS["justice_bureau"]
    office = next(iter(offered["organisation"]), "")
    example = (f"{EXAMPLE_MARK}某某", "example", role, office, origin, "")
    return workbook_to_fill("人员", COLUMNS, [example], widths=_WIDTHS, offered=offered, offered_title="可填的内容")


def _offered() -> dict[str, list[str]]:
    offices = [row.name for row in queries.organisations() if row.kind not in ("county", "locality")]
    return {
        "role": list(ROLES.values()),
        "organisation": offices,
        "origin": list(MEMBER_ORIGINS.values()),
        "locality": [*(row.name for row in queries.localities()), WHOLE_COUNTY],
    }
