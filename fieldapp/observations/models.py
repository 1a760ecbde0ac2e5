"""Observations and their revisions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.filing.models import RevisionColumns
from fieldapp.people.models import User
from fieldapp.visits.models import Visit


class Observation(db.Model):
    """The record as it now stands; its words lie in its revisions.

    Columns below `head_revision` repeat what lists sort, filter and count by, so that no list opens a revision.
    `number`: 系统编号 such as JD-2026-000123, given at the first submission; none before.
    `no_items`, `critical_no_items`: codes answered 否, separated by spaces. `marks`: what stood against the newest
    submitted revision when it was filed (keys of rules.MARKS, separated by commas); read it through marks.standing.
    `officers_found`: what the register of officers said then of each officer in it, in their order: JSON list of keys
    of officers.rules.RESULTS; empty where it said nothing of any.
    """

    __tablename__ = "observation"
    __table_args__ = (
        Index("ix_observation_state_submitted_at", "state", "submitted_at", "id"),
        Index("ix_observation_locality_id_submitted_at", "locality_id", "submitted_at", "id"),
        Index("ix_observation_group_id_submitted_at", "group_id", "submitted_at", "id"),
        Index("ix_observation_author_id_state", "author_id", "state"),
        Index("ix_observation_submitted_at_id", "submitted_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    checklist_version_id: Mapped[str] = mapped_column(ForeignKey("checklist_version.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    head_revision: Mapped[int] = mapped_column(Integer)

    group_id: Mapped[str | None] = mapped_column(String(36))
    locality_id: Mapped[str | None] = mapped_column(String(36))
    agency_id: Mapped[str | None] = mapped_column(String(36), index=True)
    domain: Mapped[str] = mapped_column(String(40))
    mode: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    yes_count: Mapped[int] = mapped_column(Integer, default=0)
    no_count: Mapped[int] = mapped_column(Integer, default=0)
    na_count: Mapped[int] = mapped_column(Integer, default=0)
    not_observed_count: Mapped[int] = mapped_column(Integer, default=0)
    no_items: Mapped[str] = mapped_column(Text, default="")
    critical_no_items: Mapped[str] = mapped_column(Text, default="")
    evidence_named: Mapped[int] = mapped_column(Integer, default=0)
    evidence_arrived: Mapped[int] = mapped_column(Integer, default=0)
    marks: Mapped[str] = mapped_column(String(80), default="", server_default="")
    officers_found: Mapped[str] = mapped_column(Text, default="", server_default="")

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_complete(self) -> bool:
        return self.evidence_arrived >= self.evidence_named


class ObservationRevision(RevisionColumns, db.Model):
    """One filing, word for word. `body` is the canonical JSON of what was sent, with `party` replaced by its
    commitment.
    """

    __tablename__ = "observation_revision"

    observation_id: Mapped[str] = mapped_column(ForeignKey("observation.id"), primary_key=True)
