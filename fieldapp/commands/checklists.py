"""flask checklists …: 清单管理."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fieldapp.checklists import articles, operations, queries, shipped
from fieldapp.checklists import content as contents
from fieldapp.checklists.content import Content
from fieldapp.checklists.differences import Differences, compare
from fieldapp.checklists.exporting import to_xlsx, to_yaml
from fieldapp.checklists.importing import Imported, from_file
from fieldapp.checklists.meanings import taken_over, unasked
from fieldapp.clock import day_and_time
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.errors import FieldappError

checklists = SpokenGroup("checklists", help="清单：列出、发布默认清单、导出、导入。")


@checklists.command("list")
def list_versions() -> None:
    """列出全部清单版本及其状态。"""
    for version in queries.all_versions():
        state = queries.STATES[queries.state_of(version)]
        items = len(contents.load(version.content).owed)
        click.echo(f"{version.id}\t{state}\t{items} 项\t{day_and_time(version.published_at)}\t{version.title}")
    if not queries.all_versions():
        click.echo("还没有清单。运行 flask checklists publish-default 发布默认清单。")


@checklists.command("publish-default")
@click.option("--list", "name", type=click.Choice(list(shipped.LISTS)), default=shipped.FIELD, show_default=True,
              help="field：现场用的五大类；county：县里的五大类。")  # fmt: skip
def publish_default(name: str) -> None:
    """发布程序自带的清单（48 项 100 分）；已有现行清单时存为拟定稿。已在库里则不做改动。"""
    version, is_new = operations.publish_default(None, name)
    state = queries.STATES[queries.state_of(version)]
    words = "已发布。" if version.published_at else "已存为拟定稿，请在“清单管理”页看过差别后发布。"
    click.echo(f"{version.id}：{words}" if is_new else f"{version.id}：已存在（{state}），没有改动。")


@checklists.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--version", "version_id", help="清单版本，如 field-2026-1；不写即现行版本。")
def export(file: Path, version_id: str | None) -> None:
    """把一个清单版本写入 FILE(.xlsx 或 .yaml)。"""
    with _plain_errors():
        version = queries.find(version_id) if version_id else queries.current()
        if version is None:
            raise click.ClickException("还没有现行清单。")
        content = contents.load(version.content)
        if file.suffix.lower() in (".yaml", ".yml"):
            file.write_text(to_yaml(content), encoding="utf-8")
        elif file.suffix.lower() == ".xlsx":
            file.write_bytes(to_xlsx(content))
        else:
            raise click.ClickException("文件名须以 .xlsx 或 .yaml 结尾。")
    click.echo(f"{version.id} 已写入 {file}。")


@checklists.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查、只显示差别，什么都不保存。")
@click.option("--publish", is_flag=True, help="检查通过后立即发布为现行版本；不写则只存为拟定稿。")
def import_(file: Path, dry_run: bool, publish: bool) -> None:
    """读入清单文件 FILE（.xlsx 或 .yaml）：列出全部错误，或列出与现行版本的差别后存为拟定稿。"""
    if dry_run and publish:
        raise click.UsageError("--dry-run 与 --publish 只能用一个。")
    with _plain_errors():
        imported = from_file(file.name, file.read_bytes())
        if imported.content is None:
            _say_mistakes(imported)
            raise click.ClickException(f"共 {len(imported.mistakes)} 处错误，没有导入。")
        newest, content = queries.current(), imported.content
        if newest is not None:
            before = contents.load(newest.content)
            content = taken_over(content, before) if imported.says_no_meanings else content
            _say_differences(compare(before, content))
        _say_meanings(content, is_taken_over=imported.says_no_meanings)
        if dry_run:
            click.echo("检查通过，没有保存（--dry-run）。")
            return
        version = operations.propose(None, imported.content, says_no_meanings=imported.says_no_meanings)
        if publish:
            operations.publish(None, version.id)
    click.echo(f"{version.id}:" + ("已发布为现行版本。" if publish else "已存为拟定稿，请在“清单管理”页确认后发布。"))


@checklists.command("statute-replaced")
@click.argument("name")
@click.option("--by", "successor", help="新法的名称；写了就说明新法的原文是否已收录。")
def statute_replaced(name: str, successor: str | None) -> None:
    """列出引用法规 NAME 的每一项：程序自带的两份清单和库里的每个版本。NAME 如“行政处罚法”，可以不写修订年份。"""
    found = 0
    for title, content in _every_list():
        touched = articles.citing(content, name)
        found += len(touched)
        if touched:
            click.echo(f"{title}：{len(touched)} 处")
        for item, words in touched:
            click.echo(f"  {item.code} {item.title}：{words}")
    if not found:
        raise click.ClickException(f"没有哪一项引用“{name}”。请用清单里的写法，如“行政处罚法”。")
    click.echo(f"共 {found} 处。逐处对照新法核过以前，请在清单里改为“待核”，再发布新版。")
    if successor:
        known = [law for law in articles.laws().values() if articles.is_named(law.law, successor)]
        stored = [article for law in known for article in law.articles.values() if article.paragraphs]
        click.echo(f"“{successor}”：" + (f"已收录 {len(stored)} 条原文。" if stored else "还没有收录原文。"))


def _every_list() -> Iterator[tuple[str, Content]]:
    for one in shipped.LISTS.values():
        yield f"程序自带 {one.title}", one.load()
    for version in queries.all_versions():
        yield f"{version.id}（{queries.STATES[queries.state_of(version)]}）", contents.load(version.content)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turns a refusal into one sentence on the terminal instead of a traceback."""
    try:
        yield
    except FieldappError as error:
        raise click.ClickException(error.title) from error


def _say_meanings(content: Content, *, is_taken_over: bool) -> None:
    if is_taken_over:
        click.echo("文件没有“印证事实”“首屏”“选做”三列，按代码沿用现行版本的（没有现行版本时用默认清单的）。")
    for words in unasked(content):
        click.echo(f"注意：没有一项问到“{words}”，三方印证时监督员一方空着。")


def _say_mistakes(imported: Imported) -> None:
    for one in imported.mistakes:
        row = f"第 {one.row} 行" if one.row else "整表"
        click.echo(f"表“{one.sheet}” {row} 列“{one.column}”：现值 {one.value}，应为 {one.expected}", err=True)


def _say_differences(found: Differences) -> None:
    if found.is_empty:
        click.echo("与现行版本完全相同。")
    for change in found.general:
        click.echo(f"* {change.name}：{change.old or '（空）'} → {change.new or '（空）'}")
    for item in found.added:
        click.echo(f"+ {item.code} {item.title}（{item.weight} 分）")
    for item in found.removed:
        click.echo(f"- {item.code} {item.title}（{item.weight} 分）")
    for changed in found.changed:
        for change in changed.fields:
            click.echo(f"~ {changed.code} {change.name}：{change.old or '（空）'} → {change.new or '（空）'}")
