"""Showing a sealed telephone: masked as a rule, in clear for one look that the audit chain remembers."""

from hashlib import sha256

from fieldapp.access import require
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Fault, Refused
from fieldapp.extensions import unit_of_work
from fieldapp.people.models import User


def note(actor: User, *, kind: str, subject_id: str, reason: str) -> None:
    """Puts into the chain that `actor` reads the contact of a rating, an opinion or an interview (`kind`), and why.

    The caller has checked that the row lies in the actor's reach. Raises NotAllowed for others than leads and admins,
    Refused without a reason.
    """
    require(actor, "contacts.unmask")
    if not reason.strip():
        raise Refused(faults=[Fault("/reason", "请写明查看的理由，将记入审计日志")])
    with unit_of_work():
        audit.record(
            f"{kind}.contact_unmasked", actor_id=actor.id, subject_kind=kind, subject_id=subject_id, at=now(),
            reason_digest=sha256(reason.strip().encode()).hexdigest(),
        )  # fmt: skip


def mask_phone(phone: str) -> str:
    """`phone` as it is shown: the first three and the last two characters."""
    return f"{phone[:3]}****{phone[-2:]}" if len(phone) >= 7 else "****"
