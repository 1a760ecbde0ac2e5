"""How far a user's view reaches, and the one place that turns it into SQL: every list of every room starts here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from fieldapp.access import may
from fieldapp.extensions import db
from fieldapp.people.kinship import below, kin_of
from fieldapp.people.models import GroupMember, User, WorkingGroup

ReachKind = Literal["all", "locality", "own", "agency", "none"]
Rows = TypeVar("Rows", bound=tuple[Any, ...])
Conditions = Sequence[ColumnElement[bool]]


class UnknownReach(LookupError):
    """A reach of a kind that nobody has said anything about: it shows nothing, it stops."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no rows are decided for a reach of the kind {kind!r}")


@dataclass(frozen=True)
class Reach:
    """What a user may look at.

    `kind`: `all` the whole county; `locality` everything in `locality_id`, and what the groups in `led_group_ids` did
    anywhere; `own` only what `user_id` recorded; `agency` the rows that concern `agency_id`, and no other; `none` no
    record at all (liaisons: what is published of `agency_id` only).
    `group_ids`: groups that the user leads or belongs to, for visits. In `all`, `locality` and `own`, one's own records
    are in reach.
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
        """Whether a record with these owners, of a visit to `agency_id`, is in reach. Raises UnknownReach."""
        is_own, is_near = author_id == self.user_id, locality_id is not None and locality_id == self.locality_id
        match self.kind:
            case "none":
                return False
            case "agency":
                return agency_id is not None and agency_id == self.agency_id
            case "own":
                return is_own
            case "all":
                return is_own or agency_id not in self.recused_from
            case "locality":
                is_led = group_id in self.led_group_ids
                return is_own or (agency_id not in self.recused_from and (is_near or is_led))
            case _:
                raise UnknownReach(self.kind)


def nothing(reach: Reach) -> Conditions:
    """No condition: for rows that are shown whosever agency they concern."""
    return ()


@dataclass(frozen=True)
class Columns:
    """Which columns of a room's rows say whose they are. One that a room does not have is None, and then no row is in
    reach by it.

    `author`: who made the row, whose own it is; `is_shared`: it is also its group's own (visits).
    `filed`: what must be true of a row before anybody but its author sees it.
    `through`: (key, id) when `locality`, `group` and `agency` are columns of another table that `key` points to.
    `apart`: conditions that leave out the rows of the reader's own agency; required, so that no room forgets it.
    `nearby`: conditions that bring further rows into the reach of a 区镇.
    """

    author: InstrumentedAttribute[Any] | None
    locality: InstrumentedAttribute[Any] | None
    group: InstrumentedAttribute[Any] | None
    agency: InstrumentedAttribute[Any] | None
    apart: Callable[[Reach], Conditions]
    filed: ColumnElement[bool] = true()
    is_shared: bool = False
    through: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]] | None = None
    nearby: Callable[[Reach], Conditions] = nothing

    def own(self, reach: Reach) -> ColumnElement[bool]:
        """The rows that are the reader's own."""
        mine = false() if self.author is None else self.author == reach.user_id
        if not self.is_shared or self.group is None:
            return mine
        return or_(mine, self.group.in_(sorted(reach.group_ids)))

    def near(self, reach: Reach) -> ColumnElement[bool]:
        """The rows of the reader's 区镇, and those of the groups that the reader leads."""
        found: list[ColumnElement[bool]] = []
        if self.locality is not None and reach.locality_id is not None:
            found.append(self.locality == reach.locality_id)
        if self.group is not None:
            found.append(self.group.in_(sorted(reach.led_group_ids)))
        return or_(false(), self._reached(or_(false(), *found)), *self.nearby(reach))

    def concerning(self, agency_id: str | None) -> ColumnElement[bool]:
        """The rows of this agency; none for none."""
        if self.agency is None or agency_id is None:
            return false()
        return self._reached(self.agency == agency_id)

    def _reached(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        if self.through is None:
            return condition
        key, target = self.through
        return key.in_(select(target).where(condition))


def narrow(query: Select[Rows], reach: Reach, columns: Columns) -> Select[Rows]:
    """`query` with only the rows in reach. Raises UnknownReach: a new kind of reach is decided here or shows nothing.

    Source: GB/T 22239-2019 8.1.4.2 (访问控制: 默认拒绝).
    """
    match reach.kind:
        case "none":
            return query.where(false())
        case "own":
            return query.where(columns.own(reach))
        case "agency":
            return query.where(columns.filed, columns.concerning(reach.agency_id))
        case "locality":
            others = and_(columns.filed, columns.near(reach), *columns.apart(reach))
        case "all":
            others = and_(columns.filed, *columns.apart(reach))
        case _:
            raise UnknownReach(reach.kind)
    return query.where(or_(columns.own(reach), others))


def reach_of(user: User) -> Reach:
    """The reach of `user`, the widest that one of their roles gives, in a query for the groups and, for a desk, one for
    the own agencies; for whoever sees no records (liaisons, the disabled, those without such a role) in none.
    """
    if not user.is_active:
        return Reach("none", user.id)
    if may(user, "desk.read"):
        kind: ReachKind = "locality" if user.locality_id else "all"
    elif may(user, "field.file"):
        kind = "own"
    else:
        return Reach("none", user.id, agency_id=user.organisation_id if may(user, "agency.read") else None)
    group_ids, led_group_ids = _groups_of(user)
    own = frozenset[str]() if kind == "own" else own_agencies(user)
    locality_id = user.locality_id if kind == "locality" else None
    return Reach(kind, user.id, locality_id, group_ids, led_group_ids, recused_from=own)


def own_agencies(user: User) -> frozenset[str]:
    """The agencies that are the user's own: their own organisation, those above and below it (see kinship), and those
    that stand as 回避单位, with what is below them.
    """
    return kin_of(user.organisation_id, kind="agency") | below(user.recusals.split())


def may_review(
    user: User, *, author_id: str, group_id: str | None, locality_id: str | None, agency_id: str | None = None
) -> bool:
    """Whether `user` may decide on a record: whose role says so, in their reach, never on their own record, never on
    one of a visit to their own agency.
    """
    if not may(user, "review.decide") or author_id == user.id:
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
