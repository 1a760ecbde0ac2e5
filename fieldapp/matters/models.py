"""Matters of every kind, and their log."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.people.models import User


class Matter(db.Model):
    """事项. What every kind has; a kind maps a class of its own onto it, with a table of its own for its own columns.

    `kind`: of kinds.MatterKind. `state`: a key of its course. `accept_by`, `close_by`: last days, on the Chinese
    calendar; `is_term_provisional`: when they were set, one of them reached into a year whose days off were not known
    yet. `rung`: the highest of its ladder that was noted of the term that runs now. `outcome`: the last choice that was
    made.
    """

    __tablename__ = "matter"
    __table_args__ = (Index("ix_matter_kind_state_close_by", "kind", "state", "close_by"),)
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "matter"}

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    accept_by: Mapped[date] = mapped_column(Date)
    close_by: Mapped[date] = mapped_column(Date)
    is_term_provisional: Mapped[bool] = mapped_column(default=False)
    rung: Mapped[str | None] = mapped_column(String(20))
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    extended_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(20))
    closed_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    closed_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))

    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id], lazy="joined")
    entries: Mapped[list["MatterEntry"]] = relationship(order_by="MatterEntry.position", lazy="select")


class MatterEntry(db.Model):
    """One line of the log; written once. `action`: a key of the course's acts. `words`: by the staff."""

    __tablename__ = "matter_entry"

    matter_id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    action: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)

    actor: Mapped[User | None] = relationship(lazy="joined")
