"""Reading roundtables: every list starts at what the user may see."""

from sqlalchemy import Select, or_, select

from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.people.models import User
from fieldapp.people.scope import Columns, Conditions, Reach, narrow, reach_of
from fieldapp.roundtables.models import Roundtable
from fieldapp.visits.recusal import own_visits

_NOT_HERE = "没有这次座谈，或您无权查看。"


def _not_of_own(reach: Reach) -> Conditions:
    """Without what was said of the reader's own agency, at a visit or without one."""
    if not reach.recused_from:
        return ()
    agency, visit = Roundtable.agency_id, Roundtable.visit_id
    return (
        or_(agency.is_(None), agency.not_in(sorted(reach.recused_from))),
        or_(visit.is_(None), visit.not_in(own_visits(reach))),
    )


COLUMNS = Columns(
    author=Roundtable.author_id, locality=Roundtable.locality_id, group=Roundtable.group_id,
    agency=Roundtable.agency_id, filed=Roundtable.state == "submitted", apart=_not_of_own,
)  # fmt: skip


def visible_to(user: User) -> Select[Roundtable]:
    """The user's own roundtables, and the submitted ones in a lead's, the bureau's or an administrator's reach; none of
    the user's own agency but the user's own ones.
    """
    return narrow(select(Roundtable), reach_of(user), COLUMNS)


def find(user: User, roundtable_id: str) -> Roundtable:
    """One roundtable in the user's reach. Raises NotFound otherwise."""
    found: Roundtable | None = db.session.scalar(visible_to(user).where(Roundtable.id == roundtable_id))
    if found is None:
        raise NotFound(_NOT_HERE)
    return found


def find_own(user: User, roundtable_id: str) -> Roundtable:
    """One roundtable of the user's own, to go on writing it. Raises NotFound for anybody else's."""
    found = find(user, roundtable_id)
    if found.author_id != user.id:
        raise NotFound(_NOT_HERE)
    return found
