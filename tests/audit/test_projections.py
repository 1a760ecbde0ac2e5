"""Derived rows follow the chain, say how far behind they are, and are the same when they are made anew."""

import contextvars
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from factories import filed_observation, make_checklist_version, make_visit, observation_body
from histories import History
from seeds import seed_of_this_run
from sqlalchemy import inspect, select, update

from fieldapp import ids
from fieldapp.audit import projections
from fieldapp.audit.models import ProjectionProgress
from fieldapp.clock import CHINA, as_if_at, now
from fieldapp.extensions import db, unit_of_work
from fieldapp.facts.projection import PROJECTION as FACTS
from fieldapp.filing.operations import file_revision
from fieldapp.jobs import freshness, leases
from fieldapp.keeping.standing_jobs import PROJECTIONS
from fieldapp.reviews.agreement_projection import PROJECTION as VOICES


def rows_of(projection):
    """All rows of a projection, without order."""
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all())) for table in projection.every_table()
    }


def made_anew(projection):
    *_, left = projections.rebuild(projection)
    assert left == 0
    return rows_of(projection)


def run(app, *arguments):
    db.session.rollback()
    return contextvars.copy_context().run(app.test_cli_runner().invoke, args=list(arguments))


@pytest.fixture
def file(county):
    """file(): a submitted record; gives its id."""
    version, visit = make_checklist_version(), make_visit(group=county.first_group)

    def put():
        record_id = ids.mint()
        file_revision(county.zhang_san, filed_observation(record_id, observation_body(visit, version)))
        return record_id

    return put


@pytest.mark.parametrize("number", range(3))
def test_after_any_history_the_rows_are_the_same_when_they_are_made_anew(county, number):
    chance = random.Random(seed_of_this_run() + number)
    history = History(county, chance)
    for _ in range(40):
        history.step()
        for one in PROJECTIONS:
            if chance.random() < 0.2:
                projections.catch_up(one, step=chance.choice([1, 3, 100]))
    for one in PROJECTIONS:
        list(projections.until_caught_up(one))
    followed = {one.name: rows_of(one) for one in PROJECTIONS}

    assert followed["answer_facts"]["record_fact"] != []
    assert followed["voices"]["visit_voices"] != []
    assert {one.name: made_anew(one) for one in PROJECTIONS} == followed


def test_the_demo_county_gives_the_same_rows_again_by_command(demo_app):
    first = run(demo_app, "audit", "project")
    before = {one.name: rows_of(one) for one in PROJECTIONS}
    again = run(demo_app, "audit", "project", "--rebuild")

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert "落后" in first.output
    assert "清空重算" in again.output
    assert all(f"{one.words}：已到审计链末尾" in again.output for one in PROJECTIONS)
    assert all(rows for tables in before.values() for rows in tables.values())
    assert {one.name: rows_of(one) for one in PROJECTIONS} == before
    tables = set(inspect(db.engine).get_table_names())
    assert tables >= {table.name for one in PROJECTIONS for table in one.every_table()}


def test_it_says_how_many_entries_and_seconds_it_is_behind(file):
    with as_if_at(now() - timedelta(minutes=10)):
        file()
    file()

    standing = projections.standing(FACTS)

    assert (standing.entries, standing.things) == (2, 2)
    assert 595 <= standing.seconds <= 660
    assert not standing.is_current
    list(projections.until_caught_up(FACTS))
    assert (projections.standing(FACTS).entries, projections.standing(FACTS).is_current) == (0, True)


def test_half_a_rebuild_is_said_and_gone_on_with(file):
    for _ in range(3):
        file()
    list(projections.until_caught_up(FACTS))
    whole = rows_of(FACTS)
    with as_if_at(now() + timedelta(minutes=5)):  # they are minutes old by then
        steps = projections.rebuild(replace(FACTS, step=1))
        next(steps)  # and here it is killed
        assert rows_of(FACTS) != whole
        assert not projections.standing(FACTS).is_current

        list(projections.until_caught_up(FACTS))

    assert rows_of(FACTS) == whole


