"""Interviews and their revisions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.filing.models import RevisionColumns
from fieldapp.people.models import User
from fieldapp.visits.models import Visit

RESPONDENT_KINDS = {"party": "当事人", "witness": "见证人", "employee": "企业员工", "resident": "村（居）民"}


class Interview(db.Model):
    """The interview as it now stands. `level`: 5 非常满意 … 1 非常不满意; none when not asked. `wants_call`: the party
    wants to be called back.
    """

    __tablename__ = "interview"
    __table_args__ = (
        Index("ix_interview_author_id_state", "author_id", "state"),
        Index("ix_interview_wants_call_state", "wants_call", "state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(String(20))
    head_revision: Mapped[int] = mapped_column(Integer)
    level: Mapped[int | None] = mapped_column(Integer)
    wants_call: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    evidence_named: Mapped[int] = mapped_column(Integer, default=0)
    evidence_arrived: Mapped[int] = mapped_column(Integer, default=0)

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class InterviewRevision(RevisionColumns, db.Model):
    """One filing, word for word, with `respondent` replaced by its commitment."""

    __tablename__ = "interview_revision"

    interview_id: Mapped[str] = mapped_column(ForeignKey("interview.id"), primary_key=True)


class CheckedRecording(db.Model):
    """文字记录已核对: whose words stand in the answers; the term of the recording runs from `checked_at`."""

    __tablename__ = "checked_recording"

    evidence_id: Mapped[str] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    checked_by_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime] = mapped_column(Instant, index=True)
