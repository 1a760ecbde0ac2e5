"""`flask records …`: what is on file, and bringing in what a phone could not send. Prints no personal data."""

from pathlib import Path

import click

from fieldapp.access import may
from fieldapp.clock import china
from fieldapp.commands.erasing import erase_person, erase_record
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.errors import FieldappError
from fieldapp.filing import kinds, receipts
from fieldapp.filing import records as filed
from fieldapp.keeping import rescue
from fieldapp.keeping.rescue_package import Package
from fieldapp.observations import queries
from fieldapp.observations.rules import STATES
from fieldapp.people import queries as people

records = SpokenGroup("records", help="监督记录：列出、查看一份的版本与回执、导入救援包、依法删除个人信息。")
records.add_command(erase_person)
records.add_command(erase_record)


@records.command("list", help="列出监督记录，新的在前：编号、状态、监督员、单位、版本、证据件数。")
@click.option("--state", type=click.Choice(list(STATES)), help="只看这种状态")
@click.option("--author", help="只看这个账号的")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="最多几份")
def list_records(state: str | None, author: str | None, limit: int) -> None:
    """Prints one record a line, separated by tabs."""
    for row in queries.latest(state=state, username=author, limit=limit):
        evidence = f"{row.evidence_arrived}/{row.evidence_named}"
        number = row.number or row.id
        click.echo(
            "\t".join(
                (
                    number,
                    STATES[row.state],
                    row.author.username,
                    row.visit.agency_name,
                    f"第{row.head_revision}版",
                    evidence,
                )
            )
        )


@records.command("show", help="一份监督记录的全部版本与回执。NUMBER 是系统编号（如 JD-2026-000123）或记录的 id。")
@click.argument("number")
def show(number: str) -> None:
    """Prints the facts of one record, with the digest and the receipt of each revision."""
    row = filed.find_by_number(kinds.of("observation"), number)
    if row is None:
        raise click.ClickException(f"没有 {number} 这份监督记录。")
    click.echo(f"{row.number or '（未编号）'}\t{row.id}\t{STATES[row.state]}")
    click.echo(f"监督员 {row.author.username}\t单位 {row.visit.agency_name}\t清单 {row.checklist_version_id}")
    click.echo(f"是 {row.yes_count}\t否 {row.no_count}\t不适用 {row.na_count}\t未观察到 {row.not_observed_count}")
    issued = {receipt.revision: receipt for receipt in receipts.all_of(row.id)}
    for revision in queries.revisions_of(row.id):
        receipt = issued.get(revision.revision)
        place = f"审计链第 {receipt.sequence} 条" if receipt else "没有回执！"
        when = f"{china(revision.received_at):%Y-%m-%d %H:%M:%S}"
        click.echo(f"第 {revision.revision} 版\t{when}\t{place}\t{revision.digest}")


@records.command("import-rescue", help="导入救援包（手机“我的 → 导出救援包”所得），记在原作者名下。重复导入没有坏处。")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", help="由哪个管理员导入（记入审计链）；不写则记为命令行")
def import_rescue(package: Path, username: str | None) -> None:
    """Takes a package in and says what became of each part; exit code 1 when something was left out."""
    try:
        actor = people.find_by_username(username) if username else None
        if actor is not None and not may(actor, "registers.edit"):
            raise click.ClickException(f"{username} 不是管理员。")
        report = rescue.take_in(actor, Package(package))
    except FieldappError as error:
        raise click.ClickException(error.title) from error
    for outcome in report.outcomes:
        click.echo(f"{outcome.what}\t{outcome.words}")
    for words in (*report.unusable, *(f"{name}：手机上已丢失" for name in report.lost)):
        click.echo(words, err=True)
    left = report.count("conflict") + report.count("refused") + len(report.unusable)
    click.echo(f"{report.author.username}：新存入 {report.count('new')} 件，早已收到 {report.count('known')} 件。")
    if left:
        raise click.ClickException(f"{left} 件没有存入，原因见上；它们仍在救援包里。")