PAGES = ("/review/", "/review/?state=approved", "/review/ratings/totals", "/admin/")


@pytest.fixture
def pages(county, signed_in):
    """pages(record): every page that shows derived rows, by its address."""

    def read(record):
        desks = {"/admin/": signed_in(county.wu)}
        return {
            path: desks.get(path, signed_in(county.qian)).get(path).get_data(as_text=True)
            for path in (*PAGES, f"/review/records/{record}")
        }

    return read


@pytest.mark.parametrize("is_worker_there", [True, False])
def test_no_page_computes_anything_whether_a_worker_runs_or_not_and_each_says_what_is_missing(
    file, pages, is_worker_there
):
    with as_if_at(datetime(2026, 11, 20, 9, 12, tzinfo=CHINA)):
        record = file()
        file()
    if is_worker_there:
        leases.sign_of_life("here-1")

    found = pages(record)

    assert [rows_of(one) for one in PROJECTIONS] == [{table: [] for table in rows_of(one)} for one in PROJECTIONS]
    for path, page in found.items():
        assert "更新至 2026-11-20 09:12，还有 2 份" in page, path
        assert ("不会自己补上：请系统管理员启动它" in page) is not is_worker_there, path
    assert "还有 2 份未计入" in found["/admin/"]
    assert "还有 2 份未比对" in found["/review/"]


def test_a_page_of_which_nothing_is_missing_says_nothing_with_a_worker_and_without(file, pages, worker_caught_up):
    record = file()
    worker_caught_up()

    without = pages(record)
    leases.sign_of_life("here-1")

    for path, page in (without | pages(record)).items():
        assert "更新至" not in page, path
        assert "不会自己补上" not in page, path


def test_one_record_that_came_a_moment_ago_is_said_to_be_missing_until_the_worker_has_heard_of_it(
    file, pages, worker_caught_up
):
    first = file()
    worker_caught_up()
    file()
    assert "还有 1 份未比对" in pages(first)["/review/"]

    worker_caught_up()

    assert "未比对" not in pages(first)["/review/"]


def test_a_worker_that_gives_no_sign_of_life_any_more_is_said_to_be_gone(file):
    file()
    leases.sign_of_life("here-1")
    assert freshness.look(VOICES).is_worker_running

    with as_if_at(now() + timedelta(seconds=leases.SEEN_S + 1)):
        assert not freshness.look(VOICES).is_worker_running


def test_beyond_so_many_the_page_says_that_it_is_more(file, monkeypatch):
    monkeypatch.setattr(freshness, "COUNTED", 2)
    file()
    assert (freshness.look(VOICES).things, freshness.look(VOICES).is_more) == (1, False)
    for _ in range(2):
        file()

    assert (freshness.look(VOICES).things, freshness.look(VOICES).is_more) == (2, True)


def test_what_is_renewed_under_another_rule_is_said_to_be_unfinished(county, signed_in, file, worker_caught_up):
    file()
    worker_caught_up()
    with unit_of_work() as session:
        session.execute(update(ProjectionProgress).values(rule=0))
    assert "正在按新的规则重算" in signed_in(county.qian).get("/review/").get_data(as_text=True)

    worker_caught_up()

    assert "重算" not in signed_in(county.qian).get("/review/").get_data(as_text=True)


def test_rows_of_an_older_rule_are_made_anew(file):
    file()
    list(projections.until_caught_up(FACTS))
    whole = rows_of(FACTS)
    with unit_of_work() as session:
        session.execute(update(FACTS.tables[0]).values(rule=0, state="?"))
        session.execute(update(ProjectionProgress).values(rule=0))
    assert projections.standing(FACTS).is_renewing

    list(projections.until_caught_up(FACTS))

    assert rows_of(FACTS) == whole
