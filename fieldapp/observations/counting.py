"""How many records there are."""

from sqlalchemy import func, select

from fieldapp.extensions import db
from fieldapp.observations.models import Observation
from fieldapp.observations.queries import visible_to
from fieldapp.observations.rules import STATES
from fieldapp.people.models import User


def count_by_state(user: User) -> dict[str, int]:
    """The number of filed records in the user's reach, by state; every state of `rules.STATES` but drafts is there."""
    filed = visible_to(user).with_only_columns(Observation.id, Observation.state).subquery()
    rows = db.session.execute(select(filed.c.state, func.count().label("number")).group_by(filed.c.state))
    counts = {row.state: row.number for row in rows}
    return {state: counts.get(state, 0) for state in STATES if state != "draft"}
