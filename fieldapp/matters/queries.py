"""Reading matters of any kind. Which of them a user may see is for the kind to say: these ask about what was found."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select

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


def under_way(*, is_provisional: bool = False, among: Collection[str] | None = None) -> Sequence[Matter]:
    """The matters that are not closed, read anew; `is_provisional`: only those whose terms are; `among`: these ids."""
    wanted = select(Matter).where(Matter.closed_at.is_(None))
    if is_provisional:
        wanted = wanted.where(Matter.is_term_provisional)
    if among is not None:
        wanted = wanted.where(Matter.id.in_(among))
    return db.session.scalars(wanted.order_by(Matter.id).execution_options(populate_existing=True)).all()
