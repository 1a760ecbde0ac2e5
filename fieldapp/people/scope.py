"""How far a user's view reaches. The only place that decides who may see which rows; queries translate it into SQL."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from fieldapp.extensions import db
from fieldapp.people.kinship import kin_of
from fieldapp.people.models import GroupMember, User, WorkingGroup

ReachKind = Literal["all", "locality", "own", "none"]


@dataclass(frozen=True)
class Reach:
    """What a user may look at.

    `kind`: `all` the whole county; `locality` everything in `locality_id`, and what the groups in `led_group_ids` did
    anywhere; `own` only what `user_id` recorded; `none` no record at all (liaisons: matters of `agency_id` only).
    `group_ids`: groups that the user leads or belongs to, for visits. But for `none`, one's own records are in reach.
    `recused_from`: the agencies that are the user's own (see kinship): what others recorded, asked or rated there is
    out of a desk's reach, for nobody judges their own. Source: domain.md 1.6 (回避).
    """

    kind: ReachKind
    user_id: str
    locality_id: str | None = None
    group_ids: frozenset[str] = frozenset()
    led_group_ids: frozenset[str] = frozenset()
    agency_id: str | None = None
    recused_from: frozenset[str] = frozenset()

    def covers(
        self, *, author_id: str, group_id: str | None, locality_id: str | None, agency_id: str | None = None
    ) -> bool:
        """Whether a record with these owners, of a visit to `agency_id`, is in reach."""
        if self.kind == "none":
            return False
        if author_id == self.user_id:
            return True
        if agency_id in self.recused_from:
            return False
        if self.kind == "all":
            return True
        return self.kind == "locality" and (
            (locality_id is not None and locality_id == self.locality_id) or group_id in self.led_group_ids
        )


def reach_of(user: User) -> Reach:
    """The reach of `user`, in a query for the groups and, for a desk, one for the own agencies; a liaison's or a
    disabled user's needs none.
    """
    if not user.is_active:
        return Reach("none", user.id)
    if user.role == "liaison":
        return Reach("none", user.id, agency_id=user.organisation_id)
    group_ids, led_group_ids = _groups_of(user)
    if user.role == "supervisor":
        kind: ReachKind = "own"
    else:
        kind = "locality" if user.locality_id else "all"
    own = frozenset[str]() if kind == "own" else kin_of(user.organisation_id, kind="agency")
    locality_id = user.locality_id if kind == "locality" else None
    return Reach(kind, user.id, locality_id, group_ids, led_group_ids, recused_from=own)


def may_review(
    user: User, *, author_id: str, group_id: str | None, locality_id: str | None, agency_id: str | None = None
) -> bool:
    """Whether `user` may decide on a record: leads only, in their reach, never on their own record, never on one of a
    visit to their own agency.
    """
    if user.role != "lead" or author_id == user.id:
        return False
    return reach_of(user).covers(author_id=author_id, group_id=group_id, locality_id=locality_id, agency_id=agency_id)


def _groups_of(user: User) -> tuple[frozenset[str], frozenset[str]]:
    member = select(GroupMember.group_id).where(GroupMember.user_id == user.id)
    rows = db.session.execute(
        select(WorkingGroup.id, WorkingGroup.lead_id).where(
            (WorkingGroup.lead_id == user.id) | WorkingGroup.id.in_(member)
        )
    ).all()
    return frozenset(row.id for row in rows), frozenset(row.id for row in rows if row.lead_id == user.id)
