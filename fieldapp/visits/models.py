"""Visits."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.people.models import Organisation, User, WorkingGroup

# 任务来源 (domain.md 1.1)
VISIT_SOURCES = {"routine": "日常监督", "inspection": "法治督察", "special": "专项监督", "clue": "线索触发"}


class Visit(db.Model):
    """一次监督活动. `agency_name` keeps the words of the phone when the agency is not in the register (`agency_id`
    none); `named_agency_id` is then the organisation that is called so, if one is. `typed_agency_name`: what the phone
    had typed, once the desk has put an agency of the register in its place.

    `cancelled_at` none with a `cancelled_reason`: an ad-hoc visit that was cancelled, and counts again.
    `matter`: 执法事项. `revision` counts the changes of an ad-hoc visit made by its phone.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_group_id_starts_at", "group_id", "starts_at"),
        Index("ix_visit_locality_id_starts_at", "locality_id", "starts_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    mode: Mapped[str] = mapped_column(String(20))
    domain: Mapped[str] = mapped_column(String(40))
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    agency_name: Mapped[str] = mapped_column(String(120))
    named_agency_id: Mapped[str | None] = mapped_column(String(36), index=True)
    typed_agency_name: Mapped[str | None] = mapped_column(String(120))
    group_id: Mapped[str | None] = mapped_column(ForeignKey("working_group.id"))
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    place: Mapped[str] = mapped_column(String(200), default="")
    matter: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(20), default="routine")
    starts_at: Mapped[datetime] = mapped_column(Instant, index=True)
    is_ad_hoc: Mapped[bool] = mapped_column(Boolean, default=False)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created_by_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_reason: Mapped[str | None] = mapped_column(String(200))

    group: Mapped[WorkingGroup | None] = relationship(lazy="joined")
    locality: Mapped[Organisation | None] = relationship(foreign_keys=[locality_id], lazy="joined")
    created_by: Mapped[User] = relationship(lazy="select")


class VisitAttendance(db.Model):
    """Who has said by what they filed that they went along, beside who filed a record. Rows are only added."""

    __tablename__ = "visit_attendance"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    said_at: Mapped[datetime] = mapped_column(Instant)
