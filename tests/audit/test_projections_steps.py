"""How a projection follows the chain, step by step: one of the tests' own, which counts how often a phone was shut out.

Its rows are made from what stands in the tables, so every step can be looked at by itself.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select, update

from fieldapp.audit import operations as audit
from fieldapp.audit import projections
from fieldapp.audit.models import AuditEntry, ProjectionProgress
from fieldapp.audit.projections import Projection, Standing
from fieldapp.clock import as_if_at, now
from fieldapp.extensions import db, unit_of_work

TIMES = Table(
    "times_shut_out", MetaData(), Column("phone", String(36)), Column("times", Integer), Column("rule", Integer)
)
HEARD, OTHER = "device.revoked", "user.enabled"


def count_of(phone):
    wanted = select(func.count()).select_from(AuditEntry)
    return db.session.scalar(wanted.where(AuditEntry.event == HEARD, AuditEntry.subject_id == phone))


def made(phones):
    """A row of a stranger comes along: what nobody asked for must not get in."""
    rows = [{"phone": phone, "times": count_of(phone), "rule": 2} for phone in [*phones, "stranger"]]
    return (rows,)


@pytest.fixture
def shut_out(app):
    TIMES.create(db.engine)
    yield Projection(
        name="times", words="次数", events=frozenset({HEARD}), key="phone", tables=(TIMES,), rule=2, step=3,
        touched=lambda heard: [one.subject_id for one in heard], rows_of=made,
    )  # fmt: skip
    db.session.rollback()
    TIMES.drop(db.engine)


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(projections, "_KNOWN", dict(projections._KNOWN))


@pytest.fixture
def times(shut_out):
    return projections.register(shut_out)


def happen(*phones, event=HEARD, at=None):
    with unit_of_work():
        for phone in phones:
            audit.record(event, actor_id=None, subject_kind="device", subject_id=phone, at=at or now())


def rows():
    return {row.phone: row.times for row in db.session.execute(select(TIMES))}


def progress():
    row = db.session.get(ProjectionProgress, "times", populate_existing=True)
    return row and (row.sequence, row.rule)


def test_a_name_is_given_once_and_all_are_known_by_name(times):
    with pytest.raises(ValueError, match="projection times twice"):
        projections.register(replace(times, words="别的"))

    assert times in projections.known()
    assert [one.name for one in projections.known()] == sorted(one.name for one in projections.known())


def test_it_follows_at_most_a_step_and_says_whether_anything_is_left(times):
    happen("a", "b", "a", "c")

    assert projections.catch_up(times) is False, "as many as a step holds: there may be more"
    assert (rows(), progress()) == ({"a": 2, "b": 1}, (3, 2))
    assert projections.catch_up(times) is True
    assert (rows(), progress()) == ({"a": 2, "b": 1, "c": 1}, (4, 2))
    happen("a")
    assert projections.catch_up(times, step=1) is False
    assert (rows()["a"], projections.catch_up(times, step=1)) == (3, True)


def test_what_it_does_not_listen_to_moves_it_on_and_makes_no_row(times):
    happen("a", event=OTHER)
    assert projections.catch_up(times) is True
    assert (rows(), progress()) == ({}, None), "nothing to write, nothing written"

    happen("b", "c", event=OTHER)
    happen("d")
    assert projections.catch_up(times) is False
    assert (rows(), progress()) == ({}, (3, 2)), "a whole step of it is passed over"
    assert projections.catch_up(times) is True
    assert rows() == {"d": 1}


def test_many_entries_that_it_does_not_listen_to_are_not_read_again_and_again(shut_out):
    patient = projections.register(replace(shut_out, step=1000))
    happen(*(f"p{number}" for number in range(199)), event=OTHER)
    assert projections.catch_up(patient) is True
    assert progress() is None, "a few are not worth a write"

    happen("one more", event=OTHER)

    assert projections.catch_up(patient) is True
    assert progress() == (200, 2)


def test_all_rows_of_one_key_are_replaced_and_no_others(times):
    happen("a", "b")
    list(projections.until_caught_up(times))
    with unit_of_work() as session:
        session.execute(insert(TIMES).values(phone="a", times=99, rule=2))
        session.execute(update(TIMES).where(TIMES.c.phone == "b").values(times=77))

    happen("a")
    list(projections.until_caught_up(times))

    assert sorted(db.session.execute(select(TIMES.c.phone, TIMES.c.times)).all()) == [("a", 2), ("b", 77)]


def test_rows_for_fewer_tables_than_there_are_stop_it_and_nothing_is_passed_over(times):
    happen("a")
    list(projections.until_caught_up(times))
    happen("a")

    with pytest.raises(ValueError, match="zip"):
        projections.catch_up(replace(times, rows_of=lambda phones: ()))

    assert (rows(), progress()) == ({"a": 1}, (1, 2))
    list(projections.until_caught_up(times))
    assert rows() == {"a": 2}


def test_when_another_process_was_quicker_its_result_stands(times):
    happen("a")

    def overtaken(phones):
        if db.session.get(ProjectionProgress, "times") is None:
            happen("b")
            projections.catch_up(times)
            with unit_of_work() as session:
                session.execute(update(TIMES).values(times=50))
        return made(phones)

    assert projections.catch_up(replace(times, rows_of=overtaken)) is True

    assert (rows(), progress()) == ({"a": 50, "b": 50}, (2, 2))


def test_rows_of_an_older_rule_are_made_anew_a_step_at_a_time(times):
    phones = [f"phone {number}" for number in range(7)]
    happen(*phones)
    list(projections.until_caught_up(times))
    with unit_of_work() as session:
        session.execute(update(TIMES).where(TIMES.c.phone != "phone 0").values(rule=1, times=0))
        session.execute(update(TIMES).where(TIMES.c.phone == "phone 0").values(times=9))
        session.execute(update(ProjectionProgress).values(rule=1))
    assert projections.standing(times) == Standing(0, 0, None, is_renewing=True)

    left = []
    for _ in range(3):
        is_done = projections.catch_up(times)
        left.append((is_done, sum(count == 0 for count in rows().values()), progress()[1]))

    assert left == [(False, 3, 1), (False, 0, 1), (True, 0, 2)]
    assert rows() == {"phone 0": 9} | dict.fromkeys(phones[1:], 1), "what is of this rule stays"
    assert projections.standing(times) == Standing(0, 0, None, is_renewing=False)


def test_what_another_process_renewed_meanwhile_stands_and_the_rest_is_tried_anew(times):
    happen("a", "b")
    list(projections.until_caught_up(times))
    with unit_of_work() as session:
        session.execute(update(TIMES).values(rule=1, times=0))
        session.execute(update(ProjectionProgress).values(rule=1))

    def overtaken(phones):
        with unit_of_work() as session:
            session.execute(update(TIMES).where(TIMES.c.phone == "a").values(rule=2, times=50))
        return made(phones)

    assert projections.catch_up(replace(times, rows_of=overtaken)) is False
    assert (rows(), progress()) == ({"a": 50, "b": 0}, (2, 1))

    assert projections.catch_up(times) is True
    assert (rows(), progress()) == ({"a": 50, "b": 1}, (2, 2))


def test_renewing_is_said_to_be_unfinished_while_the_chain_is_followed_to_its_end(times):
    happen("a", "b", "c")
    list(projections.until_caught_up(times))
    with unit_of_work() as session:
        session.execute(update(TIMES).values(rule=1))
        session.execute(update(ProjectionProgress).values(rule=1))
    happen("d")

    assert projections.catch_up(times) is False
    assert rows()["d"] == 1


def test_a_rebuild_begins_with_nothing_and_says_after_each_step_what_is_left(times):
    happen("a", "b", "a", "c", "d")
    list(projections.until_caught_up(times))
    with unit_of_work() as session:
        session.execute(insert(TIMES).values(phone="of nobody", times=1, rule=2))
        session.execute(update(ProjectionProgress).values(rule=1))

    steps = projections.rebuild(times)

    assert next(steps) == 2
    assert (rows(), progress()) == ({"a": 2, "b": 1}, (3, 2))
    assert list(steps) == [0]
    assert rows() == {"a": 2, "b": 1, "c": 1, "d": 1}
    assert list(projections.until_caught_up(times)) == [0]


def test_it_says_how_many_entries_it_has_still_to_hear_and_since_when(times):
    assert projections.standing(times) == Standing(0, 0, None, is_renewing=False)
    first = now() - timedelta(minutes=5)
    happen("a", event=OTHER, at=first - timedelta(minutes=5))
    happen("b", at=first)
    happen("c", "b", "c")

    assert projections.standing(times) == Standing(4, 2, first, is_renewing=False)
    assert projections.standing(times, most=1) == Standing(1, 1, first, is_renewing=False)
    list(projections.until_caught_up(times))
    assert projections.standing(times) == projections.standing(times, most=1) == Standing(0, 0, None, False)


def test_before_it_has_begun_the_first_entry_of_the_chain_is_one_that_it_has_to_hear(times):
    first = now() - timedelta(minutes=5)
    happen("a", at=first)

    assert projections.standing(times) == Standing(1, 1, first, is_renewing=False)


@pytest.mark.parametrize(("age", "seconds"), [(0, 0), (60, 60), (60.9, 60), (-5, 0)])
def test_nothing_that_is_missing_is_called_current_however_new_it_is(age, seconds):
    at = now()
    with as_if_at(at):
        standing = Standing(1, 1, at - timedelta(seconds=age), is_renewing=False)
        assert (standing.seconds, standing.is_current) == (seconds, False)
    assert (Standing(0, 0, None, False).seconds, Standing(0, 0, None, False).is_current) == (0, True)
    assert Standing(0, 0, None, is_renewing=True).is_current is False


OF_KIND = Table("times_of_kind", MetaData(), Column("kind", String(10)), Column("total", Integer))
OF_PHONE = Table(
    "times_of_phone", MetaData(), Column("phone", String(36)), Column("kind", String(10)), Column("times", Integer),
    Column("rule", Integer),
)  # fmt: skip
KIND_OF = {}


def summed(kinds, made, phones):
    """For each kind the sum over its phones: of those that are made, and of those that stand."""
    standing = db.session.execute(
        select(OF_PHONE.c.kind, OF_PHONE.c.times).where(OF_PHONE.c.kind.in_(kinds), OF_PHONE.c.phone.not_in(phones))
    ).all()
    totals = {}
    for kind, times in [*standing, *((row["kind"], row["times"]) for row in made)]:
        totals[kind] = totals.get(kind, 0) + times
    return [{"kind": kind, "total": total} for kind, total in totals.items()]


@pytest.fixture
def of_kinds(app):
    for table in (OF_PHONE, OF_KIND):
        table.create(db.engine)
    KIND_OF.clear()
    yield projections.register(
        Projection(
            name="kinds", words="各种", events=frozenset({HEARD}), key="phone", tables=(OF_PHONE,), rule=2, step=3,
            touched=lambda heard: [one.subject_id for one in heard],
            rows_of=lambda phones: ([
                {"phone": one, "kind": KIND_OF[one], "times": count_of(one), "rule": 2} for one in phones
                if one in KIND_OF
            ],),
            summary=projections.Summary(OF_KIND, "kind", summed),
        )
    )  # fmt: skip
    db.session.rollback()
    for table in (OF_PHONE, OF_KIND):
        table.drop(db.engine)


def totals():
    return {row.kind: row.total for row in db.session.execute(select(OF_KIND))}


def test_a_sum_holds_what_is_made_and_what_stands_already(of_kinds):
    KIND_OF.update(a="old", b="old", c="new")
    happen("a", "b", "c")
    assert projections.catch_up(of_kinds) is False
    assert totals() == {"old": 2, "new": 1}

    happen("a", "a", "c")
    list(projections.until_caught_up(of_kinds))

    assert totals() == {"old": 4, "new": 2}


def test_what_goes_over_to_another_sum_leaves_the_one_it_was_in(of_kinds):
    KIND_OF.update(a="old", b="old", c="old")
    happen("a", "b", "c")
    list(projections.until_caught_up(of_kinds))
    KIND_OF["a"] = "new"
    del KIND_OF["b"]

    happen("a", "b")
    list(projections.until_caught_up(of_kinds))

    assert totals() == {"old": 1, "new": 2}
    KIND_OF.update(a="old", c="new")
    happen("a", "c")
    list(projections.until_caught_up(of_kinds))
    assert totals() == {"old": 3, "new": 2}
    list(projections.rebuild(of_kinds))
    assert totals() == {"old": 3, "new": 2}


def test_sums_that_were_made_from_what_has_changed_since_are_not_written(of_kinds):
    KIND_OF.update(a="old", b="old")
    happen("a", "b")
    list(projections.until_caught_up(of_kinds))
    with unit_of_work() as session:
        session.execute(update(OF_PHONE).where(OF_PHONE.c.phone == "a").values(rule=1))
        session.execute(update(ProjectionProgress).values(rule=1))

    def overtaken(phones):
        if totals() == {"old": 2}:
            happen("b")
            projections.catch_up(replace(of_kinds, rule=1), step=1)  # hears of b and leaves the old rule as it is
        return of_kinds.rows_of(phones)

    assert projections.catch_up(replace(of_kinds, rows_of=overtaken), step=2) is False
    list(projections.until_caught_up(of_kinds))

    assert totals() == {"old": 3}


def test_a_rebuild_empties_the_sums_too(of_kinds):
    KIND_OF.update(a="old")
    happen("a")
    with unit_of_work() as session:
        session.execute(insert(OF_KIND).values(kind="of nobody", total=7))

    list(projections.rebuild(of_kinds))

    assert totals() == {"old": 1}
