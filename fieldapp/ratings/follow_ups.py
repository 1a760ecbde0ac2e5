"""差评办理: a bad rating from its opening to its closing, as a kind of matter. What is its own about it stands here."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from fieldapp import ids
from fieldapp.access import require
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.matters import kinds, owners
from fieldapp.matters import operations as matters
from fieldapp.matters.kinds import Deed, Events, MatterKind
from fieldapp.matters.terms import lengths_of_voices
from fieldapp.people.models import User
from fieldapp.ratings import contacts, queries, rules
from fieldapp.ratings.models import FollowUp, Rating


def open_for(rating: Rating, at: datetime) -> FollowUp:
    """Opens the follow-up of a bad rating, in the unit of work that stores it, with its terms in working days."""
    follow_up = FollowUp(
        id=ids.mint(), rating_id=rating.id, is_real_name=rating.has_contact, calls=0, rectification="", reply=""
    )
    matters.open_matter(follow_up, at)
    rating.follow_up = follow_up
    return follow_up


def triage(actor: User, rating_id: str, *, owner: User, words: str = "") -> FollowUp:
    """Gives the follow-up to an owner, or to another one; the first time this is 受理.

    Raises Refused when the owner is no lead, admin or supervisor, or belongs to the rated agency; Conflict when it has
    gone too far for that.
    """
    return _take(actor, rating_id, "triage", words=words, owner=owner)


def log_call(actor: User, rating_id: str, *, words: str) -> FollowUp:
    """A 回访: who called and what was said, or that nobody answered. Raises Refused without words."""
    return _take(actor, rating_id, "call", words=words)


def conclude(actor: User, rating_id: str, *, outcome: str, words: str) -> FollowUp:
    """What the look into it found: verified 属实, unfounded 不属实, or misrated 误评 (then it is counted apart)."""
    return _take(actor, rating_id, "conclude", words=words, choice=outcome)


def rectify(actor: User, rating_id: str, *, words: str) -> FollowUp:
    """What was put right. Only for one that was verified."""
    return _take(actor, rating_id, "rectify", words=words)


def reply(actor: User, rating_id: str, *, words: str) -> FollowUp:
    """The answer that the citizen reads with the 查询码; may be worded anew until the closing."""
    return _take(actor, rating_id, "reply", words=words)


def extend(actor: User, rating_id: str, *, words: str) -> FollowUp:
    """The longer term, once, by a lead, with the reason. Counted from the opening, so it cannot be pushed on and on."""
    return _take(actor, rating_id, "extend", words=words)


def close(actor: User, rating_id: str, *, words: str = "") -> FollowUp:
    """Ends the follow-up, by a lead. Raises Refused when a call is still owed, Conflict before the reply."""
    return _take(actor, rating_id, "close", words=words)


def release_comment(actor: User, rating_id: str, *, words: str) -> Rating:
    """Lets the agency read the comment in these words, from which the actor has taken what names a person.

    Empty words take the release back. Good ratings have comments too, so no follow-up is needed.
    Source: 个人信息保护法 art. 23, 25.
    """
    if len(words) > rules.MOST_COMMENT_CHARACTERS:
        raise Refused(faults=[Fault("/words", f"最多 {rules.MOST_COMMENT_CHARACTERS} 字")])
    with unit_of_work() as session:
        rating = queries.find(actor, rating_id)
        require(actor, "ratings.handle")
        at, words = now(), words.strip()
        rating.released_comment = words or None
        rating.released_at, rating.released_by_id = (at, actor.id) if words else (None, None)
        session.flush()
        audit.record(
            "rating.comment_released", actor_id=actor.id, subject_kind="rating", subject_id=rating.id, at=at,
            digest=sha256(words.encode()).hexdigest(),
        )  # fmt: skip
        if rating.follow_up is not None:
            matters.note(rating.follow_up, "release", actor=actor, words=words, at=at)
    return rating


def unmask_contact(actor: User, rating_id: str, reason: str) -> dict[str, str] | None:
    """The name and telephone of a citizen, for one look; the log and the audit chain remember it with the reason."""
    with unit_of_work():
        rating = queries.find(actor, rating_id)
        person = contacts.unmask(actor, rating, reason)
        if rating.follow_up is not None:
            matters.note(rating.follow_up, "unmask", actor=actor, words=reason.strip(), at=now())
    return person


def note(follow_up: FollowUp, action: str, *, at: datetime) -> None:
    """A line of the log that the citizen caused, in the caller's unit of work."""
    matters.note(follow_up, action, at=at)


def note_erasure(follow_up: FollowUp, at: datetime, *, actor: User | None = None, words: str = "") -> None:
    """The telephone has been erased, by the citizen unless there are words: no call is owed any more."""
    follow_up.is_real_name = False
    matters.note(follow_up, "erase", actor=actor, words=words, at=at)


def _take(
    actor: User, rating_id: str, act: str, *, words: str, choice: str = "", owner: User | None = None
) -> FollowUp:  # fmt: skip
    with unit_of_work():
        follow_up = _reach(actor, rating_id)
        matters.take(actor, follow_up, act, words=words, choice=choice, owner=owner)
    return follow_up


def _reach(actor: User, rating_id: str) -> FollowUp:
    """The follow-up of a rating in the actor's reach, read anew. Raises NotFound."""
    rating = queries.find(actor, rating_id)
    wanted = select(FollowUp).where(FollowUp.rating_id == rating.id)
    found: FollowUp | None = db.session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("这次评价不需要办理。")
    return found


# ---- the kind -------------------------------------------------------------------------------------------------------


def _owner_fault(follow_up: FollowUp, owner: User) -> str | None:
    rated = queries.rated_agency(follow_up.rating)
    return owners.fault(owner, rated, agency="被评价的行政执法机关", deed="办理")


def _superiors(follow_up: FollowUp) -> list[User]:
    return owners.superiors(follow_up, queries.rated_agency(follow_up.rating))


def _count_call(follow_up: FollowUp, deed: Deed) -> None:
    follow_up.calls += 1


def _mark_misrated(follow_up: FollowUp, deed: Deed) -> None:
    follow_up.rating.misrated_at = deed.at if deed.choice == "misrated" else None


def _keep_rectification(follow_up: FollowUp, deed: Deed) -> None:
    follow_up.rectification = deed.words


def _keep_reply(follow_up: FollowUp, deed: Deed) -> None:
    follow_up.reply = deed.words


KIND = kinds.register(
    MatterKind(
        name="follow_up",
        words="差评",
        model=FollowUp,
        course=rules.COURSE,
        terms=lengths_of_voices,
        effects={
            "call": _count_call,
            "conclude": _mark_misrated,
            "rectify": _keep_rectification,
            "reply": _keep_reply,
        },
        subject=lambda follow_up: ("rating", follow_up.rating_id),
        owner_fault=_owner_fault,
        superiors=_superiors,
        events=Events("follow_up.opened", "follow_up.moved", "follow_up.term_moved", "follow_up.rung_reached"),
    )
)
