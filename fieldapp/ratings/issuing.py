"""Issuing many codes at once: sheets of slips for a group, posters for the contact points."""

from collections.abc import Sequence

from sqlalchemy import select

from fieldapp.access import require
from fieldapp.clock import now
from fieldapp.errors import Fault, Refused
from fieldapp.extensions import unit_of_work
from fieldapp.people.models import ContactPoint, User
from fieldapp.ratings import codes
from fieldapp.ratings.models import RatingCode


def issue_sheets(actor: User, holders: Sequence[User], *, count_each: int) -> list[RatingCode]:
    """`count_each` slips on paper for each of `holders`, in one series of numbers: all of them or none.

    Raises NotAllowed for others than admins and leads; Refused when nobody is named or there are too many slips.
    """
    require(actor, "codes.issue")
    if not holders or not 1 <= count_each * len(holders) <= codes.MOST_SLIPS_AT_ONCE:
        raise Refused(faults=[Fault("/count", f"一次共可发 1–{codes.MOST_SLIPS_AT_ONCE} 张，请减少张数或人数")])
    with unit_of_work():
        return [
            slip for holder in holders for slip in codes.issue_slips(actor, holder, count=count_each, is_printed=True)
        ]


def issue_missing_posters(actor: User) -> list[RatingCode]:
    """A poster for each contact point in use that has none that counts. Raises NotAllowed for others than admins."""
    require(actor, "codes.posters")
    at = now()
    with unit_of_work() as session:
        has_one = select(RatingCode.contact_point_id).where(
            RatingCode.contact_point_id.is_not(None),
            RatingCode.kind == "poster",
            RatingCode.revoked_at.is_(None),
            RatingCode.expires_at.is_(None) | (RatingCode.expires_at > at),
        )
        missing = session.scalars(
            select(ContactPoint.id)
            .where(ContactPoint.ended_at.is_(None), ContactPoint.id.not_in(has_one))
            .order_by(ContactPoint.name)
        ).all()
        return [codes.issue_poster(actor, contact_point_id=point_id) for point_id in missing]
