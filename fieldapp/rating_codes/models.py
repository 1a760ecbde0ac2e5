"""The codes that citizens scan."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.people.models import ContactPoint, Organisation, User
from fieldapp.visits.models import Visit

CODE_KINDS = {"slip": "一次码", "poster": "长期码"}


class RatingCode(db.Model):
    """评价码. `code` is the secret in the QR (spelling.CODE_CHARACTERS characters); `number` is for people to say.

    A slip is in somebody's stock (`issued_to_id`) until it is bound to a visit; a poster names an agency, a 区镇 or a
    contact point (its agency may be given beside the 区镇). `bound_at` is the phone's claim, `bound_received_at` the
    server's time. `place`: where a poster hangs, in words. `is_printed`: a slip on paper, so not in a phone's stock.
    """

    __tablename__ = "rating_code"
    __table_args__ = (Index("ix_rating_code_stock", "issued_to_id", "kind", "visit_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    contact_point_id: Mapped[str | None] = mapped_column(ForeignKey("contact_point.id"), index=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id"), index=True)
    place: Mapped[str] = mapped_column(String(120), default="")
    is_printed: Mapped[bool] = mapped_column(default=False)
    issued_to_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    issued_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant, index=True)
    bound_at: Mapped[datetime | None] = mapped_column(Instant)
    bound_received_at: Mapped[datetime | None] = mapped_column(Instant)
    bound_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_reason: Mapped[str | None] = mapped_column(String(200))

    agency: Mapped[Organisation | None] = relationship(foreign_keys=[agency_id], lazy="joined")
    locality: Mapped[Organisation | None] = relationship(foreign_keys=[locality_id], lazy="joined")
    contact_point: Mapped[ContactPoint | None] = relationship(lazy="joined")
    visit: Mapped[Visit | None] = relationship(lazy="select")
    issued_to: Mapped[User | None] = relationship(foreign_keys=[issued_to_id], lazy="select")
