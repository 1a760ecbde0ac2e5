"""Who may own a matter about an agency, and who is told when it is raised: nobody of that agency is either."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from fieldapp.access import ACTS, may
from fieldapp.extensions import db
from fieldapp.matters.models import Matter
from fieldapp.people.listing import who_may_supervise
from fieldapp.people.models import User, holds
from fieldapp.visits import recusal


def possible(agency_id: str | None, locality_id: str | None) -> Sequence[User]:
    """Who may take a matter: who handles such and sees its 区镇 or the county; nobody of the agency (none: unknown)."""
    reaches = or_(User.locality_id.is_(None), User.locality_id == locality_id)
    found = db.session.scalars(
        select(User).where(holds(*ACTS["ratings.handle"]), User.disabled_at.is_(None), reaches).order_by(User.username)
    ).all()
    return _without(agency_id, found)


def fault(owner: User, agency_id: str | None, *, agency: str, deed: str) -> str | None:
    """Why somebody cannot own it, as a sentence; None when they can. `agency`, `deed`: its words for both."""
    if not (may(owner, "desk.read") or may(owner, "field.file")):
        return f"请选择监督机构的在岗人员；{agency}的人不能{deed}"
    if not _without(agency_id, [owner]):
        return f"{owner.name}属于或登记了回避{agency}，应当回避，请选择其他承办人。"
    return None


def superiors(matter: Matter, agency_id: str | None) -> list[User]:
    """The leads and signers who see the whole county, but for those of the agency and for the owner."""
    people = [one for one in who_may_supervise("lead", "bureau") if one.locality_id is None]
    return [one for one in _without(agency_id, people) if one.id != matter.owner_id]


def _without(agency_id: str | None, people: Sequence[User]) -> list[User]:
    own = recusal.belonging(people, agency_id) if agency_id else []
    return [one for one in people if one not in own]
