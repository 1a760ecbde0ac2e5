"""`flask retention …`: every night, what was promised to be gone by then is made to be gone."""

from datetime import datetime

import click

from fieldapp.clock import CHINA, china, now
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.keeping.retention import keep_promises, leave_files

retention = SpokenGroup("retention", help="保存期限：按答应的期限删除到期的内容，每天夜里运行一次。")


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
    for one in keep_promises(at, is_rehearsal=dry_run):
        click.echo(f"{one.what}（{one.until}）：{'将删除' if dry_run else '已删除'} {one.count} {one.unit}。")
    if dry_run:
        click.echo("这是预演，什么都没有删除。")
        return
    click.echo(leave_files())
