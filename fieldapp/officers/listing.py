"""The register of officers as an administrator searches it."""

from datetime import date

from sqlalchemy import and_, or_, select, true

from fieldapp.officers import rules
from fieldapp.officers.models import Officer
from fieldapp.paging import Page, page_of
from fieldapp.people import bounds
from fieldapp.people.models import Organisation
from fieldapp.searching import every_word, in_any

STATES = {"valid": "有效", "expired": "已过期", "ended": "已注销"}


def officers(
    today: date, *, text: str = "", organisation_id: str = "", state: str = "", within: str | None = None, page: int = 1
) -> Page:
    """The officers that match, by agency and number. `text`: part of a name or number, however it is written; `state`:
    of STATES; `within`: of the agencies of a 区镇.
    """
    query = select(Officer).join(Officer.organisation).where(bounds.organisations_within(within))
    if organisation_id:
        query = query.where(Officer.organisation_id == organisation_id)
    if text:
        named = and_(true(), *every_word(text, lambda word: in_any(word, Officer.name)))
        key = rules.key_of(text)
        query = query.where(or_(named, Officer.number_key.contains(key, autoescape=True)) if key else named)
    ended = Officer.ended_on.is_not(None) & (Officer.ended_on <= today)
    if state == "ended":
        query = query.where(ended)
    elif state in STATES:
        past = Officer.valid_until < today
        query = query.where(~ended, past if state == "expired" else ~past)
    return page_of(query.order_by(Organisation.position, Organisation.name, Officer.number_key), page)


def state_on(officer: Officer, today: date) -> str:
    """How one officer's certificate stands on `today`, a key of STATES."""
    if officer.ended_on is not None and officer.ended_on <= today:
        return "ended"
    return "expired" if officer.valid_until < today else "valid"
