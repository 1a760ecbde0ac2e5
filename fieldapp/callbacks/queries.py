"""Reading callbacks: in reach of whoever may read the interview."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from fieldapp.callbacks.models import Callback
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.interviews import queries as interviews
from fieldapp.interviews.models import Interview
from fieldapp.matters import owners
from fieldapp.matters import queries as matters
from fieldapp.people.models import User
from fieldapp.visits import recusal


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
    """Those in reach under a key of matters.queries.VIEWS, the most urgent first."""
    query = visible_to(user).order_by(*matters.by_urgency(Callback, today))
    return query.where(*matters.in_view(Callback, view, today))


def counts(user: User, today: date) -> dict[str, int]:
    """How many stand under each of matters.queries.VIEWS."""
    return matters.counts(Callback, visible_to(user).with_only_columns(Callback.id), today)


def possible_owners(callback: Callback) -> Sequence[User]:
    """Who may take it."""
    return owners.possible(visited_agency(callback), callback.interview.visit.locality_id)


def visited_agency(callback: Callback) -> str | None:
    """The id of the agency that was visited, as far as it is known."""
    return recusal.visited(callback.interview.visit)
