"""意见建议 from a contact point: given by a citizen, answered by the bureau."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from fieldapp import ids
from fieldapp.access import require
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Fault, NotFound, Refused, TooMany
from fieldapp.extensions import unit_of_work
from fieldapp.people.models import User
from fieldapp.rating_codes import numbering
from fieldapp.rating_codes import operations as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings import contacts, drafts, queries, rules, sender_hashes, suspicion_signals
from fieldapp.ratings.models import Opinion
from fieldapp.ratings.page_loads import Sending

MOST_CHARACTERS = 2000


def give(code: RatingCode, sending: Sending, wish: rules.Wish) -> Opinion:
    """An opinion from a contact point's poster (`wish.comment`), with its number; once for what a page load says.

    Raises Refused with the gaps, CodeClosed, NotFound for a code that takes no opinions, TooMany.
    """
    at = now()
    gaps = rules.opinion_gaps(wish)
    if gaps:
        raise Refused("还差一点，意见尚未提交。", faults=gaps)
    with unit_of_work() as session:
        earlier = queries.opinion_by_mark(sending.mark_of(wish))
        if earlier is not None:
            return earlier
        code = codes.open_code(code.id, at)
        if code.contact_point_id is None:
            raise NotFound("这个评价码不收意见建议。")
        around = suspicion_signals.of_opinion(code.id, sending.sender, sending.page.age_seconds(at), at)
        if around.network_recent >= suspicion_signals.most_per_minute():
            raise TooMany("提交过于频繁，请十分钟后再试。", retry_after=600)
        opinion = _new_opinion(code, sending, wish, at=at)
        opinion.suspect_reasons = " ".join(
            rules.suspicions(replace(around, is_hidden_filled=sending.fills_hidden))
        )  # fmt: skip
        contacts.put_in(opinion, name=wish.name, phone=wish.phone)
        session.add(opinion)
        session.flush()
        audit.record(
            "opinion.received", actor_id=None, subject_kind="opinion", subject_id=opinion.id, at=at, code=code.id
        )
        drafts.forget(sending.page.mark())
    return opinion


def answer(actor: User, opinion_id: str, words: str) -> Opinion:
    """The bureau's answer, which the citizen reads with the 查询码; may be worded anew.

    Raises NotFound outside the actor's reach, NotAllowed, Refused for no or too many words.
    """
    require(actor, "ratings.handle")
    words = words.strip()
    if not words or len(words) > MOST_CHARACTERS:
        raise Refused(faults=[Fault("/words", f"请写 1–{MOST_CHARACTERS} 字的答复")])
    with unit_of_work():
        opinion = queries.find_opinion(actor, opinion_id)
        opinion.answer, opinion.answered_at, opinion.answered_by_id = words, now(), actor.id
        audit.record(
            "opinion.answered", actor_id=actor.id, subject_kind="opinion", subject_id=opinion.id, at=now(),
            digest=sha256(words.encode()).hexdigest(),
        )  # fmt: skip
    return opinion


def unmask_contact(actor: User, opinion_id: str, reason: str) -> dict[str, str] | None:
    """The name and telephone of who gave an opinion, for one look; the audit chain remembers it with the reason."""
    with unit_of_work():
        return contacts.unmask(actor, queries.find_opinion(actor, opinion_id), reason)


def _new_opinion(code: RatingCode, sending: Sending, wish: rules.Wish, *, at: datetime) -> Opinion:
    return Opinion(
        id=ids.mint(), number=numbering.next_numbers(numbering.OPINION, at)[0],
        receipt_code=numbering.mint_receipt_code(),
        code_id=code.id, contact_point_id=code.contact_point_id, locality_id=code.locality_id,
        nonce=sending.mark_of(wish), words=wish.comment, submitted_at=at,
        network_tag=sender_hashes.keys_for_new_tags(at).tags_of(sending.sender.address)[0],
    )  # fmt: skip
