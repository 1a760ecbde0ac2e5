"""The code of the minute with which a phone shows a certificate, so that a screenshot is worth nothing soon after.

Source: RFC 2104 (HMAC), in the manner of RFC 6238 (TOTP) with a step of a minute.
"""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

Reading = Literal["live", "stale", "wrong"]
MINUTES_EITHER_SIDE = 2  # a phone's clock is some seconds off, and somebody has to take out his own to scan
_CODE_DIGITS = 20  # 80 bits
_MINUTE_S = 60


def secret_of(server_secret: str, *, certificate_id: str, device_id: str) -> str:
    """What one phone makes codes of one certificate with: 64 hex digits. Nothing is stored; no other phone knows it."""
    words = f"certificate-code\n{certificate_id}\n{device_id}"
    return hmac.new(server_secret.encode(), words.encode(), sha256).hexdigest()


def code_of(secret: str, minute: int) -> str:
    """The code of one minute, counted from 1970: 20 hex digits."""
    return hmac.new(bytes.fromhex(secret), str(minute).encode(), sha256).hexdigest()[:_CODE_DIGITS]


def minute_at(moment: datetime) -> int:
    """Whole minutes since 1970."""
    return int(moment.timestamp()) // _MINUTE_S


def read(secret: str, *, minute: int, code: str, at: datetime) -> Reading:
    """Whether a code counts now, did or will at another time, or was not made with this secret."""
    if not hmac.compare_digest(code_of(secret, minute).encode(), code.encode()):
        return "wrong"
    return "live" if abs(minute_at(at) - minute) <= MINUTES_EITHER_SIDE else "stale"


def counts_until(minute: int) -> datetime:
    """From when on the code of a minute is stale."""
    return datetime.fromtimestamp((minute + MINUTES_EITHER_SIDE + 1) * _MINUTE_S, UTC)
