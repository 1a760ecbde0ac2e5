"""`flask people …`."""

import re

import pytest
from factories import PASSWORD

from fieldapp.errors import NotAllowed
from fieldapp.people import operations, queries


@pytest.fixture
def run(app):
    def run(*arguments, **kwargs):
        return app.test_cli_runner().invoke(args=["people", *arguments], **kwargs)

    return run


def sign_in(username, password):
    return operations.sign_in(username, password, address="203.0.113.5", browser="test")


def test_the_first_administrator_is_made_on_an_empty_system(app, run):
    result = run("add", "first.admin", "--name", "甲一", "--role", "admin", "--organisation", "云川市司法局",
                 "--organisation-kind", "justice_bureau")  # fmt: skip

    password = re.search(r"初始密码（只显示这一次）：(\S+)", result.output)[1]
    assert result.exit_code == 0
    assert sign_in("first.admin", password)[0].must_change_password


def test_a_password_can_come_on_standard_input_and_is_not_shown(county, run):
    result = run("add", "jia.yi", "--name", "甲一", "--role", "supervisor", "--organisation", "云川市司法局",
                 "--origin", "justice_bureau", "--password-from-stdin", input="tidy-Heron-41-lake\n")  # fmt: skip

    assert result.exit_code == 0
    assert "Heron" not in result.output
    assert sign_in("jia.yi", "tidy-Heron-41-lake")


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "jia.yi", "--name", "甲", "--role", "admin", "--organisation", "没有的局"),
        ("add", "wangwu", "--name", "甲", "--role", "admin", "--organisation", "云川市司法局"),
        ("disable", "nobody", "--reason", "x"),
        ("disable", "wu", "--reason", "x"),
        ("enable", "nobody"),
        ("unlock", "nobody"),
        ("set-password", "nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_and_fails(county, run, arguments):
    result = run(*arguments)

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert re.search(r"[\u4e00-\u9fff]", result.output)


def test_accounts_are_listed_disabled_and_enabled(county, run):
    assert "lisi\t李四\t监督员" in run("list", "--role", "supervisor").output

    assert run("disable", "lisi", "--reason", "调离").exit_code == 0
    assert "lisi" not in run("list").output
    assert "停用：调离" in run("list", "--all").output
    with pytest.raises(NotAllowed):
        sign_in("lisi", PASSWORD)
    assert run("enable", "lisi").exit_code == 0
    assert sign_in("lisi", PASSWORD)


def test_a_reset_password_replaces_the_old_one(county, run):
    result = run("set-password", "lisi")

    once = re.search(r"一次性密码（只显示这一次）：(\S+)", result.output)[1]
    assert sign_in("lisi", once)


def test_a_locked_account_is_opened(county, run):
    for _ in range(5):
        with pytest.raises(operations.WrongPair):
            sign_in("lisi", "wrong")

    assert "5 次" in run("unlock", "lisi").output

    assert sign_in("lisi", PASSWORD)


def test_a_lost_phone_is_signed_out_from_the_shell(county, run):
    sign_in("lisi", PASSWORD)

    assert "1 个登录" in run("end-sign-ins", "lisi").output
    assert queries.sign_ins_of(county.li_si) == []


@pytest.mark.parametrize("command", ["list", "add", "set-password", "disable", "enable", "unlock", "end-sign-ins"])
def test_every_command_explains_itself_in_plain_words(run, command):
    assert re.search(r"[\u4e00-\u9fff]{4}", run(command, "--help").output)
