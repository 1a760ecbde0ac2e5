"""Whether a code still counts, and how many may be made at once. Pure."""

from datetime import datetime

MOST_SLIPS_AT_ONCE = 400


def code_fault(
    *, is_slip: bool, used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime | None, at: datetime
) -> str | None:
    """Why a code takes no rating now: `used`, `revoked`, `expired`; None when it does."""
    if is_slip and used_at is not None:
        return "used"
    if revoked_at is not None:
        return "revoked"
    if expires_at is not None and at >= expires_at:
        return "expired"
    return None
