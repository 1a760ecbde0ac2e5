"""When a visit may be planned. Pure."""

from datetime import date, datetime

from fieldapp.clock import CHINA

FIRST_YEAR = 2020
MOST_YEARS_AHEAD = 2


def date_fault(starts_at: datetime, today: date) -> str | None:
    """Why a visit cannot be at this time at all: a year that can only be a slip of the pen. None when it can."""
    year = starts_at.astimezone(CHINA).year
    if year < FIRST_YEAR:
        return f"年份不对：{year} 年。最早可以补录到 {FIRST_YEAR} 年。"
    if year > today.year + MOST_YEARS_AHEAD:
        return f"年份不对：{year} 年。最远可以安排到 {today.year + MOST_YEARS_AHEAD} 年。"
    return None


def is_past(starts_at: datetime, today: date) -> bool:
    """Whether the day of the visit is over, on a Chinese calendar."""
    return starts_at.astimezone(CHINA).date() < today
