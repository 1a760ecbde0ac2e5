"""When a code counts, on plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.rating_codes import rules

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("is_slip", "used", "revoked", "expires", "fault"),
    [
        (True, None, None, None, None),
        (True, NOON, None, None, "used"),
        (False, NOON, None, None, None),
        (True, None, NOON, None, "revoked"),
        (False, None, NOON, NOON - timedelta(days=1), "revoked"),
        (True, None, None, NOON, "expired"),
        (True, None, None, NOON + timedelta(seconds=1), None),
        (True, NOON, None, NOON - timedelta(days=1), "used"),
    ],
)
def test_a_code_counts_until_it_is_used_revoked_or_expired(is_slip, used, revoked, expires, fault):
    found = rules.code_fault(is_slip=is_slip, used_at=used, revoked_at=revoked, expires_at=expires, at=NOON)

    assert found == fault
