"""Receipts, sealed persons, numbers and devices."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.extensions import Instant, db
from fieldapp.filing.sealing import WRAPPED


class RevisionColumns:
    """What the revisions of every kind hold beside the id of their record: one filing, word for word."""

    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    base_revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    device_id: Mapped[str | None] = mapped_column(String(36))
    received_at: Mapped[datetime] = mapped_column(Instant)


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


class SealedPerson(db.Model):
    """The personal part of a filing (当事人, 受访人), encrypted under a key of its own that can be destroyed.

    Destroying `key` erases the person by law; the commitment in the revision's body and the digest still stand.
    Source: 个人信息保护法 art. 47.
    """

    __tablename__ = "sealed_person"

    owner_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    owner_kind: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key: Mapped[bytes | None] = mapped_column(LargeBinary, info=WRAPPED)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


class SealedBody(db.Model):
    """The key of one revision whose words are sealed (`filing/bodies.py`). None once it is erased by law.

    Source: 个人信息保护法 art. 47.
    """

    __tablename__ = "sealed_body"

    owner_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    owner_kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[bytes | None] = mapped_column(LargeBinary, info=WRAPPED)


class Erasure(db.Model):
    """What was erased by law, whose it was, and where the chain says so. Phones are told of it. Never changed.

    `kind`: of the filing, or evidence. `ground`: a key of `erasures.GROUNDS`.
    """

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_author_id_erased_at", "author_id", "erased_at"),)

    subject_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    sequence: Mapped[int] = mapped_column(BigInteger, unique=True)
    ground: Mapped[str] = mapped_column(String(20))
    erased_at: Mapped[datetime] = mapped_column(Instant)


class NumberSeries(db.Model):
    """The last number given in a yearly series, e.g. JD-2026."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


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
