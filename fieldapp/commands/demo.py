"""`flask demo …`: fills an empty system with a county that does not exist, to look around and to train."""

from datetime import timedelta
from random import Random

import click
from flask import current_app

from fieldapp.access import ROLES
from fieldapp.audit import projections
from fieldapp.checklists.operations import publish_default
from fieldapp.clock import as_if_at, china, now
from fieldapp.commands.demonstration import calendar, officers, phones, second_words, tables
from fieldapp.commands.demonstration.citizens import Citizens
from fieldapp.commands.demonstration.county import found_county
from fieldapp.commands.demonstration.staff import ACCOUNTS, engage
from fieldapp.commands.demonstration.work import Diary, Scene
from fieldapp.commands.spoken import SpokenGroup
from fieldapp.extensions import unit_of_work
from fieldapp.keeping.standing_jobs import PROJECTIONS
from fieldapp.people import passwords, queries
from fieldapp.ratings import disclosure

_SEED = 20261124
_DAYS_BACK = 40

demo = SpokenGroup("demo", help="演示数据：只能装进空的系统。")


@demo.command("load", help="装入虚构的“云川市”：机构、人员、证件、活动、记录、评价。须 FIELDAPP_DEMO=1 且系统为空。")
def load() -> None:
    """Fills the empty tables in one transaction: all of it, or nothing."""
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException("演示数据只能在演示环境装入：请设 FIELDAPP_DEMO=1。什么都没有改动。")
    if not queries.is_empty():
        raise click.ClickException("系统里已有机构或账号，演示数据不与真实数据混装。什么都没有改动。")
    present = now()
    diary = Diary(Random(_SEED), present)  # noqa: S311 invented work, not a secret
    with unit_of_work():
        with as_if_at(present - timedelta(days=_DAYS_BACK)):
            click.echo("  机构、联系点 …")
            county = found_county()
            click.echo("  人员、证件、工作组 …")
            staff = engage(county, china(present).date())
            officers.enter(county, china(present).date())
            publish_default()
        scene = Scene(county, staff, diary)
        citizens = Citizens(county, staff, diary)
        for number, slot in enumerate(calendar.slots(present)):
            citizens.rate_visit(slot, scene.hold(slot), number)
        midnight = china(present).replace(hour=0, minute=0, second=0, microsecond=0)
        scene.judge_own(midnight)
        citizens.put_up_posters(midnight)
        citizens.rate_before_binding(midnight)
        tables.sit_down(county, staff, diary)
        second_words.confirm(staff, diary)
        phones.report(diary, staff)
        click.echo("  监督活动、记录、照片、访谈、座谈、审核、评价 …")
        diary.live(_tell)
        for one in PROJECTIONS:
            list(projections.until_caught_up(one))
        disclosure.close_months(now(), minimum=current_app.config["SETTINGS"].rating_minimum)
    _say_accounts()


def _tell(done: int, total: int) -> None:
    if done % 40 == 0 or done == total:
        click.echo(f"  {done}/{total}")


def _say_accounts() -> None:
    click.echo(f"演示数据已装入。账号（密码都是 {passwords.DEMO_PASSWORD}）：")
    for username, name, roles, organisation, _, _ in ACCOUNTS:
        click.echo(f"  {username:<12} {'、'.join(ROLES[role] for role in roles.split())} {name}，{organisation}")
