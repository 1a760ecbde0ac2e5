"""The roundtables that a desk looks through, filtered and in pages."""

from dataclasses import dataclass
from datetime import datetime

from fieldapp.paging import Page, page_of
from fieldapp.people.models import User
from fieldapp.roundtables.models import Roundtable
from fieldapp.roundtables.queries import visible_to
from fieldapp.searching import every_word, in_any


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to; an empty one to nothing. `since` ≤ beginning of the roundtable < `until`."""

    text: str = ""
    agency_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def listed(user: User, asked: Asked, *, page: int = 1) -> Page:
    """The roundtables in the user's reach, own drafts among them, the newest first."""
    query = visible_to(user).order_by(Roundtable.started_at.desc(), Roundtable.id.desc())
    columns = (Roundtable.topic, Roundtable.place, Roundtable.number)
    query = query.where(*every_word(asked.text, lambda word: in_any(word, *columns)))
    if asked.agency_id:
        query = query.where(Roundtable.agency_id == asked.agency_id)
    if asked.since:
        query = query.where(Roundtable.started_at >= asked.since)
    if asked.until:
        query = query.where(Roundtable.started_at < asked.until)
    return page_of(query, page)
