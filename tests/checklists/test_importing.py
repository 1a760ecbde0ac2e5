"""Reading what a clerk made of the workbook."""

import json
import zipfile
from contextlib import suppress
from copy import deepcopy
from io import BytesIO

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from fieldapp.checklists import content as contents
from fieldapp.checklists.checking import wrongs
from fieldapp.checklists.exporting import to_xlsx
from fieldapp.checklists.importing import Mistake, from_file
from fieldapp.errors import Refused

DEFAULT = contents.load_default()
ORIGINAL = to_xlsx(DEFAULT)


def edited(change):
    """The default's workbook after `change` has been done to it."""
    book = load_workbook(BytesIO(ORIGINAL))
    change(book)
    return saved(book)


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def imported(change):
    return from_file("清单.xlsx", edited(change))


def put(sheet, **cells):
    def change(book):
        for cell, value in cells.items():
            book[sheet][cell] = value

    return change


def test_every_mistake_is_said_at_once_with_its_place():
    read = imported(
        put("指标", F4="胡写", J6="abc", L7="行政处罚法|第1条", O8="火星：不许", H11="安全生产、火星", K10="也许")
    )

    assert read.content is None
    assert [(one.sheet, one.row, one.column, one.value) for one in read.mistakes] == [
        ("指标", 4, "环节", "胡写"),
        ("指标", 6, "分值", "abc"),
        ("指标", 7, "法律依据", "行政处罚法|第1条"),
        ("指标", 8, "领域说明", "火星：不许"),
        ("指标", 10, "关键项", "也许"),
        ("指标", 11, "领域", "火星"),
    ]
    assert read.mistakes[0].expected == "以下之一：案件登记、审批、实施、处理、法制审核、结果公示、案卷归档"


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "expected"),
    [
        ("指标", "A2", "A1", Mistake("指标", 2, "代码", "A1", "大类字母加两位数字，如 B01")),
        ("指标", "A3", "A01", Mistake("指标", 3, "代码", "A01", "不与前面的重复")),
        ("指标", "A3", "B77", Mistake("指标", 3, "代码", "B77", "以所属大类 A 开头")),
        ("指标", "B2", "Z", Mistake("指标", 2, "大类", "Z", "“大类”表中的代码：A、B、C、D、E")),
        ("指标", "C2", None, Mistake("指标", 2, "短标题", "（空）", "1–30 字的文字")),
        ("指标", "D2", "长" * 301, Mistake("指标", 2, "问题", "长" * 60 + "…", "1–300 字的文字")),
        ("指标", "E2", None, Mistake("指标", 2, "检查要点", "（空）", "1–20 条检查要点，每条一行，不超过 1000 字")),
        (
            "指标",
            "G2",
            None,
            Mistake("指标", 2, "方式", "（空）", "以下之一或几个，用顿号隔开：现场监督、查阅台账、案卷评查"),
        ),
        ("指标", "J2", 0, Mistake("指标", 2, "分值", "0", "1–100 的整数")),
        ("指标", "J2", 2.5, Mistake("指标", 2, "分值", "2.5", "1–100 的整数")),
        ("指标", "L2", None, Mistake("指标", 2, "法律依据", "（空）", "1–20 条法律依据，每条一行：法|条|核 或 待核")),
        ("指标", "L2", "法|条|不知道", Mistake("指标", 2, "法律依据", "法|条|不知道", "每条一行：法|条|核 或 待核")),
        ("大类", "D2", 9, Mistake("大类", 2, "项数", "9", "8（“指标”表中属于这一大类的项数）")),
        ("大类", "E2", "十七", Mistake("大类", 2, "分值", "十七", "17（“指标”表中这一大类的分值合计）")),
        ("大类", "A2", "AA", Mistake("大类", 2, "代码", "AA", "一个大写字母，如 A")),
        ("说明", "B12", None, Mistake("说明", 12, "清单标题", "（空）", "1–120 字的文字")),
        ("说明", "B18", 99, Mistake("说明", 18, "总分", "99", "与“指标”表的分值合计一致，现合计 100")),
        ("说明", "B20", "特优", Mistake("说明", 20, "关键项封顶等次", "特优", "一个等次的名称，或留空（不封顶）")),
        (
            "选项",
            "B2",
            "登记",
            Mistake("选项", 2, "环节 · 标识", "登记", "小写英文字母开头的标识，如 urban_management"),
        ),
        ("选项", "A3", "怪", Mistake("选项", 3, "类别", "怪", "以下之一：环节、方式、领域、适用情形、答案、等次")),
        (
            "选项",
            "C12",
            "安全、生产",
            Mistake("选项", 12, "领域 · 名称", "安全、生产", "名称中不能有顿号、逗号、冒号或空格"),
        ),
    ],
)
def test_a_mistake_says_sheet_row_column_value_and_what_it_should_be(sheet, cell, value, expected):
    read = imported(put(sheet, **{cell: value}))

    assert read.content is None
    assert expected in read.mistakes


