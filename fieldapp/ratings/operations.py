"""What a citizen does: rates, adds something once, takes the telephone back; and what a binding does to ratings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Conflict, Fault, NotFound, Refused, TooMany
from fieldapp.extensions import unit_of_work
from fieldapp.people.accounts import require_admin
from fieldapp.people.models import Organisation, User
from fieldapp.rating_codes import operations as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.rating_codes.numbering import mint_receipt_code
from fieldapp.rating_codes.operations import on_bound
from fieldapp.ratings import contacts, drafts, follow_ups, queries, rules, suspicion_signals
from fieldapp.ratings.choices import Reasons
from fieldapp.ratings.models import Addendum, Opinion, Rating
from fieldapp.ratings.page_loads import Sending
from fieldapp.ratings.photos import Picture
from fieldapp.ratings.suspicion_signals import Sender
from fieldapp.visits.models import Visit


def rate(code: RatingCode, sending: Sending, wish: rules.Wish, *, reasons: Reasons,
         pictures: Sequence[Picture] = ()) -> Rating:  # fmt: skip
    """The rating, stored once for what a page load says: the same sent again gives the first one back, and anything
    else is a rating of its own, or CodeClosed on a slip.

    A bad one opens its follow-up at once. Raises Refused with the gaps, CodeClosed, TooMany at absurd rates.
    """
    at = now()
    gaps = rules.gaps(wish)
    if gaps:
        raise Refused("还差一点，评价尚未提交。", faults=gaps)
    _ask_to_wait(code.id, sending.sender, at)
    with unit_of_work() as session:
        earlier = queries.by_mark(sending.mark_of(wish))
        if earlier is not None:
            return earlier
        code = codes.open_code(code.id, at)
        marks = suspicion_signals.marks_of(sending.sender, at)
        around = replace(
            suspicion_signals.of(code.id, marks, seconds_on_page=sending.page.age_seconds(at), at=at),
            is_hidden_filled=sending.fills_hidden,
        )
        rating = _new_rating(code, sending, wish, at=at, reasons=reasons)
        rating.network_tag, rating.device_tag = marks.networks[0], marks.device
        rating.suspect_reasons = " ".join(rules.suspicions(around))
        rating.photos = [picture.row(position) for position, picture in enumerate(pictures)]
        contacts.put_in(rating, name=wish.name, phone=wish.phone)
        session.add(rating)
        if rating.slip_id:
            code.used_at = at
        session.flush()
        suspicion_signals.mark_burst_before(code.id, marks, around, at)
        audit.record(
            "rating.received", actor_id=None, subject_kind="rating", subject_id=rating.id, at=at,
            code=code.id, level=rating.level, suspect=rating.suspect_reasons,
        )  # fmt: skip
        if rating.is_bad:
            follow_ups.open_for(rating, at)
        drafts.forget(sending.page.mark())
    return rating


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
            _join(rating, visit, at)
        session.flush()
        for rating in waiting:
            audit.record(
                "rating.joined", actor_id=None, subject_kind="rating", subject_id=rating.id, at=at, visit=visit.id
            )
    return waiting


def _join(rating: Rating, visit: Visit, at: datetime) -> None:
    """Writes into `rating` what the visit says of agency, 区镇 and domain, in the caller's unit of work."""
    rating.visit_id = visit.id
    rating.agency_id = visit.agency_id
    rating.locality_id = visit.locality_id
    rating.domain = visit.domain
    rating.joined_at = at


def _new_rating(code: RatingCode, sending: Sending, wish: rules.Wish, *, at: datetime, reasons: Reasons) -> Rating:
    level = int(wish.level)
    offered = {one.id for one in reasons.by_level[level]}
    rating = Rating(
        id=ids.mint(), receipt_code=mint_receipt_code(), code_id=code.id, kind=code.kind, nonce=sending.mark_of(wish),
        slip_id=code.id if code.kind == "slip" else None, level=level, **wish.facts,
        reasons=" ".join(one for one in dict.fromkeys(wish.reasons) if one in offered),
        reasons_version=reasons.version, comment=wish.comment, submitted_at=at,
        agency_id=code.agency_id, locality_id=code.locality_id, contact_point_id=code.contact_point_id,
    )  # fmt: skip
    if code.visit is not None:
        _join(rating, code.visit, at)
    elif code.kind == "poster" and code.agency_id is None and wish.agency_id:
        rating.agency_id = _named_agency(wish.agency_id)
    return rating


def _named_agency(agency_id: str) -> str | None:
    with unit_of_work() as session:
        return session.scalar(
            select(Organisation.id).where(Organisation.id == agency_id, Organisation.kind == "agency")
        )


def _ask_to_wait(code_id: str, sender: Sender, at: datetime) -> None:
    if suspicion_signals.in_last_minute(code_id, sender, at) >= suspicion_signals.most_per_minute():
        raise TooMany("这个网络提交过于频繁，请一分钟后再试。您填写的内容没有提交。", retry_after=60)
