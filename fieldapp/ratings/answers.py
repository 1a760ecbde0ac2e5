"""Answering an opinion from a contact point."""

from hashlib import sha256

from fieldapp.access import require
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Fault, Refused
from fieldapp.extensions import unit_of_work
from fieldapp.people.models import User
from fieldapp.ratings import contacts, queries
from fieldapp.ratings.models import Opinion

MOST_CHARACTERS = 2000


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
