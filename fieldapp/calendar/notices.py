"""The yearly notice as text: its own sentences, or lines like “2027-01-01 休 元旦”. Pure; says every line it refuses.

一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。1月4日（周一）上班。
A weekday in brackets is checked against the date, “共3天” against the days. What is no sentence about days is left
out, and is named when there is a date in it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from fieldapp.calendar.rules import WEEK, Announced, is_of_notice, weekday_words

MOST_CHARACTERS = 20_000
_SHOWN_CHARACTERS = 40
_LONGEST_HOLIDAY_DAYS = 15
_KINDS = {
    "休": "holiday", "放假": "holiday", "假": "holiday", "节假日": "holiday", "休息": "holiday", "假日": "holiday",
    "班": "working_weekend", "上班": "working_weekend", "补班": "working_weekend", "调休上班": "working_weekend",
    "工作日": "working_weekend",
}  # fmt: skip
_ISO = r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?"
_LINE = re.compile(rf"{_ISO}(?: 00:00:00)?\s*(\([^()]*\))?(?:(?:\s*[,;、\s]|(?<=\)))\s*(.*))?")
_HEADER = re.compile(r"日期.*类型")
_SECTION = re.compile(r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.]?([^:。、,]{1,8}(?:、[^:。、,]{1,8})?):(?=\d)")
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]*)\))?"
_SPAN = re.compile(rf"{_DAY}(?:(?:至|到|-|—|~)+{_DAY})?")
_SPANS = rf"{_DAY}(?:(?:至|到|-|—|~)+{_DAY})?(?:[、,和]{_DAY}(?:(?:至|到|-|—|~)+{_DAY})?)*"
_OFF = re.compile(rf"({_SPANS})放假(.*)")
_ON = re.compile(rf"({_SPANS})(?:照常|正常)?上班")
_COUNT = re.compile(r"(?:共|放假)(\d{1,2})天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_YEAR = re.compile(r"关于(\d{4})年.{0,6}节假日")
_ISSUED = re.compile(r"(?:国务院办公厅)?\d{4}年\d{1,2}月\d{1,2}日")


@dataclass(frozen=True)
class Mistake:
    """What cannot be taken as it stands. `line`: from 1; `text`: what stands there; `words`: what is wrong with it."""

    line: int
    text: str
    words: str


@dataclass
class Reading:
    """What a text says: days in order, mistakes, and sentences with a date in them that were left out."""

    days: list[Announced] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


class _Wrong(Exception):
    """Why a sentence cannot be taken, in words."""


def read_notice(text: str, year: int) -> Reading:
    """The days that `text` gives for `year`. When one line is a day by itself, every line has to be one."""
    if len(text) > MOST_CHARACTERS:
        return Reading(mistakes=[Mistake(1, "", f"文字超过 {MOST_CHARACTERS} 字，不像是一份放假通知")])
    lines = [(number, unicodedata.normalize("NFKC", line).strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    reading = Reading()
    is_list = any(_LINE.fullmatch(line) and _kind_in(line) for _, line in lines)
    found = _read_list(reading, lines) if is_list else _read_sentences(reading, lines, year)
    _take(reading, found, year)
    if not reading.days and not reading.mistakes:
        words = "没有读到任何一天。请粘贴通知里“一、元旦：1月1日……放假……”各句，或每行一天：2027-01-01 休 元旦"
        reading.mistakes.append(Mistake(1, "", words))
    return reading


def line_of(one: Announced) -> str:
    """The day as a line that `read_notice` reads back."""
    kind = "休" if one.kind == "holiday" else "班"
    return f"{one.day.isoformat()} {kind} {one.name}"


Found = Iterable[tuple[int, str, Announced]]


def _kind_in(line: str) -> bool:
    rest = (_LINE.fullmatch(line) or [None] * 6)[5] or ""
    return bool(rest) and re.split(r"[,;、\s]+", rest, maxsplit=1)[0].strip("。") in _KINDS


def _read_list(reading: Reading, lines: list[tuple[int, str]]) -> Found:
    for number, line in lines:
        if _HEADER.search(line):
            continue
        try:
            yield number, line, _day_of_line(line)
        except _Wrong as wrong:
            reading.mistakes.append(_mistake(number, line, str(wrong)))


def _day_of_line(line: str) -> Announced:
    match = _LINE.fullmatch(line)
    if match is None:
        raise _Wrong("应为：日期 类型 名称，如“2027-01-01 休 元旦”")
    day = _date(int(match[1]), int(match[2]), int(match[3]), match[4] or "")
    kind, _, name = (re.sub(r"[,;、\s]+", " ", match[5] or "").strip("。 ")).partition(" ")
    if kind not in _KINDS:
        raise _Wrong("类型应为“休”或“班”")
    name = name.strip() or ("调休上班" if _KINDS[kind] == "working_weekend" else "")
    if not name:
        raise _Wrong("没有写名称，如“元旦”")
    return Announced(day, _KINDS[kind], name)


def _read_sentences(reading: Reading, lines: list[tuple[int, str]], year: int) -> Found:
    name = ""
    for number, line in lines:
        squeezed = re.sub(r"\s+", "", line)
        said = _YEAR.search(squeezed)
        if said and int(said[1]) != year:
            reading.mistakes.append(_mistake(number, line, f"这是{said[1]}年的通知，您选的是{year}年"))
        for sentence in filter(None, re.split(r"[。;]", squeezed)):
            section = _SECTION.match(sentence)
            name = section[1] if section else name
            rest = sentence[section.end() :] if section else sentence
            try:
                for one in _days_of_sentence(rest, name, year):
                    yield number, sentence, one
            except _Wrong as wrong:
                reading.mistakes.append(_mistake(number, sentence, str(wrong)))
            except LookupError:
                _leave_out(reading, number, sentence)


def _days_of_sentence(sentence: str, name: str, year: int) -> list[Announced]:
    """The days of one sentence. Raises LookupError for a sentence about something else, _Wrong for a wrong one."""
    on, off = _ON.fullmatch(sentence), _OFF.fullmatch(sentence)
    match = on or off
    if match is None:
        raise LookupError
    days: list[date] = []
    for span in _SPAN.finditer(match[1]):
        days += _days_of_span(span, year, str(days[-1].month) if days else None)
    count = _COUNT.search(sentence) if off else None
    if count and int(count[1]) != len(days):
        raise _Wrong(f"写的是{count[1]}天，按日期数是 {len(days)} 天")
    if not name:
        raise _Wrong("不知道是哪个节日：前面应有“一、元旦：”这样的开头")
    return [Announced(day, "holiday" if off else "working_weekend", name if off else f"{name}调休") for day in days]


def _days_of_span(span: re.Match[str], year: int, month: str | None) -> list[date]:
    """The days of “1月1日（周五）至3日”; `month`: the last one that was written before."""
    if (span[2] or month) is None:
        raise _Wrong("有一天没有写月份")
    first = _date(int(span[1] or year), int(span[2] or month or 0), int(span[3]), span[4] or "")
    if span[7] is None:
        return [first]
    last = _date(int(span[5] or first.year), int(span[6] or first.month), int(span[7]), span[8] or "")
    if not 1 <= (last - first).days < _LONGEST_HOLIDAY_DAYS:
        raise _Wrong("起止日期不对")
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]


def _date(year: int, month: int, number: int, bracket: str) -> date:
    try:
        day = date(year, month, number)
    except ValueError as error:
        raise _Wrong(f"没有 {year}年{month}月{number}日这一天") from error
    said = _WEEKDAY.search(bracket)
    if said and said[1].replace("天", "日") != WEEK[day.weekday()]:
        raise _Wrong(f"{year}年{month}月{number}日是{weekday_words(day)}，括号里写的是周{said[1]}")
    return day


def _leave_out(reading: Reading, number: int, sentence: str) -> None:
    """Notes a sentence that gives no days: advice and the date of issue by name, any other date as a mistake."""
    if not re.search(r"\d日|\d{4}[-/.]\d", sentence):
        return
    if sentence.startswith("鼓励") or _ISSUED.fullmatch(sentence):
        reading.left_out.append(sentence)
        return
    reading.mistakes.append(_mistake(number, sentence, "这一句有日期，但没有读懂，请改成每行一天：2027-01-01 休 元旦"))


def _take(reading: Reading, found: Found, year: int) -> None:
    taken: dict[date, Announced] = {}
    for number, text, one in found:
        earlier = taken.setdefault(one.day, one)
        if not is_of_notice(one.day, year):
            reading.mistakes.append(_mistake(number, text, f"{one.day} 不属于{year}年的安排"))
        elif earlier.kind != one.kind:
            reading.mistakes.append(_mistake(number, text, f"{one.day} 前面已列为另一类型"))
    reading.days = [taken[day] for day in sorted(taken)]


def _mistake(number: int, text: str, words: str) -> Mistake:
    shown = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return Mistake(number, shown, words)