def test_changed_points_must_fit_the_stated_total():
    read = imported(put("指标", J2=5))

    assert Mistake("大类", 2, "分值", "17", "19（“指标”表中这一大类的分值合计）") in read.mistakes
    assert Mistake("说明", 18, "总分", "100", "与“指标”表的分值合计一致，现合计 102") in read.mistakes


def test_counts_and_points_of_categories_may_be_left_empty():
    read = imported(put("大类", **{f"{column}{row}": None for column in "DE" for row in range(2, 7)}))

    assert read.content == DEFAULT


def test_what_clerks_and_wps_do_to_cells_is_forgiven():
    read = imported(
        put(
            "指标",
            A2="　Ａ０１ ",
            B2="ａ",
            C2=" 执法信息事前公示\u3000",
            F2=" 案件登记\n",
            G2="查阅台账\uff0c",
            H2="所有领域",
            I2=None,
            J2="３",
            K2="×",
            J3="2.0",
            J4="2 分",
            K10="★",
            G3="现场监督/查阅台账",
            L2="行政处罚法（2021修订） ｜ 第34条、第39条 ｜ 已核\r\n\r\n国办发〔2018〕118号|（四）|核",
        )
    )

    assert read.mistakes == ()
    assert read.content == DEFAULT


def test_moved_columns_empty_rows_and_a_title_above_the_header_do_no_harm():
    def change(book):
        sheet = book["指标"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        del book["指标"]
        sheet = book.create_sheet("指标 ")
        sheet.append(["行政执法监督明细表"])
        for row in rows:
            sheet.append([*reversed(row), None, "内部备注"])
            sheet.append([])

    assert imported(change).content == DEFAULT


def test_a_mistake_below_empty_rows_is_said_at_the_row_that_the_spreadsheet_shows():
    def change(book):
        book["指标"].insert_rows(5, amount=3)
        book["指标"]["J9"] = "许多"

    assert [one.row for one in imported(change).mistakes if one.column == "分值"] == [9]


def test_a_new_item_and_a_new_domain_are_taken():
    def change(book):
        book["选项"].append(["领域", "culture", "文化旅游", "拟定", None])
        book["指标"].append(
            [
                "E11",
                "E",
                "新指标",
                "新的问题是否清楚？",
                "看一看\n再看一看",
                "案卷归档",
                "查阅台账",
                "文化旅游",
                "所有执法活动",
                "2",
                "否",
                "行政处罚法|第1条|待核",
                None,
                None,
                "文化旅游：先看这里",
            ]
        )
        book["大类"]["D6"], book["大类"]["E6"], book["说明"]["B18"] = 9, 16, 102

    content = imported(change).content

    item = content.by_code["E11"]
    assert (item.look_for, item.domains, item.weight) == (("看一看", "再看一看"), ("culture",), 2)
    assert (item.basis[0].verified, item.domain_notes) == (False, (("culture", "先看这里"),))
    assert [(one.id, one.label, one.assumed) for one in content.domains][-1] == ("culture", "文化旅游", True)


@pytest.mark.parametrize("name", ["说明", "大类", "指标", "选项"])
def test_a_missing_sheet_is_named(name):
    read = imported(lambda book: book.remove(book[name]))

    assert Mistake(name, None, "", "（缺）", f"不能没有“{name}”这张表") in read.mistakes


def test_missing_and_doubled_columns_are_named():
    read = imported(put("指标", L1="依据", M1="分值"))

    assert {(one.row, one.column, one.value) for one in read.mistakes} == {
        (1, "法律依据", "（缺）"),
        (1, "拍照提示", "（缺）"),
        (1, "分值", "（重复）"),
    }


def test_control_characters_are_refused_and_not_shown_raw():
    plain = contents.to_plain(DEFAULT)
    plain["indicators"][0]["title"] = "公示\x07"

    [mistake] = from_file("a.yaml", json.dumps(plain).encode()).mistakes  # JSON is YAML

    assert (mistake.sheet, mistake.row, mistake.column, mistake.value) == ("指标", 1, "短标题", "公示�")


def archive(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name.replace("__", "/"), data)
    return file.getvalue()


TYPES = {"[Content_Types].xml": b"<Types/>"}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xlsx", b"", "空的"),
        ("a.xlsx", b"hello", "不是 .xlsx"),
        ("a.csv", "代码，大类".encode(), "不是 .xlsx"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"0" * 600, "旧格式"),
        ("a.xlsx", b"x" * (5 * 1024 * 1024 + 1), "超过 5 MB"),
        ("a.xlsx", b"x" * (10 * 1024 * 1024), "超过 5 MB"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "已损坏"),
        ("a.xlsx", ORIGINAL[: len(ORIGINAL) // 2], "已损坏"),
        ("a.xlsx", archive(**{"word__document.xml": b"<w/>"}), "不是 Excel 工作簿"),
        ("a.xlsx", archive(**TYPES), "已损坏"),
        ("a.xlsx", archive(**TYPES, **{"xl__bomb.bin": b"\0" * (31 * 1024 * 1024)}), "解开后过大"),
        ("a.xlsx", archive(**TYPES, **{f"xl__{number}": b"" for number in range(600)}), "解开后过大"),
        ("a.xlsx", archive(**TYPES, **{"xl__w.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "XML 声明"),
        ("a.yaml", b"\xff\xfe\x00", "不是有效的 YAML"),
        ("a.yaml", b"meta: [", "不是有效的 YAML"),
        ("a.yaml", b"[" * 400_000, "嵌套过深"),
        ("a.yaml", b"- " * 200_000, "不是有效的 YAML"),
        ("a.yaml", b"#" * (512 * 1024 + 1), "超过 512 KB"),
        ("a.yaml", b"- 1", "没有清单的内容"),
        ("a.yaml", b"a: &a [1]\nb: [*a, *a]", "别名"),
        ("a.yaml", b"!!python/object/apply:os.system ['true']", "不是有效的 YAML"),
    ],
    ids=range(21),
)
def test_a_file_that_is_no_checklist_gets_a_plain_sentence(name, data, words):
    with pytest.raises(Refused) as refusal:
        from_file(name, data)

    assert words in refusal.value.title
    assert refusal.value.status == 422


def test_a_workbook_of_something_else_names_the_sheets_it_lacks():
    book = Workbook()
    book.active["A1"] = "工资表"

    assert [one.sheet for one in from_file("a.xlsx", saved(book)).mistakes] == ["说明", "大类", "指标", "选项"]


@given(st.integers(0, len(ORIGINAL) - 1), st.binary(min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_refused_or_read_but_never_an_accident(at, noise):
    damaged = ORIGINAL[:at] + noise + ORIGINAL[at + len(noise) :]

    with suppress(Refused):  # a sentence for the clerk; anything else that is raised fails this test
        read = from_file("a.xlsx", damaged)
        assert (read.content is None) == bool(read.mistakes)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
PLAIN = yaml.safe_load(contents.DEFAULT_FILE.read_text(encoding="utf-8"))


def places_in(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, inner in children:
        yield from places_in(inner, (*path, key))


@given(st.sampled_from([path for path in places_in(PLAIN) if path]), JUNK)
@settings(max_examples=200, deadline=None)
def test_junk_anywhere_is_pointed_at_and_never_an_accident(path, junk):
    plain = deepcopy(PLAIN)
    inner = plain
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk

    mistakes = wrongs(plain)

    assert all(mistake.section and mistake.expected for mistake in mistakes)
    if not mistakes:
        assert contents.load(contents.dump(contents.from_plain(plain))) == contents.from_plain(plain)
