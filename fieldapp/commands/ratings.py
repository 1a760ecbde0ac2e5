"""`flask ratings …`: closing months for the rated agencies; the older name of a part of `flask retention run`."""

import click
from flask import current_app

from fieldapp.clock import now
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.keeping.retention import leave_files, of_ratings
from fieldapp.ratings import disclosure, retention

ratings = SpokenGroup("ratings", help="群众评价：结算上月、按期删除网络标记、联系方式和旧评语。")


@ratings.command("tidy", help="只做 retention run 里群众评价的部分。旧的定时任务可以照用，新装的请用 retention run。")
def tidy_ratings() -> None:
    """Prints how much went; twice a day does no harm."""
    for one in of_ratings(retention.remove_due(now())):
        click.echo(f"{one.what}（{one.until}）：已删除 {one.count} {one.unit}。")
    click.echo(leave_files())


@ratings.command("close-months", help="结算已经过完的月份：被评价的单位从此能看到那个月的汇总。后台进程每夜自动做。")
def close_months() -> None:
    """Prints how many months of agencies were closed; twice does no harm."""
    closed = disclosure.close_months(now(), minimum=current_app.config["SETTINGS"].rating_minimum)
    click.echo(f"结算了 {closed} 个单位月份。")
