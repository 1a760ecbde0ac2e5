"""Derived rows follow the chain, say how far behind they are, and are the same when they are made anew."""

import contextvars
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from factories import filed_observation, make_checklist_version, make_visit, observation_body
from histories import History
from seeds import seed_of_this_run
from sqlalchemy import inspect, select, update

from fieldapp import ids
from fieldapp.audit import projections
from fieldapp.audit.models import ProjectionProgress
from fieldapp.clock import as_if_at, now
from fieldapp.extensions import db, unit_of_work
from fieldapp.facts.projection import PROJECTION as FACTS
from fieldapp.filing.operations import file_revision
from fieldapp.jobs import freshness, leases
from fieldapp.keeping.standing_jobs import PROJECTIONS
from fieldapp.reviews.agreement_projection import PROJECTION as VOICES


def rows_of(projection):
    """All rows of a projection, without order."""
    return {table.name: sorted(map(repr, db.session.execute(select(table)).all())) for table in projection.tables}


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
    assert followed["visit_voices"]["visit_voices"] != []
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
    assert tables >= {table.name for one in PROJECTIONS for table in one.tables}


def test_it_says_how_many_entries_and_seconds_it_is_behind(file):
    with as_if_at(now() - timedelta(minutes=10)):
        file()
    file()

    standing = projections.standing(FACTS)

    assert standing.entries == 2
    assert 595 <= standing.seconds <= 660
    assert standing.is_late
    list(projections.until_caught_up(FACTS))
    assert (projections.standing(FACTS).entries, projections.standing(FACTS).is_late) == (0, False)


def test_half_a_rebuild_is_said_and_gone_on_with(file):
    for _ in range(3):
        file()
    list(projections.until_caught_up(FACTS))
    whole = rows_of(FACTS)
    with as_if_at(now() + timedelta(minutes=5)):  # they are minutes old by then
        steps = projections.rebuild(replace(FACTS, step=1))
        next(steps)  # and here it is killed
        assert rows_of(FACTS) != whole
        assert projections.standing(FACTS).is_late

        list(projections.until_caught_up(FACTS))

    assert rows_of(FACTS) == whole


def test_where_no_worker_runs_a_reader_catches_up_and_where_one_does_computes_nothing(file):
    file()
    assert freshness.look(VOICES).entries == 0
    assert rows_of(VOICES)["visit_voices"] != []
    file()

    leases.sign_of_life("here-1")

    assert freshness.look(VOICES).entries == 1
    with as_if_at(now() + timedelta(seconds=20)):
        assert freshness.look(VOICES).is_late is False
    with as_if_at(now() + timedelta(seconds=65)):  # it gives no sign of life any more
        assert freshness.look(VOICES).entries == 0


def test_a_list_says_up_to_when_it_is_where_much_is_missing(county, signed_in, file, monkeypatch):
    with as_if_at(now() - timedelta(minutes=9)):
        for _ in range(3):
            file()
    monkeypatch.setattr(projections, "catch_up", lambda projection: False)  # as if the rest were a day's work
    lead = signed_in(county.qian)

    assert "三方印证截至" in lead.get("/review/").get_data(as_text=True)
    assert "三方印证截至" in lead.get("/review/ratings/totals").get_data(as_text=True)
    assert "三方印证截至" in signed_in(county.wu).get("/admin/").get_data(as_text=True)


def test_a_list_that_is_new_says_nothing_about_that(county, signed_in, file):
    with as_if_at(now() - timedelta(minutes=9)):
        file()

    assert "截至" not in signed_in(county.qian).get("/review/").get_data(as_text=True)


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
