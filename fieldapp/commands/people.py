"""`flask people …`: accounts from the shell, for the first administrator and for when nobody can sign in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from fieldapp.access import ROLES
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.errors import FieldappError, NotFound
from fieldapp.people import accounts, lockout, operations, passwords, queries, registers
from fieldapp.people.accounts import Account
from fieldapp.people.models import MEMBER_ORIGINS, ORGANISATION_KINDS
from fieldapp.people.registers import OrganisationDraft

BOTH = "admin"  # the one administrator of a small county, as before there were two

people = SpokenGroup("people", help="人员账号：列出、新建、重置密码、停用、启用、解除锁定。")


@people.command("list", help="列出账号。--role 只看一种角色；--all 连停用的也列出。")
@click.option("--role", type=click.Choice(list(ROLES)), help="只看这种角色")
@click.option("--all", "with_disabled", is_flag=True, help="也列出已停用的账号")
def list_people(role: str | None, with_disabled: bool) -> None:
    """Prints one account a line, separated by tabs: user name, name, roles, organisation, state."""
    for user in queries.users(*([role] if role else []), with_disabled=with_disabled):
        state = "在用" if user.is_active else f"停用：{user.disabled_reason or ''}"
        click.echo("\t".join((user.username, user.name, user.role_words, user.organisation.name, state)))


@people.command("add", help="新建账号。机构不存在时用 --organisation-kind 一并建立。不给密码则随机生成并显示一次。")
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([*ROLES, BOTH]),
    help="角色，可以写几次：一人兼任几种；admin 即 system 和 security",
)
@click.option("--organisation", required=True, help="所属机构的全称")
@click.option("--organisation-kind", type=click.Choice(list(ORGANISATION_KINDS)), help="机构不存在时按这种类别建立")
@click.option("--origin", type=click.Choice(list(MEMBER_ORIGINS)), help="组成来源（监督员、组长必填）")
@click.option("--password-from-stdin", is_flag=True, help="从标准输入读密码（一行），不出现在命令行里")
def add(
    username: str,
    name: str,
    roles: tuple[str, ...],
    organisation: str,
    organisation_kind: str | None,
    origin: str | None,
    password_from_stdin: bool,
) -> None:
    """Makes an account; the password is invented unless it comes on standard input."""
    with _in_words():
        held = {one for role in roles for one in (("system", "security") if role == BOTH else (role,))}
        account = Account(username, name, held, _organisation_id(organisation, organisation_kind), origin)
        password = _read_password() if password_from_stdin else passwords.invent(username=username)
        made = accounts.create_user(None, account, password=password)
    click.echo(f"已建立账号 {username}（{made.role_words}）。首次登录须修改密码。")
    if not password_from_stdin:
        click.echo(f"初始密码（只显示这一次）：{password}")


@people.command("set-password", help="重置密码，并结束该账号的所有登录。下次登录须修改密码。")
@click.argument("username")
@click.option("--password-from-stdin", is_flag=True, help="从标准输入读密码（一行）；不给则随机生成并显示一次")
def set_password(username: str, password_from_stdin: bool) -> None:
    """Gives an account a password for one sign-in."""
    with _in_words():
        user = queries.find_by_username(username)
        given = _read_password() if password_from_stdin else None
        chosen = accounts.reset_password(None, user.id, password=given)
    click.echo(f"已重置 {user.username} 的密码，原有登录已全部结束。")
    if given is None:
        click.echo(f"一次性密码（只显示这一次）：{chosen}")


@people.command("disable", help="停用账号并结束其所有登录。已有记录全部保留。")
@click.argument("username")
@click.option("--reason", required=True, help="停用原因，例如“调离”")
def disable(username: str, reason: str) -> None:
    """Shuts an account."""
    with _in_words():
        accounts.disable_user(None, queries.find_by_username(username).id, reason=reason)
    click.echo(f"已停用 {username}。")


@people.command("enable", help="重新启用已停用的账号，密码不变。")
@click.argument("username")
def enable(username: str) -> None:
    """Opens an account again."""
    with _in_words():
        accounts.enable_user(None, queries.find_by_username(username).id)
    click.echo(f"已启用 {username}。")


@people.command("unlock", help="清除账号的登录失败次数，立即解除锁定。")
@click.argument("username")
def unlock(username: str) -> None:
    """Forgets the failed sign-ins of an account."""
    with _in_words():
        count = lockout.unlock(None, username)
    click.echo(f"已清除 {username} 的 {count} 次登录失败。")


@people.command("end-sign-ins", help="结束账号在所有设备上的登录（手机遗失时用）。未上传的记录仍在手机里。")
@click.argument("username")
def end_sign_ins(username: str) -> None:
    """Signs an account out everywhere."""
    with _in_words():
        count = operations.end_all_sign_ins(None, queries.find_by_username(username).id)
    click.echo(f"已结束 {username} 的 {count} 个登录。")


@contextmanager
def _in_words() -> Iterator[None]:
    """Turns a refusal into one line for each thing that is wrong, and exit code 1."""
    try:
        yield
    except FieldappError as error:
        lines = [error.title, *(f"  {fault.detail}" for fault in error.faults)]
        raise click.ClickException("\n".join(lines)) from error


def _organisation_id(name: str, kind: str | None) -> str:
    for organisation in queries.organisations(with_disabled=True):
        if name in (organisation.name, organisation.short_name):
            return organisation.id
    if kind is None:
        raise NotFound(f"没有“{name}”这个机构。先在管理页建立，或加 --organisation-kind 一并建立。")
    return registers.create_organisation(None, OrganisationDraft(kind=kind, name=name, short_name=name[:40])).id


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")
