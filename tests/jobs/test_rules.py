"""When a job that failed is tried again, and when what recurs is next due."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.jobs.rules import ONCE, Daily, EveryHours, Retry, key_of


def at(text: str) -> datetime:
    """A moment of China."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (8, 640), (10, 2560), (11, 3600)])
def test_each_wait_is_twice_the_last_and_never_longer_than_the_longest(attempts: int, seconds: int):
    assert Retry().wait(attempts) == timedelta(seconds=seconds)


def test_after_thousands_of_attempts_the_wait_is_still_the_longest():
    assert Retry().wait(100_000) == timedelta(hours=1)


def test_a_job_is_begun_so_often_and_no_more():
    assert [Retry(tries=3).is_over(attempts) for attempts in (1, 2, 3, 4)] == [False, False, True, True]
    assert [Retry().is_over(attempts) for attempts in (7, 8)] == [False, True]
    assert ONCE.is_over(1)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-30T00:59:59", "2026-11-30T01:05"),
        ("2026-11-30T01:04:59.999999", "2026-11-30T01:05"),
        ("2026-11-30T01:05", "2026-12-01T01:05"),
        ("2026-11-30T01:05:00.000001", "2026-12-01T01:05"),
        ("2026-12-31T23:59", "2027-01-01T01:05"),
    ],
)
def test_what_is_due_daily_is_due_at_the_first_such_time_of_china_after_now(now: str, due: str):
    assert Daily(1, 5).next_after(at(now)) == at(due)
    assert Daily(1, 5).next_after(at(now).astimezone(UTC)) == at(due)


def test_a_time_of_day_without_minutes_is_the_full_hour():
    assert Daily(3).next_after(at("2026-11-30T02:59:59.5")) == at("2026-11-30T03:00")


@pytest.mark.parametrize(
    ("hours", "now", "due"),
    [
        (1, "2026-11-30T09:12:04", "2026-11-30T10:00"),
        (1, "2026-11-30T09:00:00", "2026-11-30T10:00"),
        (4, "2026-11-30T09:59:59.999999", "2026-11-30T12:00"),
        (4, "2026-11-30T12:00:00", "2026-11-30T16:00"),
        (6, "2026-12-31T18:30:30", "2027-01-01T00:00"),
    ],
)
def test_what_is_due_every_few_hours_is_due_at_the_next_full_hour_that_they_divide(hours: int, now: str, due: str):
    assert EveryHours(hours).next_after(at(now)) == at(due)
    assert EveryHours(hours).next_after(at(now).astimezone(UTC)) == at(due)


def test_an_occurrence_is_named_by_its_minute_in_china():
    assert key_of(datetime(2026, 11, 29, 17, 0, 30, tzinfo=UTC)) == "2026-11-30 01:00"
