"""What is filled in about days off, and how a year is laid out."""

from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.datastructures import FileStorage
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from fieldapp.calendar import rules
from fieldapp.calendar.notices import Mistake
from fieldapp.calendar.operations import DayDraft
from fieldapp.calendar.queries import Entry
from fieldapp.calendar.rules import WorkingDays, weekday_words
from fieldapp.errors import Refused
from fieldapp.web.admin.forms import NEEDED, DeskForm, offer
from fieldapp.workbooks import read_sheets, table_of

FILE_LIMIT_BYTES = 1024 * 1024
_COLUMNS = {"day": "日期", "kind": "类型", "name": "名称"}


class CalendarDayForm(DeskForm):
    """One day."""

    HINTS = {
        "kind": "“班”是调休上班的周六、周日。",
        "source": "如：国办发明电〔2026〕9号。",
    }

    day = DateField("日期", validators=[InputRequired("请填写日期。")])
    kind = SelectField("类型", choices=offer({"holiday": "休（放假）", "working_weekend": "班（调休上班）"}))
    name = StringField("名称", validators=[NEEDED, Length(max=rules.MOST_NAME_CHARACTERS)])
    source = StringField("依据", validators=[NEEDED, Length(max=rules.MOST_SOURCE_CHARACTERS)])

    def draft(self) -> DayDraft:
        """What was filled in."""
        return DayDraft(self.day.data or date.min, self.kind.data, self.name.data, self.source.data)


@dataclass(frozen=True)
class Month:
    """One month of the year as a row: how many working days, and its days in words."""

    number: int
    workdays: int
    off: str
    on: str


def months_of(year: int, entries: list[Entry], days: WorkingDays) -> list[Month]:
    """The twelve months of `year`."""
    return [_month(year, number, entries, days) for number in range(1, 13)]


def text_of(file: FileStorage | None) -> str:
    """An uploaded .xlsx or .csv with the columns 日期, 类型, 名称 as the lines that `read_notice` reads; else nothing.

    Line n is row n of the table, so that what is refused is named by its row. Raises Refused for another file.
    """
    if file is None or not file.filename:
        return ""
    data = file.stream.read(FILE_LIMIT_BYTES + 1)
    table = table_of(read_sheets(file.filename, data, limit_bytes=FILE_LIMIT_BYTES, with_csv=True), _COLUMNS,
                     what="节假日", optional={"name"})  # fmt: skip
    if table.mistakes or not table.rows:
        raise Refused("表里没有读到节假日：第一行应有“日期”“类型”“名称”三列，从第二行起每行一天。没有导入。")
    rows = dict(table.rows)
    lines = (rows.get(number) for number in range(1, max(rows) + 1))
    return "\n".join(" ".join(row[key] for key in _COLUMNS) if row else "" for row in lines)


def announced_in(typed: dict[str, str], year: int) -> list[Mistake]:
    """What is missing beside the days: the year and the notice's number."""
    found = []
    if not rules.FIRST_YEAR <= year <= rules.LAST_YEAR:
        found.append(Mistake(0, typed["year"], "请填写年份，如 2027"))
    if not typed["source"] or len(typed["source"]) > rules.MOST_SOURCE_CHARACTERS:
        found.append(Mistake(0, typed["source"][:20], "请填写通知文号，如“国办发明电〔2026〕9号”"))
    return found


def _month(year: int, number: int, entries: list[Entry], days: WorkingDays) -> Month:
    own = [entry.announced for entry in entries if entry.announced.day.month == number]
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    count = sum(days.is_workday(first + timedelta(days=place)) for place in range((after - first).days))
    off = [one.day for one in own if one.kind == "holiday"]
    on = [one.day for one in own if one.kind != "holiday"]
    return Month(number, count, _in_words(off), _in_words(on))


def _in_words(days: list[date]) -> str:
    """Days of one month in order, those in a row as a span: 1日（周五）至3日（周日）、8日（周五）."""
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    ends = [[span[0], span[-1]] if len(span) > 1 else span for span in spans]
    return "、".join("至".join(f"{day.day}日（{weekday_words(day)}）" for day in pair) for pair in ends)
