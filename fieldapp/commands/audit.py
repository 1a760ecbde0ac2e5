"""`flask audit …`: is everything as it was filed, and heads of the chain to be kept elsewhere."""

import json
import os
import time
from pathlib import Path

import click

from fieldapp.audit import projections, queries
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.errors import FieldappError
from fieldapp.extensions import db
from fieldapp.filing import heads
from fieldapp.keeping.database_dump import fault_of_pages
from fieldapp.keeping.standing_jobs import PROJECTIONS
from fieldapp.keeping.verification import verify

_SHOWN = 20

audit = SpokenGroup("audit", help="审计链：核对是否被改动，导出签名的链首和全链。")


@audit.command("verify", help="核对审计链、回执、每版内容、列表各行与证据原件；有问题时指出最早的一处，退出码 1。")
@click.option(
    "--heads", "kept", multiple=True, type=click.Path(exists=True, path_type=Path),
    help="保存在别处的链首或手机回执（JSON 文件或目录），可写多次。没有它，整链重算查不出",
)  # fmt: skip
@click.option("--files", is_flag=True, help="同时重读每个证据原件，核对 SHA-256（慢）")
def verify_all(kept: tuple[Path, ...], files: bool) -> None:
    """Says what stands, and names the first thing that does not."""
    try:
        outside = heads.read_witnesses(kept)
    except FieldappError as error:
        raise click.ClickException(error.title) from error
    if damage := fault_of_pages(db.engine):
        raise click.ClickException(f"不完整。{damage}。")
    verdict = verify(outside, with_files=files)
    if verdict.first is None:
        click.echo(
            f"完整：审计链 {verdict.entries} 条，回执 {verdict.records} 份，外部凭证 {len(outside.heads)} 份，一致。"
        )
        if not kept:
            click.echo("提示：没有用到保存在别处的链首（--heads），整链重算要靠它才能发现。")
        return
    for finding in verdict.findings[:_SHOWN]:
        place = f"第 {finding.sequence} 条" if finding.sequence is not None else "链外"
        click.echo(f"{place}：{finding.words}", err=True)
    if len(verdict.findings) > _SHOWN:
        click.echo(f"…… 共 {len(verdict.findings)} 处", err=True)
    raise click.ClickException("不完整。最早的一处见第一行。请停止写入，保留数据库与文件的副本，再作处理。")


@audit.command("head", help="显示签名的链首（JSON）；--to 写入文件。")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="写入这个文件")
def head(target: Path | None) -> None:
    """Prints the signed head, or writes it."""
    text = json.dumps(_signed_head(), indent=2) + "\n"
    if target is None:
        click.echo(text, nl=False)
        return
    target.write_text(text, encoding="utf-8")
    click.echo(f"已写入 {target}")


@audit.command("export-head", help="把签名的链首写进目录，每次一个文件；供每日定时任务用，目录应在别的机器上。")
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="目录")
def export_head(folder: Path) -> None:
    """Writes one file a call."""
    try:
        path = heads.export_head(folder)
    except FieldappError as error:
        raise click.ClickException(error.title) from error
    click.echo(f"已写入 {path}")


@audit.command(
    "export-chain", help="把全部审计条目写入文件（每行一条 JSON），供不信任本机的人用 verify_receipts.py 核对。"
)
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def export_chain(target: Path) -> None:
    """Writes every entry, oldest first, as it is hashed."""
    count = 0
    with target.open("w", encoding="utf-8") as file:
        for entry in queries.every_entry():
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    click.echo(f"已写入 {count} 条：{target}")


@audit.command("project", help="把三方印证、答题明细补算到审计链的末尾，并说明各落后多少；--rebuild 清空后从头算。")
@click.option("--rebuild", "is_rebuild", is_flag=True, help="清空（表留着），从审计链的第一条起重算；服务不必停")
def project(is_rebuild: bool) -> None:
    """One line a projection: how far it was behind, and how long that took."""
    for one in PROJECTIONS:
        before, begun = projections.standing(one), time.monotonic()
        behind = f"落后 {before.entries} 条、{before.seconds} 秒" if before.entries else "没有落后"
        click.echo(f"{one.words}：{'清空重算' if is_rebuild else behind} …")
        for left in projections.rebuild(one) if is_rebuild else projections.until_caught_up(one):
            if left:
                click.echo(f"  还有 {left} 条")
        click.echo(f"{one.words}：已到审计链末尾（{time.monotonic() - begun:.1f} 秒）")


def _signed_head() -> dict[str, object]:
    try:
        return heads.signed_head()
    except FieldappError as error:
        raise click.ClickException(error.title) from error
