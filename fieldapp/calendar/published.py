"""The table of days that comes with the program: all years that were announced when the library was made."""

from datetime import date
from functools import cache

from fieldapp.calendar.rules import Announced

PUBLISHED_SOURCE = "程序自带"


@cache
def published() -> dict[date, Announced]:
    """The days off and the working weekends that the library knows, by day.

    Source: 国务院办公厅 关于部分节假日安排的通知, as kept in chinesecalendar.
    """
    import chinese_calendar  # late: only who counts a term needs it, and every start would wait for it
    from chinese_calendar.constants import holidays, workdays

    words = {one.value: one.chinese for one in chinese_calendar.Holiday}
    found = {day: Announced(day, "holiday", words.get(name, name)) for day, name in holidays.items()}
    return found | {
        day: Announced(day, "working_weekend", f"{words.get(name, name)}调休") for day, name in workdays.items()
    }


@cache
def published_years() -> frozenset[int]:
    """The years that the library knows as a whole."""
    return frozenset(day.year for day in published())


@cache
def published_sets() -> tuple[frozenset[date], frozenset[date]]:
    """(days off, working weekends) of `published`."""
    off = frozenset(day for day, one in published().items() if one.kind == "holiday")
    return off, frozenset(published()) - off
