"""Where an administrator of one 区镇 ends: which rows of the registers are that 区镇's, and what may be written there.

An administrator of the whole county, and the shell (none), end nowhere. Nobody comes out of these bounds alone: one's
own roles and reach are changed by somebody else (accounts.change_user), and whoever sees further than the 区镇 is out
of its administrators' hands, for a one-time password of theirs would be a way out.
"""

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_, select, true

from fieldapp.access import ACTS
from fieldapp.errors import Fault, NotFound
from fieldapp.extensions import db
from fieldapp.people.models import Certificate, ContactPoint, Organisation, User, WorkingGroup, holds

if TYPE_CHECKING:
    from fieldapp.people.accounts import Account

# Roles whose sight ends at the account's 区镇, or nowhere when it has none.
SEEING = tuple(sorted({*ACTS["desk.read"], *ACTS["accounts.read"], *ACTS["traces.read"]}))
_OUTSIDE = "您只管理本区镇：请选择属于本区镇的。"


def sees(user: User) -> bool:
    """Whether the user's roles have a sight that the account's 区镇 ends."""
    return not set(SEEING).isdisjoint(user.roles)


def organisations_within(locality_id: str | None) -> ColumnElement[bool]:
    """The organisations that work in this 区镇; all for none."""
    return Organisation.locality_id == locality_id if locality_id else true()


def people_within(locality_id: str | None) -> ColumnElement[bool]:
    """The people of the organisations of this 区镇 who see no further than it; all for none."""
    if not locality_id:
        return true()
    of_it = User.organisation_id.in_(select(Organisation.id).where(Organisation.locality_id == locality_id))
    return of_it & or_(~holds(*SEEING), User.locality_id == locality_id)


def groups_within(locality_id: str | None) -> ColumnElement[bool]:
    """The working groups of this 区镇; all for none."""
    return WorkingGroup.locality_id == locality_id if locality_id else true()


def certificates_within(locality_id: str | None) -> ColumnElement[bool]:
    """The certificates of the organisations of this 区镇; all for none."""
    if not locality_id:
        return true()
    return Certificate.organisation_id.in_(select(Organisation.id).where(organisations_within(locality_id)))


def contact_points_within(locality_id: str | None) -> ColumnElement[bool]:
    """The contact points of this 区镇; all for none."""
    return ContactPoint.locality_id == locality_id if locality_id else true()


_ROWS = {
    "user_id": (User.id, people_within),
    "organisation_id": (Organisation.id, organisations_within),
    "group_id": (WorkingGroup.id, groups_within),
    "certificate_id": (Certificate.id, certificates_within),
    "contact_point_id": (ContactPoint.id, contact_points_within),
}
REGISTERS = _ROWS.keys()


def require_within(actor: User | None, **named: str) -> None:
    """Raises NotFound unless each row lies in the actor's bounds. `named`: its id, by the name of a route's parameter
    (`user_id`, `group_id`, …); KeyError for a name that is in no register.
    """
    if actor is None or not actor.locality_id:
        return
    for name, row_id in named.items():
        key, within = _ROWS[name]
        if db.session.scalar(select(key).where(key == row_id, within(actor.locality_id))) is None:
            raise NotFound


def locality_faults(actor: User | None, locality_id: str | None, pointer: str = "/locality_id") -> list[Fault]:
    """What is wrong when the actor writes a row that belongs to this 区镇 (none: the whole county)."""
    if actor is None or not actor.locality_id or locality_id == actor.locality_id:
        return []
    return [Fault(pointer, _OUTSIDE)]


def chosen_faults(actor: User | None, **named: str | None) -> list[Fault]:
    """What is wrong when the actor names rows that are out of bounds. `named`: as in `require_within`, by field."""
    faults = []
    for field, row_id in named.items():
        try:
            if row_id:
                require_within(actor, **{"user_id" if field in ("lead_id", "holder_id") else field: row_id})
        except NotFound:
            faults.append(Fault(f"/{field}", _OUTSIDE))
    return faults


def account_faults(actor: User | None, account: "Account") -> list[Fault]:
    """What an administrator of a 区镇 may not make of somebody: of another 区镇, or seeing further than this one."""
    faults = chosen_faults(actor, organisation_id=account.organisation_id)
    if not set(SEEING).isdisjoint(account.roles):
        faults += locality_faults(actor, account.locality_id)
    return faults
