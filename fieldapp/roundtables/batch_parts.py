"""What filing a roundtable has to know of the register: the agencies and 区镇 that it may name."""

from typing import Any

from sqlalchemy import or_, select

from fieldapp.filing.parts import Held, Part
from fieldapp.people.models import Organisation

_organisation = Organisation.__table__.c
# All of them: a register is short, and who is named in a body is known only after it has been read.
PARTS = (
    Part(
        "register",
        select(_organisation.id, _organisation.kind, _organisation.locality_id).where(
            or_(_organisation.kind == "agency", _organisation.kind == "locality")
        ),
    ),
)


def register_of(held: Held) -> dict[str, dict[str, Any]]:
    """The agencies and 区镇 by id: kind, locality_id."""
    return held.once(_by_id)


def _by_id(held: Held) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in held.rows["register"]}
