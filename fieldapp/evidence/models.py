"""Evidence files."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.extensions import Instant, db

SOURCES = {"camera": "现场拍摄", "album": "相册选取", "audio": "录音", "signature": "手写签名"}


class Evidence(db.Model):
    """One original. `state`: uploading → stored (→ erased: by law, the bytes are gone); the id is minted by the phone.

    `owner_kind`, `owner_id`: the record that names it (which may arrive later), and its kind of filing.
    `sniffed_type`: the media type that the bytes themselves show. `taken_at`, `latitude`, `longitude`, `accuracy_m` are
    claims of the phone, not facts.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_owner", "owner_kind", "owner_id"),)

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
