"""The rows that are counted. Two tables of one fact: what all answers of a record share is kept once."""

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.extensions import Instant, db

_IS_NO = text("value = 'no'")


class RecordFact(db.Model):
    """A filed record as its newest submitted revision says, and how it stands.

    `state`: submitted (待审), returned or approved; only approved ones count. `agency_id` none: not in the register.
    `source`: 任务来源. `received_at`: when that revision came in. `decided_at`: when it was approved or returned.
    Whether the checklist version is 拟定 or 已审定 is asked of the version itself: the bureau says so once, later, of
    millions of answers.
    """

    __tablename__ = "record_fact"
    __table_args__ = (Index("ix_record_fact_state_agency_id", "state", "agency_id"),)

    observation_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    rule: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)
    visit_id: Mapped[str] = mapped_column(String(36))
    author_id: Mapped[str] = mapped_column(String(36))
    group_id: Mapped[str | None] = mapped_column(String(36))
    agency_id: Mapped[str | None] = mapped_column(String(36))
    locality_id: Mapped[str | None] = mapped_column(String(36))
    domain: Mapped[str] = mapped_column(String(40))
    mode: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    checklist_version_id: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class AnswerFact(db.Model):
    """One answer. `value`: yes, no, na or not_observed. `stage`, `critical`, `weight` (points): as the record's own
    checklist version has them; an item that it does not know has no stage and weighs nothing.
    """

    __tablename__ = "answer_fact"
    __table_args__ = (
        # Of a hundred answers few are 否, and those are asked for most.
        Index("ix_answer_fact_no", "item", "observation_id", sqlite_where=_IS_NO, postgresql_where=_IS_NO),
        {"sqlite_with_rowid": False},
    )

    observation_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    item: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(40))
    critical: Mapped[bool] = mapped_column(Boolean)
    weight: Mapped[int] = mapped_column(Integer)
    corrected_on_spot: Mapped[bool] = mapped_column(Boolean)
