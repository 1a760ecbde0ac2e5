"""When a visit may be, on a Chinese calendar."""

from datetime import UTC, date, datetime

import pytest

from fieldapp.clock import CHINA
from fieldapp.visits.rules import date_fault, is_past

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("starts_at", "year"),
    [
        (datetime(2019, 12, 31, 23, 59, tzinfo=CHINA), "2019"),
        (datetime(2020, 1, 1, 0, 0, tzinfo=CHINA), None),
        (datetime(2019, 12, 31, 16, 0, tzinfo=UTC), None),
        (datetime(2028, 12, 31, 23, 59, tzinfo=CHINA), None),
        (datetime(2029, 1, 1, 0, 0, tzinfo=CHINA), "2029"),
        (datetime(2028, 12, 31, 16, 0, tzinfo=UTC), "2029"),
    ],
)
def test_a_year_that_can_only_be_a_slip_of_the_pen_is_named_with_what_would_do(starts_at, year):
    found = date_fault(starts_at, TODAY)

    if year is None:
        assert found is None
    else:
        assert found == f"年份不对：{year} 年。" + (
            "最早可以补录到 2020 年。" if year == "2019" else "最远可以安排到 2028 年。"
        )


@pytest.mark.parametrize(
    ("starts_at", "over"),
    [
        (datetime(2026, 11, 23, 23, 59, tzinfo=CHINA), True),
        (datetime(2026, 11, 24, 0, 0, tzinfo=CHINA), False),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 9, 0, tzinfo=CHINA), False),
    ],
)
def test_a_visit_is_past_when_its_day_is_over_in_china(starts_at, over):
    assert is_past(starts_at, TODAY) is over
