"""The portrait of who holds a certificate: one, kept beside it, shown to strangers behind a live code only."""

from sqlalchemy import delete, select

from fieldapp.access import require
from fieldapp.audit.operations import record
from fieldapp.clock import now
from fieldapp.errors import NotFound
from fieldapp.extensions import db, unit_of_work
from fieldapp.people import bounds
from fieldapp.people.models import Certificate, CertificatePortrait, User


def keep(actor: User | None, certificate_id: str, jpeg: bytes) -> None:
    """Puts a portrait in the place of the one before. `jpeg`: made anew by the renderer, without metadata.

    Raises NotFound for a certificate out of bounds. The chain notes that it was changed, and nothing of the picture.
    """
    _change(actor, certificate_id, jpeg)


def remove(actor: User | None, certificate_id: str) -> None:
    """Takes the portrait away; without one nothing happens."""
    _change(actor, certificate_id, None)


def has(certificate_id: str) -> bool:
    """Whether there is a portrait."""
    found = select(CertificatePortrait.certificate_id).where(CertificatePortrait.certificate_id == certificate_id)
    return db.session.scalar(found) is not None


def of(certificate_id: str) -> bytes:
    """The JPEG. Raises NotFound where there is none."""
    found = db.session.get(CertificatePortrait, certificate_id)
    if found is None:
        raise NotFound
    return found.jpeg


def _change(actor: User | None, certificate_id: str, jpeg: bytes | None) -> None:
    require(actor, "registers.edit")
    with unit_of_work() as session:
        bounds.require_within(actor, certificate_id=certificate_id)
        if session.get(Certificate, certificate_id) is None:
            raise NotFound
        had = has(certificate_id)
        session.execute(delete(CertificatePortrait).where(CertificatePortrait.certificate_id == certificate_id))
        if jpeg is not None:
            session.add(CertificatePortrait(certificate_id=certificate_id, jpeg=jpeg))
        if had or jpeg is not None:
            record(
                "certificate.portrait_changed",
                actor_id=actor.id if actor else None,
                subject_kind="certificate",
                subject_id=certificate_id,
                at=now(),
                is_kept=jpeg is not None,
            )
