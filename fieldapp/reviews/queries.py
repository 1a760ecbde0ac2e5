"""Reading reviews, and the reviewer's lists."""

from typing import Any

from sqlalchemy import select

from fieldapp.clock import rfc3339
from fieldapp.extensions import db
from fieldapp.observations.models import Observation
from fieldapp.reviews.models import Review
from fieldapp.reviews.replies import comment_id, comments_of


def of_observation(observation_id: str) -> list[Review]:
    """Every decision on one record, oldest first."""
    return list(
        db.session.scalars(select(Review).where(Review.observation_id == observation_id).order_by(Review.decided_at))
    )


def last(observation_id: str) -> Review | None:
    """The newest decision on one record; None when nobody has decided yet."""
    return db.session.scalar(
        select(Review).where(Review.observation_id == observation_id).order_by(Review.decided_at.desc()).limit(1)
    )


def last_wire(observation: Observation) -> dict[str, Any] | None:
    """The newest decision as the phone shows it: comment, reviewer, time, comment by item.

    `comments`: the same once more, each with the id under which it is answered.
    """
    review = last(observation.id)
    if review is None:
        return None
    return {
        "id": review.id,
        "decision": review.decision,
        "revision": review.revision,
        "comment": review.comment,
        "reviewer": review.reviewer.name,
        "decided_at": rfc3339(review.decided_at),
        "items": {one.item: one.comment for one in review.comments},
        "comments": [
            {"id": comment_id(review.id, item), "item": item, "comment": comment}
            for item, comment in comments_of(review)
        ],
    }
