"""Ratings, their pictures and addenda, follow-ups of bad ratings, opinions, closed months, the keys of the day."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.extensions import Instant, db
from fieldapp.filing.sealing import WRAPPED
from fieldapp.matters.models import Matter
from fieldapp.people.models import ContactPoint, Organisation, User
from fieldapp.rating_codes.models import RatingCode
from fieldapp.visits.models import Visit


class Rating(db.Model):
    """评价. `level`: 5 非常满意 … 1 非常不满意. The four facts (rules.FACTS): yes, no, unclear or none.

    `slip_id`: the code when it is a slip; unique: a slip is one rating whatever races. `nonce`: what one page load
    said (page_loads.PageLoad.mark); unique: sent twice it is one rating.
    `visit_id`, `agency_id`, `locality_id`, `domain`: known at once, or from the binding (`joined_at`) on.
    `suspect_reasons`: keys of rules.SUSPICIONS, separated by spaces; empty for none. `misrated_at`: the follow-up found
    that the citizen had meant something else; such a rating is counted apart too.
    `network_tag`, `device_tag`: keyed hashes, both emptied by the nightly run. `contact_*`: sealed name and telephone.
    `released_comment`: the comment as the bureau let it go to the agency, personal data removed.
    """

    __tablename__ = "rating"
    __table_args__ = (
        Index("ix_rating_code_id_network_tag_submitted_at", "code_id", "network_tag", "submitted_at"),
        Index("ix_rating_code_id_submitted_at", "code_id", "submitted_at"),
        Index("ix_rating_agency_id_submitted_at", "agency_id", "submitted_at"),
        Index("ix_rating_locality_id_submitted_at", "locality_id", "submitted_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    receipt_code: Mapped[str] = mapped_column(String(20), unique=True)
    code_id: Mapped[str] = mapped_column(ForeignKey("rating_code.id"))
    kind: Mapped[str] = mapped_column(String(10))
    slip_id: Mapped[str | None] = mapped_column(ForeignKey("rating_code.id"), unique=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    level: Mapped[int] = mapped_column(Integer, index=True)
    show_credentials: Mapped[str | None] = mapped_column(String(10))
    inform_rights: Mapped[str | None] = mapped_column(String(10))
    full_recording: Mapped[str | None] = mapped_column(String(10))
    civil_language: Mapped[str | None] = mapped_column(String(10))
    reasons: Mapped[str] = mapped_column(String(300), default="")
    reasons_version: Mapped[str] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime] = mapped_column(Instant, index=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id"), index=True)
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    contact_point_id: Mapped[str | None] = mapped_column(ForeignKey("contact_point.id"), index=True)
    domain: Mapped[str | None] = mapped_column(String(40))
    joined_at: Mapped[datetime | None] = mapped_column(Instant)
    suspect_reasons: Mapped[str] = mapped_column(String(120), default="", index=True)
    misrated_at: Mapped[datetime | None] = mapped_column(Instant)
    network_tag: Mapped[str | None] = mapped_column(String(64))
    device_tag: Mapped[str | None] = mapped_column(String(64), index=True)
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_key: Mapped[bytes | None] = mapped_column(LargeBinary, info=WRAPPED)
    contact_mask: Mapped[str] = mapped_column(String(40), default="")
    consent_version: Mapped[str | None] = mapped_column(String(40))
    contact_erased_at: Mapped[datetime | None] = mapped_column(Instant)
    released_comment: Mapped[str | None] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    released_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))

    code: Mapped[RatingCode] = relationship(foreign_keys=[code_id], lazy="select")
    visit: Mapped[Visit | None] = relationship(lazy="select")
    agency: Mapped[Organisation | None] = relationship(foreign_keys=[agency_id], lazy="select")
    locality: Mapped[Organisation | None] = relationship(foreign_keys=[locality_id], lazy="select")
    photos: Mapped[list["RatingPhoto"]] = relationship(order_by="RatingPhoto.position", lazy="select")
    addendum: Mapped["Addendum | None"] = relationship(back_populates="rating", lazy="select")
    follow_up: Mapped["FollowUp | None"] = relationship(back_populates="rating", lazy="select")

    @property
    def is_bad(self) -> bool:
        return self.level <= 2

    @property
    def is_suspect(self) -> bool:
        return bool(self.suspect_reasons)

    @property
    def has_contact(self) -> bool:
        return self.contact_key is not None


class RatingPhoto(db.Model):
    """A citizen's picture as the renderer made it anew: no EXIF, no place, at most 1280 px, some 150 KB.

    It lies here and not in the store of originals: it is no evidence, it comes and goes with its rating in one
    transaction. `sha256`: of `content`, a JPEG.
    """

    __tablename__ = "rating_photo"

    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    length_bytes: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Addendum(db.Model):
    """追评: what the citizen adds afterwards, once."""

    __tablename__ = "rating_addendum"

    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    submitted_at: Mapped[datetime] = mapped_column(Instant)

    rating: Mapped[Rating] = relationship(back_populates="addendum", lazy="select")


class FollowUp(Matter):
    """差评办理: the matter of a bad rating. `is_real_name`: the citizen left a telephone, so a call is owed.

    `state`: a key of rules.STATES; `outcome`: verified, unfounded or misrated. `reply`: the words that the citizen
    reads with the receipt code.
    """

    __tablename__ = "follow_up"
    __mapper_args__ = {"polymorphic_identity": "follow_up"}

    id: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    rating_id: Mapped[str] = mapped_column(ForeignKey("rating.id"), unique=True)
    is_real_name: Mapped[bool] = mapped_column(default=False)
    calls: Mapped[int] = mapped_column(Integer, default=0)
    rectification: Mapped[str] = mapped_column(Text, default="")
    reply: Mapped[str] = mapped_column(Text, default="")

    rating: Mapped[Rating] = relationship(back_populates="follow_up", lazy="joined", innerjoin=True)


class Opinion(db.Model):
    """意见建议 from the poster of a contact point: not a rating; has a number and an answer."""

    __tablename__ = "opinion"
    __table_args__ = (Index("ix_opinion_code_id_network_tag_submitted_at", "code_id", "network_tag", "submitted_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    receipt_code: Mapped[str] = mapped_column(String(20), unique=True)
    code_id: Mapped[str] = mapped_column(ForeignKey("rating_code.id"))
    contact_point_id: Mapped[str | None] = mapped_column(ForeignKey("contact_point.id"), index=True)
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    words: Mapped[str] = mapped_column(Text)
    submitted_at: Mapped[datetime] = mapped_column(Instant, index=True)
    suspect_reasons: Mapped[str] = mapped_column(String(120), default="")
    network_tag: Mapped[str | None] = mapped_column(String(64))
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_key: Mapped[bytes | None] = mapped_column(LargeBinary, info=WRAPPED)
    contact_mask: Mapped[str] = mapped_column(String(40), default="")
    consent_version: Mapped[str | None] = mapped_column(String(40))
    contact_erased_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))

    contact_point: Mapped[ContactPoint | None] = relationship(lazy="joined")
    locality: Mapped[Organisation | None] = relationship(lazy="joined")
    answered_by: Mapped[User | None] = relationship(lazy="select")

    @property
    def has_contact(self) -> bool:
        return self.contact_key is not None


class Draft(db.Model):
    """What a citizen sent and has still to mend, for rules.DRAFT_HOURS: so that the page can show it again.

    `id`: SHA-256 of the ticket in the page's address. `place`: which page of which code or rating. `page_mark`: of the
    page load; what it was mended to takes the draft away. `device_tag`: only that browser sees it, when it has one.
    `sealed`, `key`: words and contact, sealed like every contact.
    """

    __tablename__ = "rating_draft"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[str] = mapped_column(String(60))
    page_mark: Mapped[str] = mapped_column(String(64), index=True)
    kept_at: Mapped[datetime] = mapped_column(Instant, index=True)
    network_tag: Mapped[str] = mapped_column(String(64), index=True)
    device_tag: Mapped[str | None] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class DraftPhoto(db.Model):
    """A picture of a draft, made anew already, so that it need not be chosen again."""

    __tablename__ = "rating_draft_photo"

    draft_id: Mapped[str] = mapped_column(ForeignKey("rating_draft.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DisclosedMonth(db.Model):
    """What a rated agency reads of a month that has ended, as it was written then (disclosure.py); never changed.

    `since`–`until`: when the ratings arrived that it counts; `until` is the end of the month. `figures`: JSON of
    disclosure.Shares; None where too few had rated, which the next month then counts too.
    """

    __tablename__ = "disclosed_month"

    agency_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime] = mapped_column(Instant)
    figures: Mapped[str | None] = mapped_column(Text)


class NetworkKey(db.Model):
    """The key of one day under which addresses are hashed; deleted with the day's hashes after rules.TAG_DAYS days."""

    __tablename__ = "network_key"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
