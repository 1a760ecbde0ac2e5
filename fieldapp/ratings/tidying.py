"""What must not be kept for ever: hashes of networks and devices, and telephones. Run daily."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, or_, select, update

from fieldapp.clock import china
from fieldapp.extensions import unit_of_work
from fieldapp.ratings import contacts, rules
from fieldapp.ratings.models import FollowUp, NetworkKey, Opinion, Rating


@dataclass(frozen=True)
class Tidied:
    """How much went."""

    keys: int
    tags: int
    contacts: int


def tidy(at: datetime) -> Tidied:
    """Deletes day keys and tags older than TAG_DAYS, and telephones CONTACT_DAYS after they were needed.

    A telephone is needed until its follow-up is closed; one of a rating or an opinion without any, from its sending on.
    Source: 个人信息保护法 art. 19, 47; domain.md 6.1.
    """
    before = at - timedelta(days=rules.TAG_DAYS)
    with unit_of_work() as session:
        keys = session.execute(delete(NetworkKey).where(NetworkKey.day < china(before).date()))
        tagged = Rating.network_tag.is_not(None) | Rating.device_tag.is_not(None)
        tags = session.execute(
            update(Rating).where(Rating.submitted_at < before, tagged).values(network_tag=None, device_tag=None)
        )
        session.execute(
            update(Opinion).where(Opinion.submitted_at < before, Opinion.network_tag.is_not(None))
            .values(network_tag=None)
        )  # fmt: skip
        owners = _past_need(at - timedelta(days=rules.CONTACT_DAYS))
        for owner in owners:
            contacts.erase(owner, at)
    return Tidied(_count(keys), _count(tags), len(owners))


def _past_need(before: datetime) -> list[Rating | Opinion]:
    with unit_of_work() as session:
        ratings = session.scalars(
            select(Rating).outerjoin(FollowUp, FollowUp.rating_id == Rating.id)
            .where(Rating.contact_key.is_not(None))
            .where(or_(FollowUp.closed_at < before, FollowUp.id.is_(None) & (Rating.submitted_at < before)))
        ).all()  # fmt: skip
        opinions = session.scalars(
            select(Opinion).where(Opinion.contact_key.is_not(None), Opinion.answered_at < before)
        ).all()
    return [*ratings, *opinions]


def _count(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
