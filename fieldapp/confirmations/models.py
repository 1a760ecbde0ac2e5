"""Confirmations and their revisions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.filing.models import RevisionColumns
from fieldapp.people.models import User
from fieldapp.visits.models import Visit


class Confirmation(db.Model):
    """The confirmation as it now stands.

    `observation_id`, `observation_revision`, `observation_digest`: what was read. No foreign key: it may arrive before
    the record, and stays when the record has to come once more. `marks`: why it does not count, as far as that was
    known when it was submitted (keys of rules.MARKS, between commas).
    """

    __tablename__ = "confirmation"
    __table_args__ = (Index("ix_confirmation_author_id_state", "author_id", "state"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    group_id: Mapped[str | None] = mapped_column(ForeignKey("working_group.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    head_revision: Mapped[int] = mapped_column(Integer)
    observation_id: Mapped[str] = mapped_column(String(36), index=True)
    observation_revision: Mapped[int] = mapped_column(Integer)
    observation_digest: Mapped[str] = mapped_column(String(64))
    deviations_count: Mapped[int] = mapped_column(Integer, default=0)
    marks: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    evidence_named: Mapped[int] = mapped_column(Integer, default=0)
    evidence_arrived: Mapped[int] = mapped_column(Integer, default=0)

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class ConfirmationRevision(RevisionColumns, db.Model):
    """One filing, word for word."""

    __tablename__ = "confirmation_revision"

    confirmation_id: Mapped[str] = mapped_column(ForeignKey("confirmation.id"), primary_key=True)
