"""Reading observations: every list starts at what the user may see."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import aliased

from fieldapp.bulk import among
from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.folding import folded
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.rules import FILED, UNFILED
from fieldapp.people.models import User
from fieldapp.people.scope import Columns, narrow, reach_of
from fieldapp.visits.recusal import not_of

_observation = Observation.__table__.c
COLUMNS = Columns(
    author=Observation.author_id, locality=Observation.locality_id, group=Observation.group_id,
    agency=Observation.agency_id, filed=Observation.state.not_in(UNFILED),
    apart=lambda reach: not_of(reach, _observation.visit_id),
)  # fmt: skip


def visible_to(user: User) -> Select[Observation]:
    """The observations in the user's reach; drafts only to their authors, for a draft is not filed, and a discarded one
    never will be.

    What others recorded of the user's own agency is out of it (visits.recusal).
    """
    return narrow(select(Observation), reach_of(user), COLUMNS)


def filed_visible_to(user: User) -> Select[Observation]:
    """The filed observations in the user's reach: `visible_to` without drafts, in words that an index answers.

    One's own records need no word of their own where everything filed is in reach: an OR would read every row.
    """
    reach = reach_of(user)
    if reach.kind == "all" and not reach.recused_from:
        return select(Observation).where(Observation.state.not_in(UNFILED))
    return visible_to(user).where(Observation.state.not_in(UNFILED))


def find(user: User, observation_id: str) -> Observation:
    """One observation in the user's reach. Raises NotFound otherwise."""
    found: Observation | None = db.session.scalar(visible_to(user).where(Observation.id == observation_id))
    if found is None:
        raise NotFound("没有这份监督记录，或您无权查看。")
    return found


def newest_submitted() -> ScalarSelect[int]:
    """For each observation of a query the number of its newest submitted revision: what was returned still says what
    was submitted.
    """
    earlier = aliased(ObservationRevision)
    return (
        select(func.max(earlier.revision))
        .where(earlier.observation_id == Observation.id, earlier.state == "submitted")
        .correlate(Observation)
        .scalar_subquery()
    )


def of_visit(user: User, visit_id: str) -> list[Observation]:
    """The filed observations of one visit in the user's reach, in the order of filing."""
    filed = filed_visible_to(user).where(Observation.visit_id == visit_id)
    return list(db.session.scalars(filed.order_by(Observation.submitted_at)))


def visits_with_records(user: User, visit_ids: list[str]) -> set[str]:
    """Those of `visit_ids` of which a filed observation lies in the user's reach."""
    filed = filed_visible_to(user).where(Observation.visit_id.in_(visit_ids))
    return set(db.session.scalars(filed.with_only_columns(Observation.visit_id).distinct()))


@dataclass(frozen=True)
class FiledBy:
    """One supervisor who has filed a record of a visit, and how that record stands."""

    author_id: str
    author_name: str
    state: str


def who_filed(visit_ids: list[str]) -> dict[str, list[FiledBy]]:
    """For each visit, who of the group has filed already, in the order of filing. One line a supervisor and state."""
    first = func.min(Observation.submitted_at)
    rows = db.session.execute(
        select(Observation.visit_id, Observation.author_id, User.name, Observation.state)
        .join(User, User.id == Observation.author_id)
        .where(among(_observation.visit_id, "visit_ids"), Observation.state.not_in(UNFILED))
        .group_by(Observation.visit_id, Observation.author_id, User.name, Observation.state)
        .order_by(first, Observation.author_id),
        {"visit_ids": visit_ids},
    )
    by_visit: dict[str, list[FiledBy]] = {}
    for visit_id, *filed in rows:
        by_visit.setdefault(visit_id, []).append(FiledBy(*filed))
    return by_visit


def revisions_of(observation_id: str) -> list[ObservationRevision]:
    """Every revision, oldest first."""
    return list(
        db.session.scalars(
            select(ObservationRevision)
            .where(ObservationRevision.observation_id == observation_id)
            .order_by(ObservationRevision.revision)
        )
    )


def filed_revisions_of(observation_id: str) -> list[ObservationRevision]:
    """The revisions up to the last submitted one, oldest first: what others than the author may read.

    What an author types after a return goes up as drafts, and is nobody else's before it is submitted again.
    """
    revisions = revisions_of(observation_id)
    while revisions and revisions[-1].state != "submitted":
        revisions.pop()
    return revisions


def revision_of(observation: Observation, revision: int | None = None) -> ObservationRevision:
    """One revision, the newest when none is named. Raises NotFound when there is no such revision."""
    found = db.session.get(ObservationRevision, (observation.id, revision or observation.head_revision))
    if found is None:
        raise NotFound("没有这一版。")
    return found


def body_of(revision: ObservationRevision) -> dict[str, Any]:
    """What was filed, with the party as a commitment only."""
    return json.loads(revision.body)  # type: ignore[no-any-return]


def latest(*, state: str | None = None, username: str | None = None, limit: int) -> list[Observation]:
    """The records changed last, whosever they are, for who runs the server; narrowed to what is given."""
    query = select(Observation).order_by(Observation.changed_at.desc(), Observation.id.desc()).limit(limit)
    if state:
        query = query.where(Observation.state == state)
    if username:
        query = query.join(User, User.id == Observation.author_id).where(User.username == folded(username))
    return list(db.session.scalars(query))


def count_by_state(user: User) -> dict[str, int]:
    """The number of filed records in the user's reach, by state; every state of `rules.FILED` is there."""
    filed = visible_to(user).with_only_columns(Observation.id, Observation.state).subquery()
    rows = db.session.execute(select(filed.c.state, func.count().label("number")).group_by(filed.c.state))
    counts = {row.state: row.number for row in rows}
    return {state: counts.get(state, 0) for state in FILED}
