"""Joining a rating to the visit that it is about: at once when the slip is bound, else when the binding comes."""

from datetime import datetime

from sqlalchemy import select

from fieldapp.audit import operations as audit
from fieldapp.extensions import unit_of_work
from fieldapp.ratings.models import Rating, RatingCode
from fieldapp.visits.models import Visit


def join(rating: Rating, visit: Visit, at: datetime) -> None:
    """Writes into `rating` what the visit says of agency, 区镇 and domain, in the caller's unit of work."""
    rating.visit_id = visit.id
    rating.agency_id = visit.agency_id
    rating.locality_id = visit.locality_id
    rating.domain = visit.domain
    rating.joined_at = at


def join_waiting(slip: RatingCode, visit: Visit, at: datetime) -> list[Rating]:
    """Joins to `visit` what was rated with `slip` before it was bound. Gives the ratings so joined."""
    with unit_of_work() as session:
        waiting = list(session.scalars(select(Rating).where(Rating.code_id == slip.id, Rating.visit_id.is_(None))))
        for rating in waiting:
            join(rating, visit, at)
        session.flush()
        for rating in waiting:
            audit.record(
                "rating.joined", actor_id=None, subject_kind="rating", subject_id=rating.id, at=at, visit=visit.id
            )
    return waiting
