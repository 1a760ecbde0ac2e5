"""Reading callbacks: in reach of whoever may read the interview."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, case, func, select

from fieldapp.access import ACTS
from fieldapp.callbacks.models import Callback
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.interviews import queries as interviews
from fieldapp.interviews.models import Interview
from fieldapp.matters.queries import overdue, raised
from fieldapp.people.models import User, holds
from fieldapp.visits import recusal

VIEWS = {"open": "办理中", "overdue": "已超期", "raised": "已报上级", "closed": "已办结", "all": "全部"}


def visible_to(user: User) -> Select[Callback]:
    """The callbacks of the submitted interviews in the user's reach."""
    seen = interviews.filed_visible_to(user).order_by(None).with_only_columns(Interview.id)
    return select(Callback).where(Callback.interview_id.in_(seen))


def of_interview(interview: Interview) -> Callback | None:
    """The callback of an interview that the caller may see, read anew; None when none was asked for."""
    wanted = select(Callback).where(Callback.interview_id == interview.id)
    found: Callback | None = db.session.scalar(wanted.execution_options(populate_existing=True))
    return found


def find(user: User, interview_id: str) -> Callback:
    """The callback of an interview in the user's reach, read anew. Raises NotFound."""
    found = of_interview(interviews.find_filed(user, interview_id))
    if found is None:
        raise NotFound("受访人没有要求回访。")
    return found


def listed(user: User, view: str, today: date) -> Select[Callback]:
    """Those in reach under a key of VIEWS: the overdue first, then whose term ends soonest, the closed last."""
    is_late = overdue(Callback, today)
    term = case((Callback.accepted_at.is_(None), Callback.accept_by), else_=Callback.close_by)
    query = visible_to(user).order_by(
        case((Callback.closed_at.is_not(None), 2), (is_late, 0), else_=1),
        case((Callback.closed_at.is_(None), term)),
        Callback.closed_at.desc(),
        Callback.opened_at,
        Callback.id,
    )
    views = {
        "open": Callback.closed_at.is_(None), "overdue": is_late, "raised": raised(Callback),
        "closed": Callback.closed_at.is_not(None),
    }  # fmt: skip
    return query.where(views[view]) if view in views else query


def counts(user: User, today: date) -> dict[str, int]:
    """How many stand under each of VIEWS, in one query."""
    ids = Callback.id.in_(visible_to(user).with_only_columns(Callback.id))
    row = db.session.execute(
        select(
            func.count().label("all"),
            func.count(Callback.closed_at).label("closed"),
            func.sum(case((overdue(Callback, today), 1), else_=0)).label("overdue"),
            func.sum(case((raised(Callback), 1), else_=0)).label("raised"),
        )
        .select_from(Callback)
        .where(ids)
    ).one()
    late = {"overdue": int(row.overdue or 0), "raised": int(row.raised or 0)}
    return {"open": row.all - row.closed, **late, "closed": row.closed, "all": row.all}


def possible_owners(callback: Callback) -> Sequence[User]:
    """Who may take it: those who handle such matters and see the place of the visit; nobody of the visited agency."""
    visit = callback.interview.visit
    found = db.session.scalars(
        select(User).where(holds(*ACTS["ratings.handle"]), User.disabled_at.is_(None)).order_by(User.username)
    ).all()
    near = [user for user in found if user.locality_id in (None, visit.locality_id)]
    own = people_of(callback, near)
    return [user for user in near if user not in own]


def people_of(callback: Callback, people: Sequence[User]) -> list[User]:
    """Those of `people` who belong to the agency that was visited, as far as it is known."""
    visited = recusal.visited(callback.interview.visit)
    return recusal.belonging(people, visited) if visited else []
