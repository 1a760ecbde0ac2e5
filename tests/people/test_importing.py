"""Accounts from a spreadsheet."""

import io
from datetime import date

import pytest
from factories import make_organisation, make_user
from openpyxl import Workbook, load_workbook

from fieldapp.access import ROLES
from fieldapp.errors import NotAllowed
from fieldapp.extensions import unit_of_work
from fieldapp.people import import_template, importing, operations, queries
from fieldapp.workbooks import Mistake

HEAD = ("姓名", "账号", "角色", "所属机构", "组成来源", "查看范围")
GOOD = [
    ("甲一", "jia.yi", "监督员", "云川市司法局", "司法局"),
    ("乙二", "yi.er", "组长", "云川市人大常委会", "人大", "柳湾镇"),
    ("丙三", "bing.san", "行政执法机关联络员", "云川市应急管理局", None),
]
SCOPE = "所属机构不在某个区镇，请写明一个区镇，或“全市”"


def workbook(rows, head=HEAD, change=None):
    book = Workbook()
    book.active.title = "人员"
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def imported(county, rows, **how):
    return importing.import_users(county.wu, workbook(rows, **how))


def places(found):
    return [(one.row, one.column) for one in found.mistakes]


def test_each_row_becomes_an_account_with_a_password_of_its_own(county):
    found = imported(county, GOOD)

    assert found.mistakes == []
    assert [user.username for user, _ in found.made] == ["jia.yi", "yi.er", "bing.san"]
    assert len({password for _, password in found.made}) == 3
    user, password = found.made[0]
    assert operations.sign_in(user.username, password, address="203.0.113.5", browser="test")[0].must_change_password


def test_with_one_mistake_nobody_is_made_and_all_are_named_by_row_with_what_stands_there_and_what_should(county):
    rows = [*GOOD, ("", "zhangsan", "皇帝", "没有的局", "月亮"), ("丁四", "jia.yi", "监督员", "云川市司法局", "司法局")]

    found = imported(county, rows)

    assert found.made == []
    assert places(found) == [
        (5, "姓名"), (5, "账号"), (5, "角色"), (5, "所属机构"), (5, "组成来源"), (6, "账号"),
    ]  # fmt: skip
    assert (
        Mistake("人员", 5, "角色", "皇帝", "以下之一，兼任的用顿号隔开：" + "、".join(ROLES.values())) in found.mistakes
    )
    assert found.mistakes[-1] == Mistake("人员", 6, "账号", "jia.yi", "与第 2 行不同的账号")
    assert queries.users("liaison") == [county.zheng]


def test_a_lead_of_a_township_sees_the_township_unless_the_row_says_the_whole_county(county):
    make_organisation("柳湾司法所", kind="justice_office", locality=county.liuwan)
    lead = ("组长", "柳湾司法所", "司法所")
    rows = [("钱五", "qian.wu", *lead, None), ("孙六", "sun.liu", *lead, "石桥镇"), ("周七", "zhou.qi", *lead, "全市")]

    found = imported(county, rows)

    assert [user.locality_id for user, _ in found.made] == [county.liuwan.id, county.shiqiao.id, None]
    assert found.county_wide == ("周七",)


def test_who_would_see_the_whole_county_because_nothing_was_said_is_named_instead(county):
    rows = [("钱五", "qian.wu", "组长", "云川市司法局", "司法局"), ("李八", "li.ba", "管理员", "云川市司法局", None)]

    old_template = imported(county, rows, head=HEAD[:5])

    assert old_template.mistakes == [Mistake("人员", row, "查看范围", "（空）", SCOPE) for row in (2, 3)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空的"),
        (b"PK\x03\x04 broken", "已损坏"),
        ("姓名，账号".encode(), "不是 .xlsx"),
        (workbook([]), "没有人员"),
        (b"x" * (importing.FILE_LIMIT_BYTES + 1), "2 MB"),
        (workbook([("甲", f"user{n}", "监督员", "云川市司法局", "司法局") for n in range(501)]), "501"),
    ],
    ids=range(6),
)
def test_a_file_that_is_no_such_spreadsheet_is_refused_in_words(county, content, word):
    found = importing.import_users(county.wu, content)

    assert found.made == []
    assert word in found.mistakes[0].expected


def test_missing_columns_are_named(county):
    assert [(one.column, one.value) for one in imported(county, GOOD, head=("姓名", "帐号")).mistakes] == [
        ("账号", "（缺）"), ("角色", "（缺）"), ("所属机构", "（缺）"), ("组成来源", "（缺）"),
    ]  # fmt: skip


