"""Organisations, users, working groups, certificates, contact points, sign-ins."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    or_,
    type_coerce,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.access import ROLES, ordered
from fieldapp.extensions import Instant, db
from fieldapp.people.rules import CERTIFICATE_KINDS as CERTIFICATE_KINDS
from fieldapp.people.rules import MEMBER_ORIGINS as MEMBER_ORIGINS

# 监督体系: the county, its 区镇, the bureau and its offices, the bodies that send members, the agencies supervised.
ORGANISATION_KINDS = {
    "county": "市县",
    "locality": "区镇",
    "justice_bureau": "司法局",
    "justice_office": "司法所",
    "congress": "人大",
    "cppcc": "政协",
    "procuratorate": "检察院",
    "agency": "行政执法机关",
}
CERTIFICATE_STATES = {"valid": "有效", "suspended": "暂停", "revoked": "注销"}
CONTACT_POINT_KINDS = {"enterprise": "企业", "village": "村", "community": "社区"}


class RoleSet(TypeDecorator[frozenset[str]]):
    """The roles of a person in one column, each between blanks: " lead supervisor ". They are read with every request
    and never without their holder, so they are no rows of their own (decision 16).
    """

    impl = String(120)
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        return f" {' '.join(ordered(value or ()))} "

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[str]:
        return frozenset((value or "").split())


class Organisation(db.Model):
    """One node of the tree. `locality_id` is the 区镇 it works in; none means the whole county.

    `domains`: for an agency, the ids of its 重点领域, separated by spaces.
    """

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    short_name: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    domains: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def domain_ids(self) -> list[str]:
        return self.domains.split()


class User(db.Model):
    """A person with an account. `roles`: of access.ROLES, any number. `locality_id`: the 区镇 that the view of a desk
    ends at, and what an administrator administers; none means the whole county.

    `origin`: which body sent the person into the working groups (MEMBER_ORIGINS); none for liaisons. `recusals`: ids of
    agencies between blanks (declared_recusals).
    """

    __tablename__ = "user_account"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    roles: Mapped[frozenset[str]] = mapped_column(RoleSet, default=frozenset, server_default="")
    origin: Mapped[str | None] = mapped_column(String(20))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime] = mapped_column(Instant)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    disabled_reason: Mapped[str | None] = mapped_column(String(200))
    recusals: Mapped[str] = mapped_column(Text, default="", server_default="")
    recusal_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="joined", innerjoin=True)

    # What Flask-Login asks of a user. The id in the cookie is that of the sign-in, so get_id is set on loading.
    is_anonymous = False
    sign_in_token = ""

    @property
    def role_words(self) -> str:
        """All roles in Chinese."""
        return "、".join(ROLES[role] for role in ordered(self.roles)) or "尚无角色"

    @property
    def is_authenticated(self) -> bool:
        return self.is_active

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        return self.sign_in_token


_ROLES_AS_TEXT = type_coerce(User.__table__.c.roles, String)


def holds(*roles: str) -> ColumnElement[bool]:
    """The users who hold one of `roles`, in SQL."""
    return or_(*(_ROLES_AS_TEXT.contains(f" {role} ", autoescape=True) for role in roles))


class WorkingGroup(db.Model):
    """监督工作组: a joint group, led by one person, working in one 区镇 or (none) in the whole county."""

    __tablename__ = "working_group"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    locality_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_reason: Mapped[str | None] = mapped_column(String(200))

    lead: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    members: Mapped[list["GroupMember"]] = relationship(back_populates="group", order_by="GroupMember.position")


class GroupMember(db.Model):
    __tablename__ = "group_member"

    group_id: Mapped[str] = mapped_column(ForeignKey("working_group.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)

    group: Mapped[WorkingGroup] = relationship(back_populates="members")
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Certificate(db.Model):
    """A certificate of one of CERTIFICATE_KINDS. Whether it is valid today is `rules.certificate_state`, not a column.

    `verify_code` is what its QR carries: random, says nothing about the holder.
    """

    __tablename__ = "certificate"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="inspector", server_default="inspector")
    holder_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    holder_name: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    issued_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date, index=True)
    state: Mapped[str] = mapped_column(String(20), default="valid")
    state_reason: Mapped[str | None] = mapped_column(String(200))
    verify_code: Mapped[str] = mapped_column(String(40), unique=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class CertificatePortrait(db.Model):
    """The portrait of who holds a certificate, as a small JPEG without metadata. Kept apart: no list reads it."""

    __tablename__ = "certificate_portrait"

    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)


class ContactPoint(db.Model):
    """执法监督基层联系点: an enterprise, a village or a community where opinions are taken."""

    __tablename__ = "contact_point"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    locality_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    locality: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class SignIn(db.Model):
    """One signed-in browser. The cookie carries a random token; here lies only its SHA-256."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(String(36), index=True)
    browser: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class FailedSignIn(db.Model):
    """One wrong password. Counted per account and network, in the database, so that all processes know of it.

    `network`: a keyed hash of the sender's network; the address itself is not kept.
    """

    __tablename__ = "failed_sign_in"
    __table_args__ = (
        Index("ix_failed_sign_in_username_network_at", "username", "network", "at"),
        Index("ix_failed_sign_in_network_at", "network", "at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    username: Mapped[str] = mapped_column(String(60))
    network: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class PastPassword(db.Model):
    """A password hash that may not be used again."""

    __tablename__ = "past_password"
    __table_args__ = (UniqueConstraint("user_id", "password_hash"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    password_hash: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime] = mapped_column(Instant)


class DeskAct(db.Model):
    """One form of a desk that was sent. `id`: SHA-256 in hex over who sent what from which rendering of the form.

    `location`: where its answer led; none while it is being done. `words`: what the answer said, JSON pairs.
    """

    __tablename__ = "desk_act"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    location: Mapped[str | None] = mapped_column(String(1000))
    words: Mapped[str] = mapped_column(Text, default="[]")


class KeptForm(db.Model):
    """What somebody had written when their sign-in had ended, for them alone. `fields`: JSON pairs of name and text."""

    __tablename__ = "kept_form"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    fields: Mapped[str] = mapped_column(Text)


class HandedPassword(db.Model):
    """A one-time password between its making and the page that shows it once.

    `id`: SHA-256 in hex of the token in that page's address, which is also the key that opens `sealed`.
    """

    __tablename__ = "handed_password"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    shown_to_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
