"""The register from a spreadsheet, and back."""

import io
from datetime import date

import pytest
from factories import make_organisation, make_user
from openpyxl import Workbook, load_workbook

from fieldapp.audit import queries as audit
from fieldapp.errors import NotAllowed, NotFound
from fieldapp.officers import importing, operations, queries, register_sheet
from fieldapp.officers.operations import OfficerDraft

HEAD = ("姓名", "执法证号", "行政执法机关", "有效期至", "注销日期")
GOOD = [
    ("陈一", "32050012345", "云川市应急管理局", "2027-12-31", None),
    ("林二", 32050012346, "云川市应急管理局", date(2027, 12, 31), None),
    ("王三", "32050012347", "云川市生态环境局", "2027年1月2日", "2026/11/01"),
]


def workbook(rows, head=HEAD):
    book = Workbook()
    book.active.title = "执法人员"
    for row in (head, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def register(county):
    return [(one.name, one.number, one.valid_until, one.ended_on) for one in queries.every()]


def test_each_row_is_an_officer_and_a_second_file_brings_what_changed_and_forgets_nobody(county):
    done = importing.import_officers(county.wu, workbook(GOOD))
    assert (done.added, done.changed, done.unchanged, done.mistakes) == (3, 0, 0, ())
    assert register(county) == [
        ("陈一", "32050012345", date(2027, 12, 31), None),
        ("林二", "32050012346", date(2027, 12, 31), None),
        ("王三", "32050012347", date(2027, 1, 2), date(2026, 11, 1)),
    ]

    again = importing.import_officers(
        county.wu, workbook([(*GOOD[0][:3], "2029-12-31", None), GOOD[1], ("赵四", "A-1234", GOOD[0][2], "2028-1-1")])
    )

    assert (again.added, again.changed, again.unchanged) == (1, 1, 1)
    assert len(register(county)) == 4
    assert register(county)[0][2] == date(2029, 12, 31)


def test_what_is_exported_imports_again_without_a_difference(county):
    importing.import_officers(
        county.wu, workbook([*GOOD, ("'=1+1", "'+32-0001", "云川市应急管理局", "2027-12-31", None)])
    )
    head = audit.head()
    before = register(county)

    done = importing.import_officers(county.wu, register_sheet.exported(queries.every()))

    assert (done.added, done.changed, done.unchanged, done.mistakes) == (0, 0, 4, ())
    assert register(county) == before
    assert audit.head() == head, "nothing was changed, so nothing is noted"


def test_with_one_mistake_nothing_is_taken_and_all_are_named_by_row(county):
    rows = [
        *GOOD,
        ("", "12", "没有的局", "明年", "以后"),
        ("赵四", "3205 0012345", "云川市应急管理局", "2027-12-31", None),
        ("钱五", 320500123456789012, "云川市司法局", "2027-02-30", None),
    ]

    done = importing.import_officers(county.wu, workbook(rows))

    assert register(county) == []
    assert [(one.row, one.column) for one in done.mistakes] == [
        (5, "姓名"), (5, "执法证号"), (5, "行政执法机关"), (5, "有效期至"), (5, "注销日期"), (6, "执法证号"),
        (7, "执法证号"), (7, "行政执法机关"), (7, "有效期至"),
    ]  # fmt: skip
    assert "与第 2 行不同的证号" in {one.expected for one in done.mistakes}


def test_a_file_that_is_none_is_said_in_words(county):
    (mistake,) = importing.import_officers(county.wu, b"%PDF-", name="a.pdf").mistakes
    assert ".xlsx" in mistake.expected
    (mistake,) = importing.import_officers(county.wu, register_sheet.template()).mistakes
    assert "没有执法人员" in mistake.expected


def test_the_template_offers_the_agencies(county):
    sheet = load_workbook(io.BytesIO(register_sheet.template()))["可填的行政执法机关"]

    assert {"云川市应急管理局", "云川市生态环境局"} <= {cell.value for (cell,) in sheet.iter_rows(min_row=2)}


def test_an_administrator_of_a_township_enters_its_officers_and_no_others(county):
    local = make_user("柳湾管理员", role="system", organisation=make_organisation(
        "柳湾司法所", kind="justice_office", locality=county.liuwan), locality=county.liuwan)  # fmt: skip
    make_organisation("柳湾镇综合执法局", kind="agency", locality=county.liuwan)
    far = operations.add(None, OfficerDraft("林二", county.work_safety_agency.id, "32050012346", date(2027, 1, 1)))

    done = importing.import_officers(local, workbook([
        GOOD[0], ("林二", "32050012346", "柳湾镇综合执法局", "2027-12-31", None),
    ]))  # fmt: skip
    assert [(one.row, one.column) for one in done.mistakes] == [(2, "行政执法机关"), (3, "执法证号")]
    assert (
        importing.import_officers(local, workbook([("王三", "W0001", "柳湾镇综合执法局", "2027-12-31", None)])).added
        == 1
    )
    assert [one.name for one in queries.every(within=county.liuwan.id)] == ["王三"]
    with pytest.raises(NotFound):
        operations.end(local, far.id)


def test_who_keeps_no_registers_enters_nobody(county):
    with pytest.raises(NotAllowed):
        importing.import_officers(county.qian, workbook(GOOD))
