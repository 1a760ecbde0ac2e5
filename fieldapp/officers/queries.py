"""Reading the register of officers."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from fieldapp.access import may
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.officers.models import Officer
from fieldapp.people import bounds
from fieldapp.people.models import GroupMember, Organisation, User, WorkingGroup

_officer = Officer.__table__.c


def find(actor: User, officer_id: str) -> Officer:
    """One officer within the bounds of an administrator. Raises NotFound."""
    officer = db.session.get(Officer, officer_id)
    if officer is None:
        raise NotFound
    bounds.require_within(actor, organisation_id=officer.organisation_id)
    return officer


def every(*, within: str | None = None) -> Sequence[Officer]:
    """The whole register by agency and number. `within`: of the agencies of a 区镇."""
    query = select(Officer).join(Officer.organisation).where(bounds.organisations_within(within))
    return db.session.scalars(query.order_by(Organisation.position, Organisation.name, Officer.number_key)).all()


def for_phone(user: User) -> Iterable[Row[Any]]:
    """Columns of the officers that a phone of `user` looks up, by number: of the agencies in the 区镇 of the user's
    groups and in the whole county; all of them where a group works in the whole county; none for who files nothing.
    """
    if not may(user, "field.file"):
        return []
    member = select(GroupMember.group_id).where(GroupMember.user_id == user.id)
    places = set(
        db.session.scalars(
            select(WorkingGroup.locality_id).where(
                or_(WorkingGroup.lead_id == user.id, WorkingGroup.id.in_(member)), WorkingGroup.ended_at.is_(None)
            )
        )
    )
    query = select(_officer.number, _officer.name, _officer.organisation_id, _officer.valid_until, _officer.ended_on)
    if None not in places:
        near = or_(Organisation.locality_id.is_(None), Organisation.locality_id.in_(places))
        query = query.where(_officer.organisation_id.in_(select(Organisation.id).where(near)))
    return db.session.execute(query.order_by(_officer.number_key))
