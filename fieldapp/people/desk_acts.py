"""Each form of a desk counts once: what was sent from one rendering of it is remembered, with where its answer led."""

import json
from datetime import timedelta

from sqlalchemy import delete

from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.people.models import DeskAct, User

REMEMBERED = timedelta(days=7)  # a browser that restores its tabs sends again within days, not weeks
Words = list[tuple[str, str]]


def claim(act_id: str, user: User) -> DeskAct | None:
    """None when nobody has sent this before, and from now on somebody has; else what was sent before.

    `act_id`: SHA-256 in hex over sender, form, and what was filled in.
    """
    with unit_of_work() as session:
        at = now()
        session.execute(delete(DeskAct).where(DeskAct.at < at - REMEMBERED))
        earlier = db.session.get(DeskAct, act_id, populate_existing=True)
        if earlier is None:
            session.add(DeskAct(id=act_id, user_id=user.id, at=at, words="[]"))
        return earlier


def settle(act_id: str, *, location: str, words: Words) -> None:
    """The act is done. `location`: where its answer led; `words`: kind and sentence of what the answer said."""
    with unit_of_work():
        act = db.session.get(DeskAct, act_id, populate_existing=True)
        if act is not None:
            act.location, act.words = location[:1000], json.dumps(words, ensure_ascii=False)


def release(act_id: str) -> None:
    """The act was refused or failed: the same may be sent again."""
    with unit_of_work() as session:
        session.execute(delete(DeskAct).where(DeskAct.id == act_id))


def find(act_id: str) -> DeskAct | None:
    """The act as it is now; none when it was released."""
    return db.session.get(DeskAct, act_id, populate_existing=True)


def words_of(act: DeskAct) -> Words:
    """Kind and sentence of what the answer said."""
    return [(str(kind), str(sentence)) for kind, sentence in json.loads(act.words)]
