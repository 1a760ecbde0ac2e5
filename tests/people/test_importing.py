"""Accounts from a spreadsheet."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from fieldapp.errors import NotAllowed
from fieldapp.people import importing, operations, queries

HEAD = ("姓名", "账号", "角色", "所属机构", "组成来源")
GOOD = [
    ("甲一", "jia.yi", "监督员", "云川市司法局", "司法局"),
    ("乙二", "yi.er", "组长", "云川市人大常委会", "人大"),
    ("丙三", "bing.san", "行政执法机关联络员", "云川市应急管理局", None),
]


def workbook(rows, head=HEAD):
    book = Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_each_row_becomes_an_account_with_a_password_of_its_own(county):
    imported = importing.import_users(county.wu, workbook(GOOD))

    assert imported.mistakes == []
    assert [user.username for user, _ in imported.made] == ["jia.yi", "yi.er", "bing.san"]
    assert len({password for _, password in imported.made}) == 3
    user, password = imported.made[0]
    assert operations.sign_in(user.username, password, address="203.0.113.5", browser="test")[0].must_change_password


def test_with_one_mistake_nobody_is_made_and_all_mistakes_are_named_with_row_and_column(county):
    rows = [*GOOD, ("", "zhangsan", "皇帝", "没有的局", "月亮"), ("丁四", "jia.yi", "监督员", "云川市司法局", "司法局")]

    imported = importing.import_users(county.wu, workbook(rows))

    assert imported.made == []
    assert {(mistake.row, mistake.column) for mistake in imported.mistakes} == {
        (5, "姓名"), (5, "账号"), (5, "角色"), (5, "组成来源"), (6, "账号"),
    }  # fmt: skip
    assert queries.users(role="liaison") == [county.zheng]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "Excel"),
        (b"PK\x03\x04 broken", "Excel"),
        ("姓名，账号".encode(), "Excel"),
        (workbook([]), "没有人员"),
        (workbook(GOOD, head=("名字",)), "列名"),
        (b"x" * (importing.FILE_LIMIT_BYTES + 1), "2 MB"),
        (workbook([("甲", f"user{n}", "监督员", "云川市司法局", "司法局") for n in range(501)]), "500"),
    ],
)
def test_a_file_that_is_no_such_spreadsheet_is_refused_in_words(county, content, word):
    imported = importing.import_users(county.wu, content)

    assert imported.made == []
    assert word in imported.mistakes[0].words


def test_the_template_has_the_columns_and_says_what_may_stand_in_them(county):
    book = load_workbook(io.BytesIO(importing.template()))

    assert [cell.value for cell in book["人员"][1]] == list(HEAD)
    allowed = {cell for row in book["可填的内容"].values for cell in row}
    assert {"监督员", "检察院", "云川市司法局"} <= allowed


def test_only_administrators_import(county):
    with pytest.raises(NotAllowed):
        importing.import_users(county.qian, workbook(GOOD))
