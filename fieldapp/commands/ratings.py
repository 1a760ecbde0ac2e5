"""`flask ratings …`: what has to happen every night."""

import click
from flask.cli import AppGroup

from fieldapp.clock import now
from fieldapp.ratings import rules, tidying

ratings = AppGroup("ratings", help="群众评价：按期删除网络标记、联系方式和旧评语。")


@ratings.command(
    "tidy",
    help=f"删除满 {rules.TAG_DAYS} 天的网络标记和密钥、办结满 {rules.CONTACT_DAYS} 天的评价人电话、"
    f"满 {rules.WORDS_YEARS} 年的评语和照片。每天运行一次。",
)
def tidy_ratings() -> None:
    """Prints how much went; twice a day does no harm."""
    done = tidying.tidy(now())
    click.echo(
        f"已删除：网络密钥 {done.keys} 个，评价上的标记 {done.tags} 条，"
        f"联系方式 {done.contacts} 份，评语和照片 {done.words} 条。"
    )
