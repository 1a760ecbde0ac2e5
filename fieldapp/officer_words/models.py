"""One-time codes, what was said with them, and its revisions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.filing.models import RevisionColumns
from fieldapp.people.models import User
from fieldapp.visits.models import Visit


class OfficerCode(db.Model):
    """A code that was shown to an officer. `digest`: SHA-256 of the token, 64 hex digits. `word_id`: under which what
    is said with it is filed, so that it is said once. `ended_at`: when another one of the record took its place.
    """

    __tablename__ = "officer_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    word_id: Mapped[str] = mapped_column(String(36), unique=True)
    observation_id: Mapped[str] = mapped_column(ForeignKey("observation.id"), index=True)
    shown_by_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class OfficerWord(db.Model):
    """What an officer said of one revision of a record. `author_id`: who showed the code, not whose words they are."""

    __tablename__ = "officer_word"
    __table_args__ = (Index("ix_officer_word_author_id_state", "author_id", "state"),)

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
    started_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    evidence_named: Mapped[int] = mapped_column(Integer, default=0)
    evidence_arrived: Mapped[int] = mapped_column(Integer, default=0)

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class OfficerWordRevision(RevisionColumns, db.Model):
    """One filing, word for word, with `officer` replaced by its commitment."""

    __tablename__ = "officer_word_revision"

    officer_word_id: Mapped[str] = mapped_column(ForeignKey("officer_word.id"), primary_key=True)
