"""When the terms of a matter end, and how the one that runs now stands, to the day."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from errands import KIND

from fieldapp.calendar.queries import working_days
from fieldapp.calendar.rules import PROVISIONAL
from fieldapp.clock import CHINA, as_if_at, datetime
from fieldapp.matters import kinds, terms
from fieldapp.matters.rules import TermLengths
from fieldapp.ratings import follow_ups

TUESDAY = datetime(2026, 10, 20, 10, tzinfo=CHINA)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing is stored


def errand(**values):
    blank = {"kind": "errand", "opened_at": TUESDAY, "accepted_at": None, "closed_at": None,
             "accept_by": date(2026, 10, 22), "close_by": date(2026, 10, 30)}  # fmt: skip
    return SimpleNamespace(**(blank | values))


@SQLITE
def test_both_terms_are_counted_from_the_opening_and_the_longer_one_when_extended(app):
    assert terms.of(KIND, TUESDAY.date()) == terms.Terms(date(2026, 10, 22), date(2026, 10, 30), False)
    assert terms.of(KIND, TUESDAY.date(), is_extended=True).close_by == date(2026, 11, 9)
    assert terms.of(KIND, TUESDAY.date(), is_extended=True).accept_by == date(2026, 10, 22)


@SQLITE
def test_one_term_into_an_unknown_year_makes_both_provisional(app):
    def lengths(accept, close):
        return SimpleNamespace(terms=lambda settings: TermLengths(accept, close, close, "calendar_days"))

    opened = date(2026, 12, 20)
    assert terms.of(lengths(1, 20), opened).is_provisional
    assert terms.of(lengths(20, 1), opened).is_provisional
    assert not terms.of(lengths(1, 1), TUESDAY.date()).is_provisional


@SQLITE
def test_the_term_for_accepting_runs_first_then_the_one_for_closing_then_none(app, errands):
    with as_if_at(TUESDAY):
        first = terms.running(errand(), working_days())
        second = terms.running(errand(accepted_at=TUESDAY), working_days())

        assert (first.last_day, first.left, first.is_for_accepting) == (date(2026, 10, 22), 2, True)
        assert (second.last_day, second.left, second.is_for_accepting) == (date(2026, 10, 30), 10, False)
        assert (first.words, second.words) == ("快到期了", "办结还剩 10 日")
        assert terms.running(errand(closed_at=TUESDAY), working_days()) is None


@SQLITE
@pytest.mark.parametrize(
    ("days", "left", "is_overdue", "words"),
    [
        (6, 4, False, "办结还剩 4 日"),
        (10, 0, False, "快到期了"),
        (11, -1, True, "晚了 1 日"),
        (13, -3, True, "晚了 3 日"),
    ],
)
def test_a_term_is_overdue_from_the_day_after_its_last(app, errands, days, left, is_overdue, words):
    with as_if_at(TUESDAY + timedelta(days=days)):
        found = terms.running(errand(accepted_at=TUESDAY), working_days())

    assert (found.left, found.is_overdue, found.words) == (left, is_overdue, words)


@SQLITE
def test_terms_in_working_days_count_no_weekend(app):
    """2026-10-23 is a Friday: on Monday one working day is gone, not three."""
    opened = datetime(2026, 10, 23, 10, tzinfo=CHINA)
    kind = follow_ups.KIND
    assert kind.terms(app.config["SETTINGS"]).unit == "workdays"
    with as_if_at(datetime(2026, 10, 23, 15, tzinfo=CHINA)):
        found = terms.running(
            errand(kind=kind.name, opened_at=opened, accept_by=date(2026, 10, 26)), working_days()
        )  # fmt: skip
    assert (found.left, found.unit) == (1, "workdays")


@SQLITE
def test_a_last_day_in_a_year_that_is_not_known_may_still_move_and_says_so(app, errands):
    with as_if_at(TUESDAY):
        known = terms.running(errand(), working_days())
        unknown = terms.running(errand(accepted_at=TUESDAY, close_by=date(2028, 1, 10)), working_days())

    assert (known.is_provisional, known.doubt) == (False, "")
    assert (unknown.is_provisional, unknown.doubt) == (True, PROVISIONAL)


@SQLITE
def test_the_day_is_that_of_china(app, errands):
    """At 00:30 in China it is still the day before in UTC."""
    with as_if_at(datetime(2026, 10, 23, 0, 30, tzinfo=CHINA)):
        assert terms.running(errand(), working_days()).is_overdue
    assert kinds.of(errand()) is KIND
