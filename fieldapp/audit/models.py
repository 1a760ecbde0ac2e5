"""The chain's table."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.extensions import Instant, db


class AuditEntry(db.Model):
    """One link. `details` is canonical JSON; `chain` is SHA-256 over the previous link's chain and this entry."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_id", "sequence"),
        Index("ix_audit_entry_actor", "actor_id", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(Instant)
    event: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[str | None] = mapped_column(String(36))
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(60))
    details: Mapped[str] = mapped_column(Text)
    chain: Mapped[str] = mapped_column(String(64))


class ProjectionProgress(db.Model):
    """How far a projection has read the chain. `sequence`: the last entry that its rows hold; 0 before the first.

    `rule`: the rule under which all of its rows were made; an older one until each of them has been made anew.
    """

    __tablename__ = "projection_progress"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    rule: Mapped[int] = mapped_column(Integer)
