"""`flask calendar …`: which years are known, and terms that were waiting for one."""

import click

from fieldapp.calendar import queries
from fieldapp.clock import china, now
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.matters.operations import counted_words, move_provisional_terms

calendar = SpokenGroup("calendar", help="节假日：哪一年还没有录入，暂算的期限是否可以定下来。")


@calendar.command(
    "check",
    help="说出还没有录入节假日的年份；年份已录入（或随程序升级带来）的，把暂算的差评期限定下来，只顺延不提前。"
    "每天运行一次。",
)
def check() -> None:
    """Prints what is unknown and how many terms have moved."""
    moved = move_provisional_terms()
    missing = queries.years_to_enter(china(now()).date())
    for year in missing:
        click.echo(f"{year}年节假日安排尚未录入，请管理员在“节假日”页录入。")
    click.echo(f"{'' if missing else '应当公布的年份都已录入。'}顺延了 {counted_words(moved)}的期限。")
