"""`flask ratings …`: the older name of a part of `flask retention run`."""

import click

from fieldapp.clock import now
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.keeping.retention import leave_files, of_ratings
from fieldapp.ratings import retention

ratings = SpokenGroup("ratings", help="群众评价：按期删除网络标记、联系方式和旧评语。")


@ratings.command("tidy", help="只做 retention run 里群众评价的部分。旧的定时任务可以照用，新装的请用 retention run。")
def tidy_ratings() -> None:
    """Prints how much went; twice a day does no harm."""
    for one in of_ratings(retention.remove_due(now())):
        click.echo(f"{one.what}（{one.until}）：已删除 {one.count} {one.unit}。")
    click.echo(leave_files())
