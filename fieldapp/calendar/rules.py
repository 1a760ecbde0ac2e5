"""Working days and terms over a given set of days, and what makes an arrangement of a year whole. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

KINDS = {"holiday": "休", "working_weekend": "班"}
UNITS = {"workdays": "个工作日", "calendar_days": "日"}
PROVISIONAL = "含未公布节假日的年份，期限为暂算"
MOST_NAME_CHARACTERS = 40
MOST_SOURCE_CHARACTERS = 120
LONGEST_TERM_DAYS = 366
FIRST_YEAR, LAST_YEAR = 2004, 2100
SATURDAY = 5
WEEK = "一二三四五六日"
NOTICE_MONTH = 11  # the notice for a year comes in November of the year before
# Of the days off, those that the law itself fixes by date; the others follow the moon or the sun.
# Source: 全国年节及纪念日放假办法 (2024年修订) art. 2.
FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")


@dataclass(frozen=True)
class Announced:
    """One day of an arrangement, as read or entered. `kind`: a key of KINDS."""

    day: date
    kind: str
    name: str


@dataclass(frozen=True)
class WorkingDays:
    """What is known of working days. `off`: days off; `on`: Saturdays and Sundays on which people work.

    `known_years`: the years whose arrangement has been announced and entered.
    """

    off: frozenset[date]
    on: frozenset[date]
    known_years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`; in an unknown year Monday to Friday but for the days that the law fixes."""
        if day in self.on:
            return True
        if day in self.off:
            return False
        if day.year not in self.known_years and (day.month, day.day) in FIXED_HOLIDAYS:
            return False
        return day.weekday() < SATURDAY

    def is_known(self, first: date, last: date) -> bool:
        """Whether every year from `first` to `last` has been announced and entered."""
        return set(range(first.year, last.year + 1)) <= self.known_years


@dataclass(frozen=True)
class TermEnd:
    """The last day of a term. `is_provisional`: it reaches into a year whose days off are not known yet."""

    last_day: date
    is_provisional: bool


def term_end(start: date, length: int, *, unit: str, days: WorkingDays) -> TermEnd:
    """The end of a term of `length` (1–366) in a `unit` of UNITS; the day of the event itself does not count.

    A term in calendar days ends on its last day whatever day that is: whether it moves to the next working day is for
    the rule that sets the term. Raises ValueError for another length or unit.
    Source: 行政处罚法 art. 85 (working days leave out holidays); 全国年节及纪念日放假办法; the yearly notice.
    """
    if unit not in UNITS or not 1 <= length <= LONGEST_TERM_DAYS:
        raise ValueError("a term of 1 to 366 working days or calendar days")
    day = start
    if unit == "calendar_days":
        day += timedelta(days=length)
    while unit == "workdays" and length:
        day += timedelta(days=1)
        length -= days.is_workday(day)
    return TermEnd(day, not days.is_known(start + timedelta(days=1), day))


def workdays_left(today: date, last_day: date, days: WorkingDays) -> int:
    """Working days from tomorrow until `last_day`: 0 on the last day, negative by the working days overdue."""
    if today == last_day:
        return 0
    step = 1 if last_day > today else -1
    count, day = 0, today
    while day != last_day:
        if step == 1:
            day += timedelta(days=1)
            count += days.is_workday(day)
        else:
            count -= days.is_workday(day)
            day -= timedelta(days=1)
    return min(count, -1) if step == -1 else count


def years_to_enter(today: date, known_years: Iterable[int]) -> list[int]:
    """The years that should be known by `today` and are not: this one, and from 1 November on the next one."""
    wanted = [today.year, *([today.year + 1] if today.month >= NOTICE_MONTH else [])]
    return [year for year in wanted if year not in set(known_years)]


def day_fault(one: Announced, *, published: Mapping[date, str]) -> str | None:
    """What is wrong with a day that somebody enters; None when nothing is.

    `published`: kinds by day in the table that comes with the program, without what was entered before.
    """
    if not FIRST_YEAR <= one.day.year <= LAST_YEAR:
        return f"{one.day.year} 年不在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间"
    if one.kind not in KINDS:
        return "类型应为“休”或“班”"
    if not one.name.strip() or len(one.name) > MOST_NAME_CHARACTERS:
        return f"请写名称，如“春节”，最多 {MOST_NAME_CHARACTERS} 字"
    if one.kind == "working_weekend" and one.day.weekday() < SATURDAY and published.get(one.day) != "holiday":
        return f"{one.day} 是{weekday_words(one.day)}，本来就上班，不必列为“班”"
    return None


def year_faults(year: int, days: Iterable[Announced]) -> list[str]:
    """What keeps `days` from being the whole arrangement of `year`: a festival is missing, or a day that the law fixes.

    Source: 全国年节及纪念日放假办法 art. 2.
    """
    off = [one for one in days if one.kind == "holiday" and one.day.year in (year - 1, year)]
    names = " ".join(one.name for one in off)
    faults = [f"没有{festival}的放假日" for festival in FESTIVALS if festival not in names]
    dates = {one.day for one in off}
    return faults + [
        f"{year}年{month}月{number}日（{name}）是法定节日，没有列为“休”"
        for (month, number), name in FIXED_HOLIDAYS.items()
        if date(year, month, number) not in dates
    ]


def is_of_notice(day: date, year: int) -> bool:
    """Whether the notice for `year` can speak of `day`: the year itself, and December before it, for 元旦."""
    return day.year == year or (day.year, day.month) == (year - 1, 12)


def weekday_words(day: date) -> str:
    """周一 … 周日."""
    return "周" + WEEK[day.weekday()]
