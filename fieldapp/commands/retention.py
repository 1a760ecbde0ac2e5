"""`flask retention …`: every night, what was promised to be gone by then is made to be gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import click

from fieldapp.clock import CHINA, china, now
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.evidence import operations as evidence
from fieldapp.evidence import rules as evidence_rules
from fieldapp.extensions import db
from fieldapp.purging import purge
from fieldapp.ratings import retention as ratings_retention
from fieldapp.ratings import rules
from fieldapp.ratings.retention import Removed

retention = SpokenGroup("retention", help="保存期限：按答应的期限删除到期的内容，每天夜里运行一次。")


@dataclass(frozen=True)
class Kept:
    """One promise: what is kept, until when, and how much of it has run out. `unit`: the Chinese measure word."""

    what: str
    until: str
    count: int
    unit: str


@retention.command("run", help="删除到期的内容并从数据库文件里抹去，逐类说明删了多少。一天运行几次都无妨。")
@click.option(
    "--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="按这一天（北京时间零时）计算期限；不写则按现在"
)
@click.option("--dry-run", is_flag=True, help="只说会删多少，什么都不删")
@click.option("--yes", is_flag=True, help="--as-of 晚于今天时不再询问")
def run(as_of: datetime | None, dry_run: bool, yes: bool) -> None:
    """Prints one line a promise."""
    at = as_of.replace(tzinfo=CHINA) if as_of else now()
    if at > now() and not (dry_run or yes):
        click.confirm(f"{china(at):%Y-%m-%d} 还没有到：今天还应保留的内容也会删除，不能恢复。继续？", abort=True)
    click.echo(f"期限算到 {china(at):%Y-%m-%d %H:%M}（北京时间）。")
    for one in _kept(at, is_rehearsal=dry_run):
        click.echo(f"{one.what}（{one.until}）：{'将删除' if dry_run else '已删除'} {one.count} {one.unit}。")
    if dry_run:
        click.echo("这是预演，什么都没有删除。")
        return
    click.echo(leave_files())


def of_ratings(done: Removed) -> Iterator[Kept]:
    """What the citizens' page promises, with what has been done about it."""
    yield Kept("网络标记的每日密钥", f"满 {rules.TAG_DAYS} 天", done.keys, "个")
    yield Kept("评价和意见上的网络、设备标记", f"满 {rules.TAG_DAYS} 天", done.tags, "条")
    yield Kept("评价人、提意见人的姓名电话", f"办结后 {rules.CONTACT_DAYS} 天内", done.contacts, "份")
    yield Kept("评语、追评、照片和意见", f"满 {rules.WORDS_YEARS} 年且已办结", done.words, "条")


def leave_files() -> str:
    """Makes what has been deleted leave the database's files, and says how far."""
    db.session.rollback()
    return purge(db.engine)


def _kept(at: datetime, *, is_rehearsal: bool) -> Iterator[Kept]:
    yield from of_ratings(ratings_retention.rehearse(at) if is_rehearsal else ratings_retention.remove_due(at))
    swept = evidence.sweep_unfinished(at, is_rehearsal=is_rehearsal)
    yield Kept("没有传完的上传", f"{evidence_rules.UNFINISHED_DAYS} 天无人续传", swept, "件")
