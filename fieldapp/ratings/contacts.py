"""Names and telephones of citizens: sealed, shown masked, erased on request and by time."""

from datetime import datetime

from flask import current_app

from fieldapp.audit import operations as audit
from fieldapp.filing import sealing, unmasking
from fieldapp.people.accounts import reason_digest
from fieldapp.people.models import User
from fieldapp.ratings.models import Opinion, Rating
from fieldapp.ratings.personal_data import mask_phone, telephone
from fieldapp.ratings.rules import CONTACT_NOTICE_VERSION


def put_in(owner: Rating | Opinion, *, name: str, phone: str) -> None:
    """Seals a contact into `owner`, which is about to be stored; nothing when there is none. `phone`: as typed."""
    number = telephone(phone)
    if number is None:
        return
    instance = current_app.config["SETTINGS"].instance
    owner.contact_sealed, owner.contact_key = sealing.seal({"name": name, "phone": number}, instance)
    owner.contact_mask = mask_phone(number)
    owner.consent_version = CONTACT_NOTICE_VERSION


def unmask(actor: User, owner: Rating | Opinion, reason: str) -> dict[str, str] | None:
    """The name and telephone, for one look that the audit chain remembers. None when there is none any more.

    The caller has checked that `owner` lies in the actor's reach. Raises NotAllowed for others than leads and admins,
    Refused without a reason.
    """
    unmasking.note(actor, kind=_kind(owner), subject_id=owner.id, reason=reason)
    if owner.contact_sealed is None:
        return None
    return sealing.unseal(owner.contact_sealed, owner.contact_key, current_app.config["SETTINGS"].instance)


def erase(owner: Rating | Opinion, at: datetime, *, actor_id: str | None = None, reason: str = "") -> None:
    """Destroys the key, in the caller's unit of work: nobody can read the contact any more. Twice changes nothing.

    `reason`: of whoever erases it on request; none when the citizen or the time does.
    Source: 个人信息保护法 art. 15, 47.
    """
    if owner.contact_key is None:
        return
    owner.contact_key = owner.contact_sealed = None
    owner.contact_mask = ""
    owner.contact_erased_at = at
    kind = _kind(owner)
    audit.record(
        f"{kind}.contact_erased", actor_id=actor_id, subject_kind=kind, subject_id=owner.id, at=at,
        reason_digest=reason_digest(reason) if reason else "",
    )  # fmt: skip


def _kind(owner: Rating | Opinion) -> str:
    return "rating" if isinstance(owner, Rating) else "opinion"
