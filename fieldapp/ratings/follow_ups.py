"""差评办理: a bad rating from its opening to its closing. Every step is a line of the log and an audit entry."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from fieldapp import ids
from fieldapp.access import may, require
from fieldapp.audit import operations as audit
from fieldapp.clock import china, now
from fieldapp.errors import Conflict, Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import User
from fieldapp.ratings import contacts, queries, rules, terms
from fieldapp.ratings.models import FollowUp, FollowUpEntry, Rating

MOST_CHARACTERS = 2000


def open_for(rating: Rating, at: datetime) -> FollowUp:
    """Opens the follow-up of a bad rating, in the unit of work that stores it, with its terms in working days."""
    term = terms.of(china(at).date())
    follow_up = FollowUp(
        id=ids.mint(), rating_id=rating.id, state="received", is_real_name=rating.has_contact, opened_at=at,
        accept_by=term.accept_by, close_by=term.close_by, is_term_provisional=term.is_provisional, calls=0,
        rectification="", reply="",
    )  # fmt: skip
    rating.follow_up = follow_up
    db.session.flush()
    _log(follow_up, "opened", actor=None, words="", at=at)
    audit.record(
        "follow_up.opened", actor_id=None, subject_kind="rating", subject_id=rating.id, at=at,
        accept_by=follow_up.accept_by.isoformat(), close_by=follow_up.close_by.isoformat(),
    )  # fmt: skip
    return follow_up


def triage(actor: User, rating_id: str, *, owner: User, words: str = "") -> FollowUp:
    """Gives the follow-up to an owner, or to another one; the first time this is 受理.

    Raises Refused when the owner is no lead, admin or supervisor, or belongs to the rated agency; Conflict when it has
    gone too far for that.
    """
    if not (may(owner, "desk.read") or may(owner, "field.file")):
        raise Refused(faults=[Fault("/owner", "请选择监督机构的在岗人员；被评价的行政执法机关的人不能办理")])
    with unit_of_work():
        follow_up = _reach(actor, rating_id)
        if queries.people_of(follow_up.rating, [owner]):
            raise Refused(
                faults=[Fault("/owner", f"{owner.name}属于被评价的行政执法机关，应当回避，请选择其他承办人。")]
            )
        follow_up.owner = owner
        follow_up.owner_id = owner.id
        follow_up.accepted_at = follow_up.accepted_at or now()
        return _move(actor, follow_up, "triage", words=words)


def log_call(actor: User, rating_id: str, *, words: str) -> FollowUp:
    """A 回访: who called and what was said, or that nobody answered. Raises Refused without words."""
    _need(words, "/words", "请写明回访情况")
    with unit_of_work():
        follow_up = _reach(actor, rating_id)
        follow_up.calls += 1
        return _move(actor, follow_up, "call", words=words)


def conclude(actor: User, rating_id: str, *, outcome: str, words: str) -> FollowUp:
    """What the look into it found: verified 属实, unfounded 不属实, or misrated 误评 (then it is counted apart)."""
    if outcome not in rules.OUTCOMES:
        raise Refused(faults=[Fault("/outcome", "请选择核查结论：属实、不属实或误评")])
    _need(words, "/words", "请写明核查情况和依据")
    with unit_of_work():
        follow_up = _reach(actor, rating_id)
        _move(actor, follow_up, "conclude", words=words, outcome=outcome)
        follow_up.outcome = outcome
        follow_up.rating.misrated_at = now() if outcome == "misrated" else None
        return follow_up


def rectify(actor: User, rating_id: str, *, words: str) -> FollowUp:
    """What was put right. Only for one that was verified."""
    _need(words, "/words", "请写明整改情况")
    with unit_of_work():
        follow_up = _reach(actor, rating_id)
        follow_up.rectification = words.strip()
        return _move(actor, follow_up, "rectify", words=words)


def reply(actor: User, rating_id: str, *, words: str) -> FollowUp:
    """The answer that the citizen reads with the 查询码; may be worded anew until the closing."""
    _need(words, "/words", "请写给评价人的答复")
    with unit_of_work():
        follow_up = _reach(actor, rating_id)
        follow_up.reply = words.strip()
        return _move(actor, follow_up, "reply", words=words)


def extend(actor: User, rating_id: str, *, words: str) -> FollowUp:
    """The longer term, once, by a lead, with the reason. Counted from the opening, so it cannot be pushed on and on."""
    _need(words, "/words", "请写明延期理由")
    with unit_of_work():
        follow_up = _reach(actor, rating_id, only_leads="延期须经组长批准。")
        if follow_up.extended_at is not None:
            raise Conflict("已经延期过一次，不能再延。")
        term = terms.of(china(follow_up.opened_at).date(), is_extended=True)
        follow_up.close_by, follow_up.is_term_provisional = term.close_by, term.is_provisional
        follow_up.extended_at = now()
        return _move(actor, follow_up, "extend", words=words)


def close(actor: User, rating_id: str, *, words: str = "") -> FollowUp:
    """Ends the follow-up, by a lead. Raises Refused when a call is still owed, Conflict before the reply."""
    with unit_of_work():
        follow_up = _reach(actor, rating_id, only_leads="办结由组长确认。")
        fault = rules.closing_fault(is_real_name=follow_up.is_real_name, calls=follow_up.calls)
        if fault:
            raise Refused(fault, faults=[Fault("/calls", fault)])
        follow_up.closed_at, follow_up.closed_by_id = now(), actor.id
        return _move(actor, follow_up, "close", words=words)


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
            digest=_digest(words),
        )  # fmt: skip
        if rating.follow_up is not None:
            _log(rating.follow_up, "release", actor=actor, words=words, at=at)
    return rating


def unmask_contact(actor: User, rating_id: str, reason: str) -> dict[str, str] | None:
    """The name and telephone of a citizen, for one look; the log and the audit chain remember it with the reason."""
    with unit_of_work():
        rating = queries.find(actor, rating_id)
        person = contacts.unmask(actor, rating, reason)
        if rating.follow_up is not None:
            _log(rating.follow_up, "unmask", actor=actor, words=reason.strip(), at=now())
    return person


def note(follow_up: FollowUp, action: str, *, at: datetime) -> None:
    """A line of the log that the citizen caused, in the caller's unit of work."""
    _log(follow_up, action, actor=None, words="", at=at)


