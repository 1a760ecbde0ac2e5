"""The workbook that a clerk gets."""

from io import BytesIO

import pytest
from checklist_strategies import checklists
from hypothesis import given, settings
from openpyxl import load_workbook

from fieldapp.checklists.content import load_default
from fieldapp.checklists.exporting import to_xlsx, to_yaml
from fieldapp.checklists.importing import from_file


@pytest.fixture(scope="module")
def book():
    return load_workbook(BytesIO(to_xlsx(load_default())))


def rules_of(sheet):
    return {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}


def test_the_default_goes_to_a_workbook_and_comes_back_identical():
    read = from_file("清单.xlsx", to_xlsx(load_default()))

    assert (read.mistakes, read.content) == ((), load_default())


def test_the_default_goes_to_yaml_and_comes_back_identical():
    read = from_file("清单.yaml", to_yaml(load_default()).encode())

    assert (read.mistakes, read.content) == ((), load_default())


@given(checklists())
@settings(max_examples=40, deadline=None)
def test_any_checklist_goes_to_a_workbook_and_comes_back_identical(content):
    read = from_file("清单.xlsx", to_xlsx(content))

    assert (read.mistakes, read.content) == ((), content)


@given(checklists())
@settings(max_examples=40, deadline=None)
def test_any_checklist_goes_to_yaml_and_comes_back_identical(content):
    read = from_file("清单.yml", to_yaml(content).encode())

    assert (read.mistakes, read.content) == ((), content)


@given(checklists())
@settings(max_examples=20, deadline=None)
def test_no_cell_can_be_taken_for_a_formula(content):
    book = load_workbook(BytesIO(to_xlsx(content)))

    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not (isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t", "\r")))


def test_there_are_the_four_sheets_with_their_columns(book):
    assert book.sheetnames == ["说明", "大类", "指标", "选项"]
    assert [cell.value for cell in book["指标"][1]] == [
        "代码",
        "大类",
        "短标题",
        "问题",
        "检查要点",
        "环节",
        "方式",
        "领域",
        "适用情形",
        "分值",
        "关键项",
        "法律依据",
        "拍照提示",
        "不适用提示",
        "领域说明",
        "印证事实",
        "首屏",
        "选做",
    ]
    assert book["指标"].max_row == 54


def test_the_header_stays_in_sight_and_on_every_printed_page(book):
    sheet = book["指标"]

    assert sheet.freeze_panes == "D2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet["E2"].alignment.wrap_text


def test_closed_lists_are_chosen_from_a_drop_down(book):
    rules = rules_of(book["指标"])

    words = {
        cell: [one.value for row in book[sheet][span] for one in row]
        for cell, sheet, span in (("F2", "选项", "C2:C8"), ("I2", "选项", "C19:C31"), ("B2", "大类", "A2:A6"))
    }
    assert rules["F2"].formula1 == "选项!$C$2:$C$8"
    assert words["F2"] == [stage.label for stage in load_default().stages]
    assert rules["I2"].formula1 == "选项!$C$19:$C$31"
    assert words["I2"] == [choice.label for choice in load_default().circumstances]
    assert words["B2"] == ["A", "B", "C", "D", "E"]
    assert rules["K2"].formula1 == '"是,否"'
    assert (rules["J2"].type, rules["J2"].formula1, rules["J2"].formula2) == ("whole", "0", "100")
    assert rules["P2"].formula1 == '"出示执法证件,告知权利义务,全过程记录,告知正在录音录像,使用文明用语"'
    assert rules["Q2"].formula1 == rules["R2"].formula1 == '"是,否"'


def test_an_unverified_citation_says_so_in_its_cell(book):
    cells = [row[11].value for row in book["指标"].iter_rows(min_row=2) if row[0].value == "B10"]

    assert cells == [
        "国办发〔2024〕54号|九（按主题，条文待核）|待核\n苏州市行政检查办法（市政府令第169号）|条号待核|待核\n江苏省行政程序条例|条号待核|待核"
    ]
