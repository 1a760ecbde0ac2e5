"""Evidence files."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.evidence.rules import SOURCE_WORDS
from fieldapp.extensions import Instant, db
from fieldapp.people.models import User

SOURCES = SOURCE_WORDS


class Evidence(db.Model):
    """One original. `state`: uploading → stored (→ erased: by law, the bytes are gone); the id is minted by the phone.

    `owner_kind`, `owner_id`: the record that names it (which may arrive later), and its kind of filing.
    `sniffed_type`: the media type that the bytes themselves show. `taken_at`, `latitude`, `longitude`, `accuracy_m` are
    claims of the phone, not facts. `of_id`: the photo that a copy or a layer stands beside; `of_sha256`: the bytes that
    a layer was drawn over, as it says itself.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_owner", "owner_kind", "owner_id"), Index("ix_evidence_of_id", "of_id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(String(36))
    item: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    filename: Mapped[str] = mapped_column(String(200), default="")
    declared_type: Mapped[str] = mapped_column(String(100), default="")
    sniffed_type: Mapped[str | None] = mapped_column(String(100))
    of_id: Mapped[str | None] = mapped_column(String(36))
    of_sha256: Mapped[str | None] = mapped_column(String(64))
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    accuracy_m: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(Instant)
    stored_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def is_stored(self) -> bool:
        return self.state == "stored"


class PhotoCheck(db.Model):
    """Somebody has looked at a photo, with what was drawn over it (`layer_id`), and found that it may leave the bureau.
    Written once.
    """

    __tablename__ = "photo_check"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    evidence_id: Mapped[str] = mapped_column(ForeignKey("evidence.id"), index=True)
    layer_id: Mapped[str | None] = mapped_column(ForeignKey("evidence.id"))
    checker_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    checked_at: Mapped[datetime] = mapped_column(Instant)

    checker: Mapped[User] = relationship()
