"""Checklist versions."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.extensions import Instant, db


class ChecklistVersion(db.Model):
    """One published or proposed edition. `content` is its whole JSON (see `content.py`), `digest` the SHA-256 of it.

    `published_at` is none while it is only proposed (imported, waiting for confirmation). `retired_at`: phones are no
    longer given it for new records; records made with it stay valid. `approved_at`: an administrator has said that the
    bureau has approved it (审定); until then its scores are for reference only. `meanings_from_id`: the file that it
    came from did not say what its items mean, which was taken over from this version.
    """

    __tablename__ = "checklist_version"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by_id: Mapped[str | None] = mapped_column(String(36))
    meanings_from_id: Mapped[str | None] = mapped_column(String(60))
