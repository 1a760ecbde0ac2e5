"""What a citizen does: rates, adds something once, takes the telephone back; and what a binding does to ratings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Conflict, Fault, FieldappError, NotFound, Refused
from fieldapp.extensions import db, end_reads, unit_of_work
from fieldapp.filing.batches import queue_of_application
from fieldapp.people.accounts import require_admin
from fieldapp.people.models import User
from fieldapp.rating_codes.models import RatingCode
from fieldapp.rating_codes.operations import on_bound
from fieldapp.rating_codes.queries import CodeClosed
from fieldapp.ratings import contacts, drafts, follow_ups, queries, rules, suspicion_signals
from fieldapp.ratings.choices import Reasons
from fieldapp.ratings.models import Addendum, Opinion, Rating
from fieldapp.ratings.page_loads import Sending
from fieldapp.ratings.photos import Picture
from fieldapp.ratings.taking import Sent, Taken, ask_to_wait, join, take_together
from fieldapp.visits.models import Visit


def take(code: RatingCode, sending: Sending, wish: rules.Wish, *, reasons: Reasons,
         pictures: Sequence[Picture] = ()) -> Taken:  # fmt: skip
    """Takes a rating, stored once for what a page load says: the same sent again gives the first one back, and anything
    else is a rating of its own, or CodeClosed on a slip.

    Ratings of several threads share one transaction. A bad one opens its follow-up at once. Raises Refused with the
    gaps, CodeClosed, TooMany at absurd rates.
    """
    gaps = rules.gaps(wish)
    if gaps:
        raise Refused("还差一点，评价尚未提交。", faults=gaps)
    if suspicion_signals.in_last_minute(code.id, sending.sender, now()) >= suspicion_signals.most_per_minute():
        raise ask_to_wait()  # who comes again and again waits for no turn to write
    end_reads()
    outcome = queue_of_application("ratings", take_together).file(Sent(code.id, sending, wish, reasons, pictures))
    if isinstance(outcome, CodeClosed):
        raise CodeClosed(outcome.fault, code)  # the caller's own row: the other is of another thread's session
    if isinstance(outcome, FieldappError):
        raise outcome
    return outcome


def rate(code: RatingCode, sending: Sending, wish: rules.Wish, *, reasons: Reasons,
         pictures: Sequence[Picture] = ()) -> Rating:  # fmt: skip
    """`take`, and the rating itself."""
    taken = take(code, sending, wish, reasons=reasons, pictures=pictures)
    return db.session.get_one(Rating, taken.rating_id)


def add_to(receipt_code: str, words: str) -> Rating:
    """The one 追评 of a rating; the same words once more change nothing.

    Raises NotFound; Refused when empty or too long; Conflict when something else has been added before.
    """
    words = words.strip()
    if not words or len(words) > rules.MOST_COMMENT_CHARACTERS:
        raise Refused(faults=[Fault("/words", f"请写 1–{rules.MOST_COMMENT_CHARACTERS} 字")])
    with unit_of_work() as session:
        rating = queries.by_receipt(receipt_code)
        if rating is None:
            raise NotFound("没有这个查询码。")
        if rating.addendum is not None:
            if rating.addendum.words == words:
                return rating
            raise Conflict("每次评价可以追评一次，您已经追评过了；这一次写的没有提交。")
        at = now()
        rating.addendum = Addendum(rating_id=rating.id, words=words, submitted_at=at)
        session.flush()
        audit.record("rating.added_to", actor_id=None, subject_kind="rating", subject_id=rating.id, at=at)
        drafts.forget(addendum_mark(rating))
        if rating.follow_up is not None:
            follow_ups.note(rating.follow_up, "addendum", at=at)
    return rating


def addendum_mark(rating: Rating) -> str:
    """What stands for the page on which the 追评 of `rating` is written, in the drafts."""
    return f"addendum:{rating.id}"


def erase_contact(receipt_code: str) -> Rating | Opinion:
    """Takes the telephone back: whoever holds the 查询码 may. Raises NotFound."""
    with unit_of_work():
        owner = queries.by_receipt(receipt_code) or queries.opinion_by_receipt(receipt_code)
        if owner is None:
            raise NotFound("没有这个查询码。")
        _erase(owner)
    return owner


def erase_contact_on_request(actor: User | None, owner: Rating | Opinion, *, reason: str) -> bool:
    """Erases a citizen's name and telephone by an administrator or the shell (none); False when there is none any more.

    The reason stands in the follow-up's log, where there is one, and its digest in the chain. Raises NotAllowed,
    Refused.
    Source: 个人信息保护法 art. 47.
    """
    require_admin(actor)
    if not reason.strip():
        raise Refused(faults=[Fault("/reason", "请写明删除的理由")])
    with unit_of_work() as session:
        session.refresh(owner)
        return _erase(owner, actor=actor, reason=reason.strip())


def _erase(owner: Rating | Opinion, *, actor: User | None = None, reason: str = "") -> bool:
    if not owner.has_contact:
        return False
    contacts.erase(owner, now(), actor_id=actor.id if actor else None, reason=reason)
    if isinstance(owner, Rating) and owner.follow_up is not None:
        follow_ups.note_erasure(owner.follow_up, now(), actor=actor, words=reason)
    return True


@on_bound
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
