"""Working days and terms, on plain sets of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.calendar import rules
from fieldapp.calendar.published import published, published_sets, published_years
from fieldapp.calendar.rules import Announced, TermEnd, WorkingDays

DAYS = WorkingDays(*published_sets(), published_years())
SPRING_FESTIVAL = frozenset(date(2027, 2, 5) + timedelta(days=place) for place in range(7))
WITH_2027 = WorkingDays(DAYS.off | SPRING_FESTIVAL, DAYS.on | {date(2027, 2, 20)}, DAYS.known_years | {2027})
KINDS = {day: one.kind for day, one in published().items()}


@pytest.mark.parametrize(
    ("start", "length", "last"),
    [
        (date(2026, 11, 24), 1, date(2026, 11, 25)),
        (date(2026, 11, 24), 5, date(2026, 12, 1)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 9, 19), 1, date(2026, 9, 20)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
    ],
)
def test_a_term_counts_working_days_from_the_next_day_on(start, length, last):
    assert rules.term_end(start, length, unit="workdays", days=DAYS) == TermEnd(last, False)


def test_a_term_in_calendar_days_ends_on_its_day_whatever_day_that_is():
    assert rules.term_end(date(2026, 9, 30), 3, unit="calendar_days", days=DAYS) == TermEnd(date(2026, 10, 3), False)


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (date(2026, 12, 24), 5, TermEnd(date(2026, 12, 31), False)),
        (date(2026, 12, 24), 6, TermEnd(date(2027, 1, 4), True)),
        (date(2026, 12, 31), 1, TermEnd(date(2027, 1, 4), True)),
        (date(2027, 2, 1), 5, TermEnd(date(2027, 2, 8), True)),
    ],
)
def test_a_term_that_reaches_into_an_unknown_year_says_so(start, length, expected):
    assert rules.term_end(start, length, unit="workdays", days=DAYS) == expected


def test_a_term_is_known_when_every_day_that_it_counts_is_in_a_known_year():
    """The day of the opening is not counted, so its year does not matter."""
    only_2026 = WorkingDays(frozenset(), frozenset(), frozenset({2026}))

    def is_provisional(start, length):
        return rules.term_end(start, length, unit="calendar_days", days=only_2026).is_provisional

    assert is_provisional(date(2025, 12, 30), 2)
    assert not is_provisional(date(2025, 12, 31), 1)
    assert not is_provisional(date(2026, 12, 30), 1)
    assert is_provisional(date(2026, 12, 31), 1)


def test_what_was_entered_of_that_year_makes_the_term_end_after_its_days_off():
    assert rules.term_end(date(2027, 2, 1), 5, unit="workdays", days=WITH_2027) == TermEnd(date(2027, 2, 15), False)
    assert WITH_2027.is_workday(date(2027, 2, 20))


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2030, 5, 2), date(2190, 10, 3)])
def test_the_days_that_the_law_fixes_by_date_are_off_in_unknown_years_too(day):
    assert not DAYS.is_workday(day)


@pytest.mark.parametrize(("length", "unit"), [(0, "workdays"), (-1, "workdays"), (367, "calendar_days"), (5, "weeks")])
def test_a_term_out_of_range_is_no_term(length, unit):
    with pytest.raises(ValueError, match="working days"):
        rules.term_end(date(2026, 11, 24), length, unit=unit, days=DAYS)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 1)), st.integers(1, 60))
def test_on_the_day_of_opening_the_whole_term_is_left(start, length):
    last = rules.term_end(start, length, unit="workdays", days=WITH_2027).last_day

    assert rules.workdays_left(start, last, WITH_2027) == length
    assert rules.workdays_left(last, last, WITH_2027) == 0
    assert rules.workdays_left(last + timedelta(days=1), last, WITH_2027) <= -1


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 10, 31), []),
        (date(2026, 11, 1), [2027]),
        (date(2026, 12, 31), [2027]),
        (date(2027, 1, 1), [2027]),
        (date(2027, 11, 1), [2027, 2028]),
    ],
)
def test_from_the_first_of_november_the_next_year_is_asked_for(today, years):
    assert rules.years_to_enter(today, published_years()) == years


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Announced(date(2027, 2, 20), "working_weekend", "春节调休"), None),
        (Announced(date(2027, 2, 5), "holiday", "春节"), None),
        (Announced(date(2027, 2, 6), "holiday", "春节"), None),
        (Announced(date(2026, 10, 1), "working_weekend", "更正"), None),
        (Announced(date(2027, 2, 19), "working_weekend", "春节调休"), "周五"),
        (Announced(date(2027, 2, 5), "", "春节"), "类型"),
        (Announced(date(2027, 2, 5), "holiday", "  "), "名称"),
        (Announced(date(2027, 2, 5), "holiday", "春" * 41), "名称"),
        (Announced(date(1999, 2, 5), "holiday", "春节"), "1999"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(one, words):
    found = rules.day_fault(one, published=KINDS)

    assert found is None if words is None else words in found


def test_a_year_without_one_of_its_festivals_is_not_whole():
    whole = [one for one in published().values() if one.day.year == 2026]
    without = [one for one in whole if "端午" not in one.name and one.day != date(2026, 10, 2)]

    assert rules.year_faults(2026, whole) == []
    assert rules.year_faults(2026, without) == [
        "没有端午的放假日", "2026年10月2日（国庆节）是法定节日，没有列为“休”"]  # fmt: skip
    elsewhere = [
        Announced(date(2026, 6, 28), "working_weekend", "端午调休"),
        Announced(date(2024, 6, 10), "holiday", "端午"),
    ]
    assert rules.year_faults(2026, [*without, *elsewhere]) == rules.year_faults(2026, without)


@pytest.mark.parametrize(
    ("day", "is_meant"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
        (date(2027, 12, 31), True),
        (date(2028, 1, 1), False),
        (date(2025, 12, 31), False),
    ],
)
def test_the_notice_of_a_year_speaks_of_it_and_of_the_december_before(day: date, is_meant: bool):
    assert rules.is_of_notice(day, 2027) is is_meant


def test_a_weekday_is_said_by_its_name():
    assert [rules.weekday_words(date(2026, 11, 23) + timedelta(days=days)) for days in (0, 5, 6)] == [
        "周一",
        "周六",
        "周日",
    ]


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2026, 11, 26), 1), (date(2026, 11, 27), 0), (date(2026, 11, 28), -1), (date(2026, 11, 30), -1),
     (date(2026, 12, 1), -2)],
)  # fmt: skip
def test_a_term_that_ended_on_a_friday_is_a_day_late_from_saturday_and_two_from_tuesday(today: date, left: int):
    assert rules.workdays_left(today, date(2026, 11, 27), DAYS) == left


def test_the_days_off_that_the_law_fixes_by_date_are_new_year_labour_day_and_national_day():
    assert set(rules.FIXED_HOLIDAYS) == {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def test_years_that_a_table_may_be_of_begin_with_the_one_of_the_first_notices():
    assert (rules.FIRST_YEAR, rules.LAST_YEAR) == (2004, 2100)
