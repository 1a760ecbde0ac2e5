"""Reading codes, ratings, follow-ups and opinions: every list starts at what the user may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from fieldapp.capacity import fits_integer
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.people.models import GroupMember, User
from fieldapp.people.scope import Columns, Reach, narrow, nothing, reach_of
from fieldapp.ratings import rules, spelling
from fieldapp.ratings.models import FollowUp, Opinion, Rating, RatingCode, RatingPhoto
from fieldapp.visits import recusal
from fieldapp.visits.models import Visit


def visible_to(user: User) -> Select[tuple[Rating]]:
    """The ratings in the reach of a lead or an admin; none to supervisors and liaisons.

    A rating whose slip is not bound yet is seen by the whole county's bureau and by who leads the slip's holder.
    Ratings of the user's own agency are never: the citizen was promised that the rated agency sees nothing of them.
    """
    return narrow(select(Rating), reach_of(user), COLUMNS)


def find(user: User, rating_id: str) -> Rating:
    """One rating in the user's reach. Raises NotFound otherwise."""
    found = db.session.scalar(visible_to(user).where(Rating.id == rating_id))
    if found is None:
        raise NotFound("没有这次评价，或您无权查看。")
    return found


def people_of(rating: Rating, people: Sequence[User]) -> list[User]:
    """Those of `people` who belong to the agency that was rated, as far as it is known."""
    rated = rating.agency_id or (recusal.visited(rating.visit) if rating.visit else None)
    return recusal.belonging(people, rated) if rated else []


def follow_ups_visible_to(user: User) -> Select[tuple[FollowUp]]:
    """The follow-ups of the ratings in the user's reach."""
    return select(FollowUp).where(FollowUp.rating_id.in_(visible_to(user).with_only_columns(Rating.id)))


def overdue(today: date) -> ColumnElement[bool]:
    """The follow-ups that are past a term: not accepted in time, or not closed in time."""
    return FollowUp.closed_at.is_(None) & or_(
        FollowUp.close_by < today, FollowUp.accepted_at.is_(None) & (FollowUp.accept_by < today)
    )


def opinions_visible_to(user: User) -> Select[tuple[Opinion]]:
    """The opinions in the reach of a lead or an admin; none to supervisors and liaisons."""
    return narrow(select(Opinion), reach_of(user), OPINION_COLUMNS)


def find_opinion(user: User, opinion_id: str) -> Opinion:
    """One opinion in the user's reach. Raises NotFound otherwise."""
    found = db.session.scalar(opinions_visible_to(user).where(Opinion.id == opinion_id))
    if found is None:
        raise NotFound("没有这条意见，或您无权查看。")
    return found


def of_visits(visit_ids: Iterable[str]) -> dict[str, list[Rating]]:
    """The ratings joined to each visit, oldest first. The caller has checked that the visits may be seen."""
    rows = db.session.scalars(
        select(Rating).where(Rating.visit_id.in_(list(visit_ids))).order_by(Rating.submitted_at, Rating.id)
    )
    by_visit: dict[str, list[Rating]] = {}
    for row in rows:
        by_visit.setdefault(row.visit_id or "", []).append(row)
    return by_visit


def released_comments(agency_id: str, *, minimum: int, limit: int = 100) -> list[Rating]:
    """Ratings of an agency whose comment was released, newest first; none below `minimum` ratings of it.

    Only `released_comment` and the month may be shown to the agency: the rest could be traced to a person.
    """
    count = db.session.scalar(select(func.count()).select_from(Rating).where(Rating.agency_id == agency_id)) or 0
    if count < minimum:
        return []
    wanted = narrow(select(Rating), Reach("agency", "", agency_id=agency_id), COLUMNS)
    wanted = wanted.where(Rating.released_comment.is_not(None))
    return list(db.session.scalars(wanted.order_by(Rating.released_at.desc()).limit(limit)))


def photo(user: User, rating_id: str, position: int) -> RatingPhoto:
    """One picture of a rating in the user's reach. Raises NotFound."""
    rating = find(user, rating_id)
    found = db.session.get(RatingPhoto, (rating.id, position)) if fits_integer(position) else None
    if found is None:
        raise NotFound("没有这张照片。")
    return found


# ---- by code: strangers ask ------------------------------------------------------------------------------------------


def by_code(typed: str) -> RatingCode | None:
    """The code that somebody scanned or typed, however it is spelled; None for none."""
    code = spelling.canonical_code(typed)
    return db.session.scalar(select(RatingCode).where(RatingCode.code == code)) if code else None


def by_receipt(typed: str) -> Rating | None:
    """The rating with this 查询码."""
    code = spelling.canonical_code(typed, characters=spelling.RECEIPT_CHARACTERS)
    return db.session.scalar(select(Rating).where(Rating.receipt_code == code)) if code else None


def opinion_by_receipt(typed: str) -> Opinion | None:
    """The opinion with this 查询码."""
    code = spelling.canonical_code(typed, characters=spelling.RECEIPT_CHARACTERS)
    return db.session.scalar(select(Opinion).where(Opinion.receipt_code == code)) if code else None