def move_provisional_terms() -> int:
    """Sets provisional terms anew whose years are known by now; gives how many follow-ups got more time.

    A term that was announced to a person never moves earlier: a day that would come sooner stays as it was set. Each
    move is a line of the log. Joins the caller's unit of work.
    """
    with unit_of_work():
        return sum(_set_anew(follow_up) for follow_up in terms.provisional_and_open())


def _set_anew(follow_up: FollowUp) -> bool:
    term = terms.of(china(follow_up.opened_at).date(), is_extended=follow_up.extended_at is not None)
    if term.is_provisional:
        return False
    before = (follow_up.accept_by, follow_up.close_by)
    if follow_up.accepted_at is None:
        follow_up.accept_by = max(follow_up.accept_by, term.accept_by)
    follow_up.close_by, follow_up.is_term_provisional = max(follow_up.close_by, term.close_by), False
    db.session.flush()
    if (follow_up.accept_by, follow_up.close_by) == before:
        return False
    at = now()
    words = (
        f"节假日安排已录入：办结期限 {before[1]} → {follow_up.close_by}，受理期限 {before[0]} → {follow_up.accept_by}"
    )
    _log(follow_up, "term", actor=None, words=words, at=at)
    audit.record(
        "follow_up.term_moved", actor_id=None, subject_kind="rating", subject_id=follow_up.rating_id, at=at,
        accept_by=follow_up.accept_by.isoformat(), close_by=follow_up.close_by.isoformat(),
    )  # fmt: skip
    return True


def note_erasure(follow_up: FollowUp, at: datetime, *, actor: User | None = None, words: str = "") -> None:
    """The telephone has been erased, by the citizen unless there are words: no call is owed any more."""
    follow_up.is_real_name = False
    _log(follow_up, "erase", actor=actor, words=words, at=at)


def _reach(actor: User, rating_id: str, *, only_leads: str = "") -> FollowUp:
    """The follow-up of a rating in the actor's reach, read anew. Raises NotFound, NotAllowed."""
    rating = queries.find(actor, rating_id)
    require(actor, "ratings.close" if only_leads else "ratings.handle", only_leads or None)
    found = db.session.scalar(
        select(FollowUp).where(FollowUp.rating_id == rating.id).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("这次评价不需要办理。")
    return found


def _move(actor: User, follow_up: FollowUp, action: str, *, words: str, outcome: str | None = None) -> FollowUp:
    before = follow_up.state
    after = rules.next_state(before, action, outcome=outcome)
    if after is None:
        raise Conflict(f"现在是“{rules.STATES[before]}”，不能做“{rules.ACTIONS[action]}”。页面可能已过时，请刷新。")
    at = now()
    follow_up.state = after
    db.session.flush()
    _log(follow_up, action, actor=actor, words=words.strip(), at=at)
    details: dict[str, Any] = {"action": action, "state": after, "words_digest": _digest(words.strip())}
    audit.record(
        "follow_up.moved", actor_id=actor.id, subject_kind="rating", subject_id=follow_up.rating_id, at=at, **details
    )
    return follow_up


def _log(follow_up: FollowUp, action: str, *, actor: User | None, words: str, at: datetime) -> None:
    last = db.session.scalar(select(func.max(FollowUpEntry.position)).where(FollowUpEntry.follow_up_id == follow_up.id))
    entry = FollowUpEntry(
        follow_up_id=follow_up.id, position=(last or 0) + 1, action=action, state=follow_up.state,
        actor_id=actor.id if actor else None, words=words, at=at,
    )  # fmt: skip
    follow_up.entries.append(entry)
    db.session.flush()


def _need(words: str, pointer: str, sentence: str) -> None:
    if not words.strip():
        raise Refused(faults=[Fault(pointer, sentence)])
    if len(words) > MOST_CHARACTERS:
        raise Refused(faults=[Fault(pointer, f"最多 {MOST_CHARACTERS} 字")])


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
