"""The code of the minute: good for a few minutes, and nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.people.live_codes import code_of, counts_until, minute_at, read, secret_of

SHOWN = datetime(2026, 11, 23, 2, 10, 30, tzinfo=UTC)
SECRET = secret_of("a server's", certificate_id="c", device_id="d")


@pytest.mark.parametrize(
    ("later_s", "reading"),
    [
        (0, "live"),
        (149, "live"),
        (150, "stale"),
        (180, "stale"),
        (-150, "live"),
        (-151, "stale"),
        (86400 * 365, "stale"),
    ],
)
def test_a_code_counts_for_two_minutes_on_either_side_of_its_own(later_s, reading):
    minute = minute_at(SHOWN)
    at = SHOWN + timedelta(seconds=later_s)

    assert read(SECRET, minute=minute, code=code_of(SECRET, minute), at=at) == reading
    assert counts_until(minute) == datetime(2026, 11, 23, 2, 13, tzinfo=UTC)


def test_a_code_of_another_minute_phone_certificate_or_server_is_wrong():
    minute = minute_at(SHOWN)
    others = [
        secret_of("a server's", certificate_id="c", device_id="e"),
        secret_of("a server's", certificate_id="b", device_id="d"),
        secret_of("another's", certificate_id="c", device_id="d"),
    ]
    codes = [code_of(SECRET, minute + 1), *(code_of(one, minute) for one in others), "", "ü" * 20]

    assert {read(SECRET, minute=minute, code=code, at=SHOWN) for code in codes} == {"wrong"}


def test_the_code_is_the_one_that_the_contract_names():
    assert code_of("00" * 32, 29000000) == "630282b81676b20dce4a"