def by_mark(mark: str) -> Rating | None:
    """The rating that a page load with this content has already become."""
    return db.session.scalar(select(Rating).where(Rating.nonce == mark))


def opinion_by_mark(mark: str) -> Opinion | None:
    """The opinion that a page load with this content has already become."""
    return db.session.scalar(select(Opinion).where(Opinion.nonce == mark))


def fault_of(code: RatingCode, at: datetime) -> str | None:
    """Why the code takes no rating now: used, revoked, expired; None when it does."""
    return rules.code_fault(
        is_slip=code.kind == "slip", used_at=code.used_at, revoked_at=code.revoked_at, expires_at=code.expires_at, at=at
    )


# ---- codes for the desks and the phone -------------------------------------------------------------------------------


@dataclass(frozen=True)
class CodeFilter:
    """What the list of codes is narrowed to. `state`: open, used, bound, stock, expired or revoked; empty for all."""

    kind: str = ""
    state: str = ""
    words: str = ""
    agency_id: str = ""
    locality_id: str = ""
    contact_point_id: str = ""
    holder_id: str = ""


def codes(wanted: CodeFilter, at: datetime) -> Select[tuple[RatingCode]]:
    """The codes that fit, newest first; for admins. `words`: part of a number or of a place, or a whole code."""
    query = select(RatingCode).order_by(RatingCode.issued_at.desc(), RatingCode.number.desc())
    for column, value in (
        (RatingCode.kind, wanted.kind), (RatingCode.agency_id, wanted.agency_id),
        (RatingCode.locality_id, wanted.locality_id), (RatingCode.contact_point_id, wanted.contact_point_id),
        (RatingCode.issued_to_id, wanted.holder_id),
    ):  # fmt: skip
        if value:
            query = query.where(column == value)
    if wanted.words:
        part = wanted.words.strip().upper()
        exact = spelling.canonical_code(wanted.words)
        fits = [RatingCode.number.contains(part, autoescape=True), RatingCode.place.icontains(part, autoescape=True)]
        query = query.where(or_(*fits, RatingCode.code == exact) if exact else or_(*fits))
    return query.where(_in_state(wanted.state, at)) if wanted.state else query


def unbound_slips(user: User, at: datetime) -> list[RatingCode]:
    """The stock of a phone: slips of the user that nobody has bound or used, oldest first."""
    return list(
        db.session.scalars(
            select(RatingCode)
            .where(RatingCode.issued_to_id == user.id, RatingCode.kind == "slip", RatingCode.visit_id.is_(None))
            .where(RatingCode.is_printed.is_(False), _in_state("open", at))
            .order_by(RatingCode.issued_at, RatingCode.number)
        )
    )


def codes_by_id(code_ids: Iterable[str]) -> dict[str, RatingCode]:
    """Codes by their ids, for lists that name them."""
    found = db.session.scalars(select(RatingCode).where(RatingCode.id.in_(list(code_ids))))
    return {code.id: code for code in found}


def _in_state(state: str, at: datetime) -> ColumnElement[bool]:
    ended = RatingCode.revoked_at.is_not(None)
    expired = RatingCode.expires_at.is_not(None) & (RatingCode.expires_at <= at)
    used = RatingCode.used_at.is_not(None)
    is_open = ~ended & ~expired & ~used
    return {
        "open": is_open,
        "stock": is_open & RatingCode.visit_id.is_(None) & (RatingCode.kind == "slip"),
        "bound": is_open & RatingCode.visit_id.is_not(None),
        "used": used,
        "expired": ~ended & ~used & expired,
        "revoked": ended,
    }.get(state, RatingCode.id.is_not(None))


def _by_led_groups(reach: Reach) -> list[ColumnElement[bool]]:
    groups = sorted(reach.led_group_ids)
    led_visits = select(Visit.id).where(Visit.group_id.in_(groups))
    led_people = select(GroupMember.user_id).where(GroupMember.group_id.in_(groups))
    unbound = select(RatingCode.id).where(
        RatingCode.kind == "slip",
        or_(RatingCode.issued_to_id.in_(led_people), RatingCode.issued_to_id == reach.user_id),
    )
    waiting = Rating.visit_id.is_(None) & Rating.slip_id.in_(unbound)
    return [Rating.visit_id.in_(led_visits), waiting]


def _not_own(reach: Reach) -> list[ColumnElement[bool]]:
    if not reach.recused_from:
        return []
    own = Rating.agency_id.in_(sorted(reach.recused_from))
    visited = Rating.visit_id.in_(recusal.own_visits(reach))
    return [or_(Rating.agency_id.is_(None), ~own), or_(Rating.visit_id.is_(None), ~visited)]


# Nobody's own: a citizen made it. A rating reaches a lead of a 区镇 also through the groups that the lead leads.
COLUMNS = Columns(
    author=None, locality=Rating.locality_id, group=None, agency=Rating.agency_id, apart=_not_own, nearby=_by_led_groups
)
OPINION_COLUMNS = Columns(author=None, locality=Opinion.locality_id, group=None, agency=None, apart=nothing)
