"""Entering days and years: who may, what is refused, what wins, what the chain remembers."""

from datetime import date

import pytest
from calendars import NOTICE_2027, SOURCE
from sqlalchemy import select

from fieldapp.audit.models import AuditEntry
from fieldapp.calendar import operations, queries
from fieldapp.calendar.notices import read_notice
from fieldapp.calendar.operations import DayDraft
from fieldapp.calendar.rules import Announced
from fieldapp.errors import NotAllowed, NotFound, Refused
from fieldapp.extensions import db

DAYS = read_notice(NOTICE_2027, 2027).days
FESTIVAL = DayDraft(date(2027, 2, 5), "holiday", "春节", SOURCE)


def nothing() -> None:
    """No terms to set anew."""


def announce(actor, days=DAYS, year=2027, source=SOURCE):
    return operations.announce_year(actor, year, source=source, days=days, after=nothing)


def events():
    chosen = select(AuditEntry.event).where(AuditEntry.event.startswith("calendar.")).order_by(AuditEntry.sequence)
    return list(db.session.scalars(chosen))


def test_a_year_is_known_from_the_entering_of_its_notice_on(county):
    before = queries.working_days()
    announce(county.wu)
    after = queries.working_days()

    assert before.is_workday(date(2027, 2, 8))
    assert 2027 not in before.known_years
    assert not after.is_workday(date(2027, 2, 8))
    assert after.is_workday(date(2027, 2, 20))
    assert 2027 in after.known_years
    assert (queries.year_row(2027).source, queries.year_row(2027).entered_by_id) == (SOURCE, county.wu.id)
    assert queries.years_to_enter(date(2026, 12, 1)) == []
    assert events() == ["calendar.year_announced"]


def test_single_days_do_not_make_a_year_known(county):
    operations.enter_day(county.wu, FESTIVAL)

    assert not queries.working_days().is_workday(FESTIVAL.day)
    assert queries.years_to_enter(date(2026, 12, 1)) == [2027]


def test_what_is_entered_here_wins_over_what_came_with_the_program(county):
    day, working = date(2026, 10, 7), date(2026, 10, 10)
    operations.enter_day(county.wu, DayDraft(day, "working_weekend", "更正", "更正通知"))
    operations.enter_day(county.wu, DayDraft(working, "holiday", "更正", "更正通知"))

    assert queries.working_days().is_workday(day)
    assert not queries.working_days().is_workday(working)
    operations.remove_day(county.wu, day)
    assert not queries.working_days().is_workday(day), "the program's table counts again"
    assert events() == ["calendar.day_entered", "calendar.day_entered", "calendar.day_removed"]


def test_a_correction_of_a_year_that_the_program_knows_needs_only_its_own_days(county):
    announce(county.wu, [Announced(date(2026, 10, 8), "holiday", "国庆节")], year=2026)

    assert not queries.working_days().is_workday(date(2026, 10, 8))


def test_an_entry_moved_to_another_date_leaves_its_old_one(county):
    operations.enter_day(county.wu, FESTIVAL)
    operations.enter_day(county.wu, DayDraft(date(2027, 2, 6), "holiday", "春节", SOURCE), instead_of=FESTIVAL.day)

    assert [row.day for row in queries.own_days(date(2027, 1, 1), date(2027, 12, 31))] == [date(2027, 2, 6)]


def test_an_entry_is_not_moved_onto_another_one(county):
    other = DayDraft(date(2027, 2, 6), "holiday", "春节", SOURCE)
    operations.enter_day(county.wu, FESTIVAL)
    operations.enter_day(county.wu, other)

    with pytest.raises(Refused):
        operations.enter_day(county.wu, other, instead_of=FESTIVAL.day)
    assert len(queries.own_days(date(2027, 1, 1), date(2027, 12, 31))) == 2


def test_a_year_without_one_of_its_festivals_is_refused_as_a_whole(county):
    without = [one for one in DAYS if "端午" not in one.name]

    with pytest.raises(Refused) as refused:
        announce(county.wu, without)

    assert [fault.detail for fault in refused.value.faults] == ["没有端午的放假日"]
    assert queries.entries_of(2027) == []
    assert events() == []


@pytest.mark.parametrize("source", ["", "  ", "号" * 121])
def test_nothing_is_entered_without_saying_on_whose_word(county, source):
    with pytest.raises(Refused, match="没有保存"):
        announce(county.wu, source=source)


def test_a_year_that_was_entered_by_mistake_is_unknown_again(county):
    announce(county.wu)
    with pytest.raises(Refused):
        operations.withdraw_year(county.wu, 2027, reason=" ", after=nothing)

    operations.withdraw_year(county.wu, 2027, reason="录成了征求意见稿", after=nothing)

    assert 2027 not in queries.known_years()
    assert len(queries.entries_of(2027)) == len(DAYS)
    assert events()[-1] == "calendar.year_withdrawn"
    with pytest.raises(NotFound):
        operations.withdraw_year(county.wu, 2027, reason="再撤一次", after=nothing)


@pytest.mark.parametrize("person", ["qian", "zhang_san", "zheng"])
def test_only_administrators_enter_days(county, person):
    actor = getattr(county, person)
    for deed in (
        lambda: operations.enter_day(actor, FESTIVAL),
        lambda: operations.remove_day(actor, FESTIVAL.day),
        lambda: announce(actor),
        lambda: operations.withdraw_year(actor, 2027, reason="x", after=nothing),
    ):
        with pytest.raises(NotAllowed):
            deed()
