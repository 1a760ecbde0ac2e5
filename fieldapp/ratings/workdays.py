"""The working days of China, 调休 included."""

from datetime import date

import chinese_calendar

SATURDAY = 5


def is_workday(day: date) -> bool:
    """Whether people work on `day`: holidays are off, shifted weekends are on.

    The calendar knows the years that the State Council has published. Beyond them Monday to Friday count, so a term
    that ends in such a year may move when the calendar is renewed; terms already set are kept as they were set.
    Source: 国务院办公厅 关于部分节假日安排的通知, as kept in chinesecalendar.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY
