"""flask checklists …"""

import pytest
from openpyxl import load_workbook

from fieldapp.checklists import queries


@pytest.fixture
def run(app):
    def run(*words):
        return app.test_cli_runner().invoke(args=["checklists", *map(str, words)])

    return run


@pytest.fixture
def workbook(run, tmp_path):
    """The default, exported to a file."""
    assert run("publish-default").exit_code == 0
    file = tmp_path / "清单.xlsx"
    assert run("export", file).exit_code == 0
    return file


def change(file, **cells):
    book = load_workbook(file)
    for cell, value in cells.items():
        book["指标"][cell] = value
    book.save(file)


@pytest.mark.parametrize("command", ["list", "publish-default", "export", "import", "statute-replaced"])
def test_each_command_explains_itself_in_chinese(run, command):
    answer = run(command, "--help")

    assert answer.exit_code == 0
    assert "清单" in answer.output


def test_the_default_is_published_once_and_listed(run):
    first, second, listed = run("publish-default"), run("publish-default"), run("list")

    assert "已发布" in first.output
    assert "没有改动" in second.output
    assert listed.output.split("\t")[:3] == ["field-2026-1", "现行", "48 项"]


def test_an_empty_list_says_what_to_do(run):
    assert "publish-default" in run("list").output


def test_a_dry_run_shows_the_differences_and_stores_nothing(run, workbook):
    change(workbook, D2="换一种问法？")

    answer = run("import", workbook, "--dry-run")

    assert answer.exit_code == 0
    assert "~ A01 问题" in answer.output
    assert [version.id for version in queries.all_versions()] == ["field-2026-1"]


def test_an_import_waits_for_confirmation_unless_publish_is_said(run, workbook):
    change(workbook, D2="换一种问法？")
    proposed = run("import", workbook)
    change(workbook, D2="再换一种问法？")
    published = run("import", workbook, "--publish")

    states = sorted((version.id, queries.state_of(version)) for version in queries.all_versions())
    assert "拟定稿" in proposed.output
    assert "已发布" in published.output
    assert sorted(state for _, state in states) == ["current", "proposed", "retired"]


def test_mistakes_are_listed_and_fail_the_command(run, workbook):
    change(workbook, J2="许多", F3="胡写")

    answer = run("import", workbook, "--publish")

    assert answer.exit_code == 1
    assert "表“指标” 第 2 行 列“分值”：现值 许多，应为 1–100 的整数" in answer.output
    assert "共 2 处错误" in answer.output
    assert queries.current().id == "field-2026-1"


def test_yaml_goes_out_and_an_unchanged_one_is_not_taken_again(run, workbook, tmp_path):
    assert run("export", tmp_path / "清单.yaml").exit_code == 0

    answer = run("import", tmp_path / "清单.yaml")

    assert answer.exit_code == 1
    assert "完全相同" in answer.output


def test_a_file_that_is_no_workbook_and_an_unknown_version_get_one_sentence(run, workbook, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"nothing")

    assert "不是 .xlsx 文件" in run("import", tmp_path / "x.xlsx").output
    assert "没有这一版清单" in run("export", tmp_path / "y.xlsx", "--version", "field-1999-1").output
    assert "结尾" in run("export", tmp_path / "y.doc").output


def test_a_replaced_statute_lists_every_item_of_every_list_that_cites_it(run, workbook):
    answer = run("statute-replaced", "行政处罚法", "--by", "行政强制法")

    assert answer.exit_code == 0
    for title in ("程序自带 现场用的五大类", "程序自带 县里的五大类", "field-2026-1（现行）"):
        assert title in answer.output
    assert "  B02 两名以上人员执法：行政处罚法（2021修订） 第42条第1款" in answer.output
    assert "行政强制法（2011）" not in answer.output
    assert "“行政强制法”：已收录 10 条原文。" in answer.output
    assert "还没有收录原文" in run("statute-replaced", "渔业法", "--by", "新渔业法").output


def test_a_statute_that_nobody_cites_gets_a_sentence(run):
    answer = run("statute-replaced", "海商法")

    assert answer.exit_code == 1
    assert "没有哪一项引用“海商法”" in answer.output


def test_the_list_of_the_county_is_offered_too(run):
    assert "已发布" in run("publish-default", "--list", "county").output
    assert "拟定稿" in run("publish-default").output


def test_an_old_workbook_says_what_it_takes_over(run, workbook):
    book = load_workbook(workbook)
    book["指标"].delete_cols(16, 2)
    book["指标"]["D2"] = "换一种问法？"
    book["指标"]["P1"] = "不相干"
    for row in range(book["指标"].max_row, 1, -1):
        if book["指标"].cell(row, 10).value == 0:
            book["指标"].delete_rows(row)
    book.save(workbook)

    assert "按代码沿用现行版本的" in run("import", workbook, "--dry-run").output