def test_what_a_clerk_and_a_spreadsheet_do_to_cells_is_understood(county):
    def change(book):
        sheet = book["人员"]
        sheet.insert_rows(1, amount=2)
        sheet["A1"] = "云川市监督人员名单"
        sheet.merge_cells("A1:F1")
        sheet.merge_cells("D4:D5")
        notes = book.create_sheet("填写说明", 0)
        notes["A1"] = "姓名请写全"
        book.create_sheet("旧名单").sheet_state = "hidden"

    rows = [
        (" 王　五 ", "ＷＡＮＧ.wu\u200b", "监督员 ", "云川市\u200b司法局", "司法局"),
        ("赵\u202e六", 13800000001.0, "监督员", None, "司法局"),
    ]
    head = ("姓名*", "账号（登录用）", "角色", "所属机构", "组成来源", "查看范围")

    found = imported(county, rows, head=head, change=change)

    assert found.mistakes == []
    assert [(user.name, user.username) for user, _ in found.made] == [("王五", "wang.wu"), ("赵六", "13800000001")]
    assert {user.organisation.name for user, _ in found.made} == {"云川市司法局"}


def test_dates_truth_values_numbers_and_broken_formulas_are_no_names(county):
    rest = ("监督员", "云川市司法局", "司法局")
    rows = [
        (date(2026, 11, 23), "a.one", *rest),
        (True, "a.two", *rest),
        (138, "a.three", *rest),
        ("#N/A", "a.four", *rest),
        ("甲五", "1.38E+10", *rest),
        ("甲六", date(2026, 11, 23), *rest),
        ("甲\n七", "a.seven", *rest),
    ]

    found = imported(county, rows)

    assert set(places(found)) == {
        (2, "姓名"), (3, "姓名"), (4, "姓名"), (5, "姓名"), (6, "账号"), (7, "账号"), (8, "姓名"),
    }  # fmt: skip
    assert found.mistakes[0] == Mistake("人员", 2, "姓名", "2026-11-23", "文字，不是日期")


def test_a_name_that_no_column_holds_is_named_and_not_an_error_of_the_server(county):
    found = imported(county, [("长" * 61, "chang", "监督员", "云川市司法局", "司法局"), *GOOD])

    assert found.mistakes == [Mistake("人员", 2, "姓名", "长" * 60 + "…", "1–60 个字的姓名")]


def test_an_origin_that_the_organisation_cannot_have_is_named_as_the_form_names_it(county):
    found = imported(county, [("甲一", "jia.yi", "监督员", "云川市人大常委会", "政协")])

    assert places(found) == [(2, "组成来源")]


def test_a_user_name_that_differs_only_in_width_or_case_is_taken(county):
    make_user(username="zhao")

    assert places(imported(county, [("甲一", "ＺＨＡＯ", "监督员", "云川市司法局", "司法局")])) == [(2, "账号")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_of_a_chinese_office_is_understood(county, encoding):
    lines = [HEAD, *(tuple(cell or "" for cell in row) for row in GOOD)]
    content = "\r\n".join(",".join(line) for line in lines).encode(encoding)

    found = importing.import_users(county.wu, content, name="人员.CSV")

    assert [user.name for user, _ in found.made] == ["甲一", "乙二", "丙三"]


def test_two_lists_in_one_file_are_not_silently_one(county):
    def change(book):
        other = book.create_sheet("第二批")
        other.append(HEAD)
        other.append(GOOD[1])

    found = imported(county, GOOD[:1], change=change)

    assert [(one.sheet, one.value) for one in found.mistakes] == [("第二批", "又一张名单")]


def test_a_hidden_list_is_named(county):
    def change(book):
        book["人员"].sheet_state = "hidden"
        book.active = book.create_sheet("封面")

    assert [one.value for one in imported(county, GOOD, change=change).mistakes] == ["（隐藏的表）"]


def test_the_template_offers_what_may_stand_and_its_example_makes_nobody(county):
    with unit_of_work():
        make_organisation("=1+1", kind="congress")
    content = import_template.template()
    book = load_workbook(io.BytesIO(content))

    assert [cell.value for cell in book["人员"][1]] == list(HEAD)
    allowed = {cell for row in book["可填的内容"].values for cell in row}
    assert {"监督员", "检察院", "云川市司法局", "柳湾镇", "全市"} <= allowed
    assert {str(one.sqref) for one in book["人员"].data_validations.dataValidation} == {
        "C2:C501", "D2:D501", "E2:E501", "F2:F501",
    }  # fmt: skip
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"], "no formula"
    assert "没有人员" in importing.import_users(county.wu, content).mistakes[0].expected


def test_only_administrators_import(county):
    with pytest.raises(NotAllowed):
        importing.import_users(county.qian, workbook(GOOD))
