"""Reading observations: every list starts at what the user may see."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Row, Select, func, select

from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.filing import sealing
from fieldapp.folding import folded
from fieldapp.observations.models import Observation, ObservationRevision, SealedPerson
from fieldapp.people.models import User
from fieldapp.people.scope import Columns, narrow, reach_of
from fieldapp.visits.recusal import not_of

_observation = Observation.__table__.c
_STANDING = (
    _observation.id,
    _observation.visit_id,
    _observation.checklist_version_id,
    _observation.state,
    _observation.number,
    _observation.head_revision,
    _observation.changed_at,
    _observation.evidence_named,
    _observation.evidence_arrived,
)
COLUMNS = Columns(
    author=Observation.author_id, locality=Observation.locality_id, group=Observation.group_id,
    agency=Observation.agency_id, filed=Observation.state != "draft",
    apart=lambda reach: not_of(reach, _observation.visit_id),
)  # fmt: skip
MINE_AT_MOST = 500  # of the author's own records, on the phone: more than anybody files in the days it looks back


def visible_to(user: User) -> Select[Observation]:
    """The observations in the user's reach; drafts only to their authors, for a draft is not yet filed.

    What others recorded of the user's own agency is out of it (visits.recusal).
    """
    return narrow(select(Observation), reach_of(user), COLUMNS)


def filed_visible_to(user: User) -> Select[Observation]:
    """The filed observations in the user's reach: `visible_to` without drafts, in words that an index answers.

    One's own records need no word of their own where everything filed is in reach: an OR would read every row.
    """
    reach = reach_of(user)
    if reach.kind == "all" and not reach.recused_from:
        return select(Observation).where(Observation.state != "draft")
    return visible_to(user).where(Observation.state != "draft")


def find(user: User, observation_id: str) -> Observation:
    """One observation in the user's reach. Raises NotFound otherwise."""
    found: Observation | None = db.session.scalar(visible_to(user).where(Observation.id == observation_id))
    if found is None:
        raise NotFound("没有这份监督记录，或您无权查看。")
    return found


def mine_since(user: User, since: datetime) -> list[Row[Any]]:
    """How the user's own observations stand that were changed after `since` (the newest MINE_AT_MOST of them), and all
    that wait to be corrected whatever their age, newest first. Columns as in `_STANDING`: whole records would bring
    their visits, groups and people along.
    """
    mine = select(*_STANDING).where(_observation.author_id == user.id).order_by(_observation.changed_at.desc())
    returned = db.session.execute(mine.where(_observation.state == "returned")).all()
    others = mine.where(_observation.state != "returned", _observation.changed_at >= since).limit(MINE_AT_MOST)
    return sorted([*returned, *db.session.execute(others)], key=lambda row: row.changed_at, reverse=True)


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
        .where(Observation.visit_id.in_(visit_ids), Observation.state != "draft")
        .group_by(Observation.visit_id, Observation.author_id, User.name, Observation.state)
        .order_by(first)
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


def person_of(owner_id: str, revision: int) -> dict[str, Any] | None:
    """The sealed person of one revision; None when there was none or it has been erased."""
    row = db.session.get(SealedPerson, (owner_id, revision))
    if row is None:
        return None
    return sealing.unseal(row.sealed, row.key, current_app.config["SETTINGS"].instance)


def erased_at(owner_id: str, revision: int) -> datetime | None:
    """When the sealed person of one revision was erased; None when there was none or it has not been."""
    row = db.session.get(SealedPerson, (owner_id, revision))
    return row.erased_at if row else None


def state_of(observation_id: str) -> str | None:
    """Where a record stands, for the public check: the state alone, asked by nobody in particular. None for no
    record.
    """
    return db.session.scalar(select(Observation.state).where(Observation.id == observation_id))


def latest(*, state: str | None = None, username: str | None = None, limit: int) -> list[Observation]:
    """The records changed last, whosever they are, for who runs the server; narrowed to what is given."""
    query = select(Observation).order_by(Observation.changed_at.desc(), Observation.id.desc()).limit(limit)
    if state:
        query = query.where(Observation.state == state)
    if username:
        query = query.join(User, User.id == Observation.author_id).where(User.username == folded(username))
    return list(db.session.scalars(query))


def called(identity: str) -> Observation | None:
    """The record of this number or id, whosever it is, for who runs the server."""
    return db.session.scalar(select(Observation).where((Observation.number == identity) | (Observation.id == identity)))


def sealed_persons_left(owner_id: str) -> int:
    """How many sealed copies of the person of a record or an interview can still be read."""
    living = (SealedPerson.owner_id == owner_id, SealedPerson.erased_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(SealedPerson).where(*living)) or 0
