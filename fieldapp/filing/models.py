"""Receipts and devices."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.extensions import Instant, db


class Receipt(db.Model):
    """回执: signed proof that one revision of a record, or one evidence file, has arrived. Never changed or deleted.

    `sequence`, `chain`: its place in the audit chain. `signature`: Ed25519, base64, over the canonical receipt.
    """

    __tablename__ = "receipt"

    subject_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Instant)
    sequence: Mapped[int] = mapped_column(BigInteger, unique=True)
    chain: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(32))
    signature: Mapped[str] = mapped_column(String(100))


class Device(db.Model):
    """A phone as it last reported itself: how much it still holds, and since when. `report` is its JSON."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    unsent_records: Mapped[int] = mapped_column(Integer, default=0)
    unsent_files: Mapped[int] = mapped_column(Integer, default=0)
    oldest_unsent_at: Mapped[datetime | None] = mapped_column(Instant)
    highest_sequence: Mapped[int] = mapped_column(Integer, default=0)
    app_version: Mapped[str] = mapped_column(String(60), default="")
    report: Mapped[str] = mapped_column(Text, default="{}")
    seen_at: Mapped[datetime] = mapped_column(Instant, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
