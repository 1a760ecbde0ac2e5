"""Reading matters of any kind. Which of them a user may see is for the kind to say: these ask about what was found."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from fieldapp.extensions import db
from fieldapp.matters import kinds
from fieldapp.matters.models import Matter
from fieldapp.matters.rules import RAISED
from fieldapp.people.models import User


def roles_of(user: User) -> Collection[str]:
    """The roles by which a user acts on matters."""
    return user.roles


def possible_acts(matter: Matter, user: User) -> list[str]:
    """What the user may do next with a matter in reach, in the order of its course."""
    return kinds.of(matter).course.possible(matter.state, roles_of(user), acts_done(matter))


def acts_done(matter: Matter) -> set[str]:
    """The acts that stand in the log."""
    return {entry.action for entry in matter.entries}


def overdue(model: type[Matter], today: date) -> ColumnElement[bool]:
    """The matters of a kind's `model` that are past a term: not accepted in time, or not closed in time."""
    return model.closed_at.is_(None) & or_(
        model.close_by < today, model.accepted_at.is_(None) & (model.accept_by < today)
    )


def raised(model: type[Matter]) -> ColumnElement[bool]:
    """The matters of a kind's `model` whose running term is so long over that those above have been told."""
    return model.closed_at.is_(None) & (model.rung == RAISED)


VIEWS = {"open": "办理中", "overdue": "已超期", "raised": "已报上级", "closed": "已办结", "all": "全部"}


def in_view(model: type[Matter], view: str, today: date) -> list[ColumnElement[bool]]:
    """What narrows a list of matters of a kind's `model` to a key of VIEWS."""
    narrowed = {
        "open": model.closed_at.is_(None), "overdue": overdue(model, today), "raised": raised(model),
        "closed": model.closed_at.is_not(None),
    }  # fmt: skip
    return [narrowed[view]] if view in narrowed else []


def by_urgency(
    model: type[Matter], today: date, *, later: ColumnElement[bool] | None = None
) -> list[ColumnElement[Any]]:  # fmt: skip
    """The order of a desk's list: the overdue first, then whose term ends soonest, then the closed, newest first.

    `later`: which of those under way come after the others.
    """
    put_off = [] if later is None else [(later, 2)]
    term = case((model.accepted_at.is_(None), model.accept_by), else_=model.close_by)
    return [
        case((model.closed_at.is_not(None), 3), *put_off, (overdue(model, today), 0), else_=1),
        case((model.closed_at.is_(None), term)),
        model.closed_at.desc(),
        model.opened_at.asc(),
        model.id.asc(),
    ]


def counts(model: type[Matter], seen: Select[Any], today: date) -> dict[str, int]:
    """How many matters of a kind's `model` stand under each of VIEWS, in one query. `seen`: the ids in reach."""
    row = db.session.execute(
        select(
            func.count().label("all"),
            func.count(model.closed_at).label("closed"),
            func.sum(case((overdue(model, today), 1), else_=0)).label("overdue"),
            func.sum(case((raised(model), 1), else_=0)).label("raised"),
        )
        .select_from(model)
        .where(model.id.in_(seen))
    ).one()
    late = {"overdue": int(row.overdue or 0), "raised": int(row.raised or 0)}
    return {"open": row.all - row.closed, **late, "closed": row.closed, "all": row.all}


def under_way(*, is_provisional: bool = False, among: Collection[str] | None = None) -> Sequence[Matter]:
    """The matters that are not closed, read anew; `is_provisional`: only those whose terms are; `among`: these ids."""
    wanted = select(Matter).where(Matter.closed_at.is_(None))
    if is_provisional:
        wanted = wanted.where(Matter.is_term_provisional)
    if among is not None:
        wanted = wanted.where(Matter.id.in_(among))
    return db.session.scalars(wanted.order_by(Matter.id).execution_options(populate_existing=True)).all()
