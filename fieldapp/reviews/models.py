"""Reviews and their comments; where the voices of a visit contradict."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.people.models import User

DECISIONS = {"approve": "审核通过", "return": "退回补充"}


class Review(db.Model):
    """One decision on one revision: `approve` or `return`, by whom, when, with which words."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("observation_id", "revision"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    observation_id: Mapped[str] = mapped_column(ForeignKey("observation.id"), index=True)
    revision: Mapped[int] = mapped_column(Integer)
    decision: Mapped[str] = mapped_column(String(20))
    comment: Mapped[str] = mapped_column(Text, default="")
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    decided_at: Mapped[datetime] = mapped_column(Instant)

    reviewer: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    comments: Mapped[list["ItemComment"]] = relationship(order_by="ItemComment.item", lazy="selectin")


class ItemComment(db.Model):
    """What the reviewer wants changed at one item of a returned record."""

    __tablename__ = "item_comment"

    review_id: Mapped[str] = mapped_column(ForeignKey("review.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(20), primary_key=True)
    comment: Mapped[str] = mapped_column(Text)


class KeptVoice(db.Model):
    """What one record, interview or rating said of the facts of its visit, taken from its words once.

    `kind`: a key of three_voices.KINDS. `said_yes`, `said_no`: facts, separated by spaces. `apart`: why a rating is
    shown and not counted, separated by spaces. `spoke_at`: when it was submitted. `rule`: as in VisitVoices.
    """

    __tablename__ = "kept_voice"

    source_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    said_yes: Mapped[str] = mapped_column(String(120))
    said_no: Mapped[str] = mapped_column(String(120))
    apart: Mapped[str] = mapped_column(String(160))
    spoke_at: Mapped[datetime] = mapped_column(Instant)
    rule: Mapped[int] = mapped_column(Integer)


class VisitVoices(db.Model):
    """What three_voices found for one visit, summed up from its kept voices, so that lists need not open records.

    `contradictions`: facts, separated by spaces. `compared_count`: facts that could be compared. `rule`: the
    three_voices.RULE under which this was found; what an older one found is found anew before it is shown.
    """

    __tablename__ = "visit_voices"
    __table_args__ = (Index("ix_visit_voices_contradiction_count_visit_id", "contradiction_count", "visit_id"),)

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    contradictions: Mapped[str] = mapped_column(String(120), default="")
    contradiction_count: Mapped[int] = mapped_column(Integer, default=0)
    compared_count: Mapped[int] = mapped_column(Integer, default=0)
    rule: Mapped[int] = mapped_column(Integer, server_default="1")
