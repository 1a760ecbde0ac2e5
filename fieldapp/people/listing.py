"""Lists that administrators search: people, certificates, groups, contact points, failed sign-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from fieldapp.extensions import db
from fieldapp.paging import Page, page_of
from fieldapp.people import bounds, rules
from fieldapp.people.models import (
    Certificate,
    ContactPoint,
    FailedSignIn,
    GroupMember,
    Organisation,
    User,
    WorkingGroup,
    holds,
)
from fieldapp.people.rules import CertificateState
from fieldapp.searching import every_word, in_any


@dataclass(frozen=True)
class PeopleFilter:
    """What is asked for; an empty field asks for nothing. `state`: active, disabled. `text`: part of a name."""

    role: str = ""
    origin: str = ""
    organisation_id: str = ""
    state: str = "active"
    text: str = ""


def people(asked: PeopleFilter, *, within: str | None = None, page: int = 1) -> Page:
    """The accounts that match, by organisation and name. `within`: those of this 区镇 only (bounds)."""
    query = select(User).join(User.organisation).order_by(Organisation.position, User.username)
    query = query.where(bounds.people_within(within))
    if asked.role:
        query = query.where(holds(asked.role))
    if asked.origin:
        query = query.where(User.origin == asked.origin)
    if asked.organisation_id:
        query = query.where(User.organisation_id == asked.organisation_id)
    if asked.state == "active":
        query = query.where(User.disabled_at.is_(None))
    if asked.state == "disabled":
        query = query.where(User.disabled_at.is_not(None))
    if asked.text:
        columns = (User.name, User.username, Organisation.name, Organisation.short_name)
        query = query.where(*every_word(asked.text, lambda word: in_any(word, *columns)))
    return page_of(query, page)


def working_groups(*, with_ended: bool = False, within: str | None = None) -> Sequence[WorkingGroup]:
    """The working groups with their members; those not ended only, unless asked for. `within`: those of a 区镇."""
    query = (
        select(WorkingGroup)
        .where(bounds.groups_within(within))
        .order_by(WorkingGroup.ended_at.is_not(None), WorkingGroup.name)
    )
    return db.session.scalars(query if with_ended else query.where(WorkingGroup.ended_at.is_(None))).unique().all()


def members_of(group: WorkingGroup) -> Sequence[User]:
    """The members of one group in their order."""
    return db.session.scalars(
        select(User)
        .join(GroupMember, GroupMember.user_id == User.id)
        .where(GroupMember.group_id == group.id)
        .order_by(GroupMember.position)
    ).all()


def who_may_supervise(*roles: str) -> Sequence[User]:
    """Those with one of `roles` who can sign in, by name: for choosing a lead or members."""
    return db.session.scalars(
        select(User)
        .join(User.organisation)
        .where(holds(*roles), User.disabled_at.is_(None))
        .order_by(Organisation.position, User.username)
    ).all()


def certificates(
    today: date, *, state: str = "", text: str = "", kind: str = "", within: str | None = None
) -> list[tuple[Certificate, CertificateState]]:
    """The ledger by number, each with its state on `today`. `state`: one of CERTIFICATE_WORDS, or `in_force`; `kind`:
    one of CERTIFICATE_KINDS; `within`: those of the organisations of a 区镇.
    """
    query: Select[Certificate] = select(Certificate).where(bounds.certificates_within(within))
    query = query.order_by(Certificate.number)
    if kind:
        query = query.where(Certificate.kind == kind)
    if text:
        query = query.where(*every_word(text, lambda word: in_any(word, Certificate.number, Certificate.holder_name)))
    rows = [(row, state_on(row, today)) for row in db.session.scalars(query)]
    if state == "in_force":
        return [(row, found) for row, found in rows if rules.counts_as_valid(found)]
    return [(row, found) for row, found in rows if not state or found == state]


def state_on(certificate: Certificate, today: date) -> CertificateState:
    """How one certificate stands on `today`."""
    return rules.certificate_state(
        certificate.state, issued_on=certificate.issued_on, valid_until=certificate.valid_until, today=today
    )


def count_by_state(today: date, *, kind: str = "", within: str | None = None) -> dict[str, int]:
    """How many certificates (of one kind, or all) are in each state on `today`, and `in_force` in all."""
    counts = dict.fromkeys(rules.CERTIFICATE_WORDS, 0)
    for _, state in certificates(today, kind=kind, within=within):
        counts[state] += 1
    return counts | {"in_force": counts["valid"] + counts["expiring"]}


def has_certificates() -> bool:
    """Whether a certificate was ever issued."""
    return db.session.scalar(select(Certificate.id).limit(1)) is not None


def contact_points(*, locality_id: str = "", kind: str = "", within: str | None = None) -> Sequence[ContactPoint]:
    """The contact points by 区镇, those ended last. `within`: those of one 区镇, whatever is asked for."""
    query = (
        select(ContactPoint)
        .join(ContactPoint.locality)
        .where(bounds.contact_points_within(within))
        .order_by(ContactPoint.ended_at.is_not(None), Organisation.position, ContactPoint.name)
    )
    if locality_id:
        query = query.where(ContactPoint.locality_id == locality_id)
    return db.session.scalars(query.where(ContactPoint.kind == kind) if kind else query).all()


def failed_sign_ins(user: User, *, at: datetime) -> int:
    """How often the account was tried in vain within the hour before `at`."""
    since = at - rules.ACCOUNT_WINDOW
    failed = select(func.count()).where(FailedSignIn.at > since, FailedSignIn.username == user.username)
    return db.session.scalar(failed) or 0
