"""Reading the calendar: it is the same for everybody, so no scope is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fieldapp.calendar import rules
from fieldapp.calendar.models import CalendarDay, CalendarYear
from fieldapp.calendar.published import PUBLISHED_SOURCE, published, published_sets, published_years
from fieldapp.calendar.rules import Announced, WorkingDays
from fieldapp.errors import NotFound
from fieldapp.extensions import db


@dataclass(frozen=True)
class Entry:
    """One day as the list shows it. `is_own`: somebody entered it here; else it came with the program."""

    announced: Announced
    source: str
    is_own: bool


def working_days() -> WorkingDays:
    """All that is known of working days: what was entered here wins over what came with the program."""
    off, on = map(set, published_sets())
    for day, kind in db.session.execute(select(CalendarDay.day, CalendarDay.kind)):
        off.discard(day)
        on.discard(day)
        (off if kind == "holiday" else on).add(day)
    return WorkingDays(frozenset(off), frozenset(on), known_years())


def known_years() -> frozenset[int]:
    """The years that the program's table covers or that were entered as a whole."""
    return published_years() | set(db.session.scalars(select(CalendarYear.year)))


def years_to_enter(today: date) -> list[int]:
    """The years that should be known by `today` and are not."""
    return rules.years_to_enter(today, known_years())


def year_row(year: int) -> CalendarYear | None:
    """Who entered `year` as a whole, and from which notice; None when nobody has."""
    return db.session.get(CalendarYear, year)


def entries_of(year: int) -> list[Entry]:
    """Every day of `year` that is not as its day of the week says, in order; each once."""
    found = {
        day: Entry(one, PUBLISHED_SOURCE, False) for day, one in published().items() if day.year == year
    }  # fmt: skip
    for row in own_days(date(year, 1, 1), date(year, 12, 31)):
        found[row.day] = Entry(Announced(row.day, row.kind, row.name), row.source, True)
    return [found[day] for day in sorted(found)]


def own_days(first: date, last: date) -> Sequence[CalendarDay]:
    """The days from `first` to `last` that were entered here, in order."""
    between = CalendarDay.day.between(first, last)
    return db.session.scalars(select(CalendarDay).where(between).order_by(CalendarDay.day)).all()


def find_day(day: date) -> CalendarDay:
    """A day that was entered here. Raises NotFound for one that was not, also when it came with the program."""
    found = db.session.get(CalendarDay, day)
    if found is None:
        raise NotFound("这一天没有在这里录入过。程序自带的节假日不能删除，可以另录一条来更正。")
    return found
