"""Roundtables and their revisions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.filing.models import RevisionColumns
from fieldapp.people.models import Organisation, User
from fieldapp.visits.models import Visit


class Roundtable(db.Model):
    """The roundtable as it now stands. `agency_id`, `group_id`: of its visit where it is of one.

    `locality_id`: of the visit, else as written, else of the agency. `present_count`: people around the table.
    """

    __tablename__ = "roundtable"
    __table_args__ = (Index("ix_roundtable_author_id_state", "author_id", "state"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    group_id: Mapped[str | None] = mapped_column(ForeignKey("working_group.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    head_revision: Mapped[int] = mapped_column(Integer)
    topic: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    present_count: Mapped[int] = mapped_column(Integer)
    actions_count: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(Instant, index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    evidence_named: Mapped[int] = mapped_column(Integer, default=0)
    evidence_arrived: Mapped[int] = mapped_column(Integer, default=0)

    visit: Mapped[Visit | None] = relationship(lazy="joined")
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    agency: Mapped[Organisation | None] = relationship(foreign_keys=[agency_id], lazy="joined")
    locality: Mapped[Organisation | None] = relationship(foreign_keys=[locality_id], lazy="joined")


class RoundtableRevision(RevisionColumns, db.Model):
    """One filing, word for word, with `people` replaced by its commitment."""

    __tablename__ = "roundtable_revision"

    roundtable_id: Mapped[str] = mapped_column(ForeignKey("roundtable.id"), primary_key=True)
