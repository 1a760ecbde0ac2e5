"""What a scanned certificate says: of a printed code, and of one that a phone shows for the minute."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import current_app, request

from fieldapp.clock import china, now
from fieldapp.filing import devices
from fieldapp.ids import is_uuid
from fieldapp.people import live_codes, queries, rules
from fieldapp.people.models import Certificate

Code = Literal["printed", "live", "stale", "wrong", "shut_out"]
_MOST_CHARACTERS = 100
_MOST_DIGITS = 10  # of a minute


@dataclass(frozen=True)
class Shown:
    """A certificate as it was shown. `code`: what kind of code led here; `until`: how long a live one counts."""

    certificate: Certificate
    state: rules.CertificateState
    code: Code
    until: datetime | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether the certificate itself counts today, whatever led here."""
        return rules.counts_as_valid(self.state)

    @property
    def is_valid(self) -> bool:
        return self.is_in_force and self.code in ("printed", "live")

    @property
    def has_live_code(self) -> bool:
        """Whether who looks stands before a phone that may show it, and the certificate is valid: then the portrait."""
        return self.is_valid and self.code == "live"


def shown(code: str) -> Shown | None:
    """What the address of this request shows; None when nobody issued such a certificate."""
    found = queries.certificate_by_code(code) if len(code) <= _MOST_CHARACTERS else None
    if found is None:
        return None
    state = rules.certificate_state(
        found.state, issued_on=found.issued_on, valid_until=found.valid_until, today=china(now()).date()
    )
    if not {"d", "m", "c"} & request.args.keys():
        return Shown(found, state, "printed")
    minute = request.args.get("m", "")
    if not (minute.isascii() and minute.isdecimal() and len(minute) <= _MOST_DIGITS):
        return Shown(found, state, "wrong")
    return Shown(found, state, _read(found, int(minute)), live_codes.counts_until(int(minute)))


def _read(found: Certificate, minute: int) -> Code:
    device_id, code = request.args.get("d", ""), request.args.get("c", "")
    if not is_uuid(device_id):
        return "wrong"
    secret = live_codes.secret_of(
        current_app.config["SETTINGS"].secret_key, certificate_id=found.id, device_id=device_id
    )
    reading = live_codes.read(secret, minute=minute, code=code, at=now())
    if reading == "wrong":
        return "wrong"
    if devices.is_revoked(device_id) or not queries.is_holder_active(found):
        return "shut_out"
    return reading
