"""What must not be kept for ever: marks of networks and devices, telephones, and after years the words. Run daily."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from fieldapp.audit import operations as audit
from fieldapp.clock import china, now
from fieldapp.extensions import unit_of_work
from fieldapp.ratings import contacts, drafts, rules, sender_hashes
from fieldapp.ratings.models import Addendum, FollowUp, Opinion, Rating, RatingPhoto

GONE = "（已满保存期，内容已删除）"


@dataclass(frozen=True)
class Removed:
    """How much went: day keys, ratings that lost their marks, telephones, ratings and opinions that lost words."""

    keys: int
    tags: int
    contacts: int
    words: int

    @property
    def is_nothing(self) -> bool:
        return not (self.keys or self.tags or self.contacts or self.words)


class _Rehearsed(Exception):
    """Undoes a rehearsal."""


def rehearse(at: datetime) -> Removed:
    """What `remove_due` would delete at that moment; everything is left as it is."""
    removed = Removed(0, 0, 0, 0)
    try:
        with unit_of_work():
            removed = remove_due(at)
            raise _Rehearsed
    except _Rehearsed:
        return removed


def remove_due(at: datetime) -> Removed:
    """Deletes what has been kept as long as the page promised; twice a day does no harm.

    Day keys and marks after TAG_DAYS; telephones within CONTACT_DAYS after they were needed (until the follow-up is
    closed, the opinion answered; a rating without a follow-up needs none), so a day before, for the next night would
    be too late; words and pictures after WORDS_YEARS, when the follow-up is closed. Levels and facts stay: they name
    nobody. What citizens sent and never mended goes after DRAFT_HOURS, uncounted: it was never filed.
    `at`: from when the days are counted back.
    Source: 个人信息保护法 art. 19, 47; domain.md 6.1.
    """
    with unit_of_work():
        drafts.forget_old(at)
        keys, tagged = sender_hashes.forget(china(at).date() - timedelta(days=rules.TAG_DAYS))
        owners = _past_need(at - timedelta(days=rules.CONTACT_DAYS - 1))
        for owner in owners:
            contacts.erase(owner, now())
        removed = Removed(keys, tagged, len(owners), _forget_words(at - timedelta(days=365 * rules.WORDS_YEARS)))
        if not removed.is_nothing:
            audit.record(
                "ratings.tidied", actor_id=None, subject_kind="ratings", subject_id="all", at=now(),
                keys=removed.keys, tags=removed.tags, contacts=removed.contacts, words=removed.words,
            )  # fmt: skip
    return removed


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


def _forget_words(before: datetime) -> int:
    with unit_of_work() as session:
        still_open = select(FollowUp.rating_id).where(FollowUp.closed_at.is_(None))
        spoken = or_(
            Rating.comment != "",
            Rating.released_comment.is_not(None),
            Rating.id.in_(select(Addendum.rating_id)),
            Rating.id.in_(select(RatingPhoto.rating_id)),
        )
        old = [Rating.submitted_at < before, Rating.id.not_in(still_open), spoken]
        rating_ids = session.scalars(select(Rating.id).where(*old)).all()
        session.execute(
            update(Rating).where(Rating.id.in_(rating_ids)).values(comment="", released_comment=None, released_at=None)
        )
        session.execute(delete(Addendum).where(Addendum.rating_id.in_(rating_ids)))
        session.execute(delete(RatingPhoto).where(RatingPhoto.rating_id.in_(rating_ids)))
        opinion_ids = session.scalars(
            select(Opinion.id).where(
                Opinion.submitted_at < before, Opinion.answered_at.is_not(None), Opinion.words != GONE
            )
        ).all()
        session.execute(update(Opinion).where(Opinion.id.in_(opinion_ids)).values(words=GONE, answer=GONE))
    return len(rating_ids) + len(opinion_ids)
