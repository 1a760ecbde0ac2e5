"""Reading ratings, follow-ups and opinions: every list starts at what the user may see."""

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, union_all

from fieldapp.capacity import fits_integer
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.people.models import GroupMember, User
from fieldapp.people.scope import Columns, Reach, narrow, nothing, reach_of
from fieldapp.rating_codes import spelling
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings.models import FollowUp, Opinion, Rating, RatingPhoto
from fieldapp.visits import recusal
from fieldapp.visits.models import Visit


def visible_to(user: User) -> Select[Rating]:
    """The ratings in the reach of a lead or an admin; none to supervisors and liaisons.

    A rating whose slip is not bound yet is seen by the whole county's bureau and by who leads the slip's holder.
    Ratings of the user's own agency are never: the citizen was promised that the rated agency sees nothing of them.
    """
    return narrow(select(Rating), reach_of(user), COLUMNS)


def find(user: User, rating_id: str) -> Rating:
    """One rating in the user's reach. Raises NotFound otherwise."""
    found: Rating | None = db.session.scalar(visible_to(user).where(Rating.id == rating_id))
    if found is None:
        raise NotFound("没有这次评价，或您无权查看。")
    return found


def rated_agency(rating: Rating) -> str | None:
    """The id of the agency that was rated, as far as it is known."""
    return rating.agency_id or (recusal.visited(rating.visit) if rating.visit else None)


def follow_ups_visible_to(user: User) -> Select[FollowUp]:
    """The follow-ups of the ratings in the user's reach."""
    return select(FollowUp).where(FollowUp.rating_id.in_(visible_to(user).with_only_columns(Rating.id)))


def opinions_visible_to(user: User) -> Select[Opinion]:
    """The opinions in the reach of a lead or an admin; none to supervisors and liaisons."""
    return narrow(select(Opinion), reach_of(user), OPINION_COLUMNS)


def find_opinion(user: User, opinion_id: str) -> Opinion:
    """One opinion in the user's reach. Raises NotFound otherwise."""
    found: Opinion | None = db.session.scalar(opinions_visible_to(user).where(Opinion.id == opinion_id))
    if found is None:
        raise NotFound("没有这条意见，或您无权查看。")
    return found


def released_comments(agency_id: str, within: ColumnElement[bool], *, limit: int = 100) -> list[Rating]:
    """Ratings of an agency, `within` what is disclosed to it, whose comment was released; newest first.

    Only `released_comment` and the month may be shown to the agency: the rest could be traced to a person.
    """
    wanted = narrow(select(Rating), Reach("agency", "", agency_id=agency_id), COLUMNS)
    wanted = wanted.where(Rating.released_comment.is_not(None), within)
    return list(db.session.scalars(wanted.order_by(Rating.released_at.desc()).limit(limit)))


def photo(user: User, rating_id: str, position: int) -> RatingPhoto:
    """One picture of a rating in the user's reach. Raises NotFound."""
    rating = find(user, rating_id)
    found = db.session.get(RatingPhoto, (rating.id, position)) if fits_integer(position) else None
    if found is None:
        raise NotFound("没有这张照片。")
    return found


# ---- by 查询码: strangers ask -----------------------------------------------------------------------------------


def by_receipt(typed: str) -> Rating | None:
    """The rating with this 查询码."""
    code = spelling.canonical_code(typed, characters=spelling.RECEIPT_CHARACTERS)
    return db.session.scalar(select(Rating).where(Rating.receipt_code == code)) if code else None


def opinion_by_receipt(typed: str) -> Opinion | None:
    """The opinion with this 查询码."""
    code = spelling.canonical_code(typed, characters=spelling.RECEIPT_CHARACTERS)
    return db.session.scalar(select(Opinion).where(Opinion.receipt_code == code)) if code else None


def receipt_by_mark(mark: str) -> str | None:
    """The 查询码 of the rating or opinion that a page load with this content has already become."""
    return db.session.scalar(_BY_MARK, {"mark": mark})


def opinion_by_mark(mark: str) -> Opinion | None:
    """The opinion that a page load with this content has already become."""
    return db.session.scalar(select(Opinion).where(Opinion.nonce == mark))


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


def called(identity: str) -> Rating | None:
    """The rating of this id or receipt code, for who runs the server."""
    return db.session.get(Rating, identity) or by_receipt(identity)


def opinion_called(identity: str) -> Opinion | None:
    """The opinion of this id, number or receipt code, for who runs the server."""
    by_number = select(Opinion).where((Opinion.id == identity) | (Opinion.number == identity))
    return db.session.scalar(by_number) or opinion_by_receipt(identity)


_BY_MARK = union_all(
    *(
        select(one.c.receipt_code).where(one.c.nonce == bindparam("mark"))
        for one in (Rating.__table__, Opinion.__table__)
    )
)
# Nobody's own: a citizen made it. A rating reaches a lead of a 区镇 also through the groups that the lead leads.
COLUMNS = Columns(
    author=None, locality=Rating.locality_id, group=None, agency=Rating.agency_id, apart=_not_own, nearby=_by_led_groups
)
OPINION_COLUMNS = Columns(author=None, locality=Opinion.locality_id, group=None, agency=None, apart=nothing)
