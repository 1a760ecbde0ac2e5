"""Reading confirmations: of records that somebody may read, and what a phone is asked to confirm."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select

from fieldapp.bulk import among
from fieldapp.confirmations.models import Confirmation, ConfirmationRevision
from fieldapp.confirmations.rules import Said, marks
from fieldapp.extensions import db
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.queries import newest_submitted
from fieldapp.observations.rules import UNFILED
from fieldapp.people.models import GroupMember, User
from fieldapp.people.scope import Columns, narrow, reach_of
from fieldapp.visits.models import Visit
from fieldapp.visits.recusal import not_of

MOST_TO_CONFIRM = 40  # what a phone carries of others' records: far more than a group leaves unconfirmed
MOST_CONFIRMED = 200

_confirmation = Confirmation.__table__.c
COLUMNS = Columns(
    author=Confirmation.author_id, locality=Confirmation.locality_id, group=Confirmation.group_id,
    agency=Confirmation.agency_id, filed=Confirmation.state == "submitted",
    apart=lambda reach: not_of(reach, _confirmation.visit_id),
)  # fmt: skip


def visible_to(user: User) -> Select[Confirmation]:
    """The user's own confirmations, and the submitted ones in a lead's, the bureau's or an administrator's reach."""
    return narrow(select(Confirmation), reach_of(user), COLUMNS)


def of_observations(observation_ids: list[str]) -> dict[str, list[Said]]:
    """What was said of each of these records, oldest first. The caller has checked who may read the records."""
    found = defaultdict(list)
    if observation_ids:
        query = _SAID.where(among(_confirmation.observation_id, "observations"))
        for one, _ in _said(db.session.execute(query, {"observations": observation_ids})):
            found[one.observation_id].append(one)
    return dict(found)


def concerning(user: User, *, since: datetime) -> list[tuple[Said, Row[Any]]]:
    """What was said after `since` of the user's own records, and what the user said of others', the newest first.

    Each with its row, which has `number` and `agency_name` of the record.
    """
    wanted = or_(Observation.author_id == user.id, Confirmation.author_id == user.id)
    query = _SAID.where(wanted, Confirmation.submitted_at >= since).order_by(None)
    newest = query.order_by(Confirmation.submitted_at.desc(), Confirmation.id).limit(MOST_CONFIRMED)
    return list(_said(db.session.execute(newest)))


def to_confirm(user: User, *, since: datetime) -> list[tuple[Observation, ObservationRevision, bool]]:
    """The records by others that wait for review, submitted after `since` of visits that the user goes along with, and
    that the user has not confirmed as they are now; the newest MOST_TO_CONFIRM.

    Each with its newest submitted revision, and whether an earlier one was confirmed. Who only
    leads a group is not asked: leads review.
    """
    newest = newest_submitted()
    confirmed = _by(user)
    rows = db.session.execute(
        select(Observation, ObservationRevision, exists(confirmed).label("again"))
        .join(
            ObservationRevision,
            and_(ObservationRevision.observation_id == Observation.id, ObservationRevision.revision == newest),
        )
        .where(
            Observation.state == "submitted",
            Observation.submitted_at >= since,
            Observation.author_id != user.id,
            Observation.visit_id.in_(_joined(user)),
            *not_of(reach_of(user), Observation.__table__.c.visit_id),
            ~exists(confirmed.where(Confirmation.observation_revision == newest)),
        )
        .order_by(Observation.submitted_at.desc(), Observation.id)
        .limit(MOST_TO_CONFIRM)
    )
    return [(row[0], row[1], bool(row[2])) for row in rows]


def _by(user: User) -> Select[Any]:
    """What the user has said of the record of the query around it."""
    said: ColumnElement[bool] = and_(
        Confirmation.observation_id == Observation.id,
        Confirmation.author_id == user.id,
        Confirmation.state == "submitted",
    )
    return select(Confirmation.id).where(said).correlate(Observation)


def _joined(user: User) -> Select[Any]:
    """The visits whose group the user is a member of, that the user opened, or has filed a record of."""
    groups = select(GroupMember.group_id).where(GroupMember.user_id == user.id)
    filed = select(Observation.visit_id).where(Observation.author_id == user.id, Observation.state.not_in(UNFILED))
    return select(Visit.id).where(or_(Visit.created_by_id == user.id, Visit.group_id.in_(groups), Visit.id.in_(filed)))


# Every submitted confirmation with the record that it names, as far as that is here, in the order of saying.
_SAID = (
    select(
        Confirmation.id,
        Confirmation.observation_id,
        Confirmation.observation_revision,
        Confirmation.author_id,
        Confirmation.submitted_at,
        Confirmation.marks,
        ConfirmationRevision.body,
        User.name.label("author_name"),
        Observation.author_id.label("recorder_id"),
        Observation.number,
        Visit.agency_name,
        and_(
            ObservationRevision.digest == Confirmation.observation_digest,
            Observation.visit_id == Confirmation.visit_id,
        ).label("fits"),
        (newest_submitted() == Confirmation.observation_revision).label("is_newest"),
    )
    .join_from(
        Confirmation,
        ConfirmationRevision,
        and_(
            ConfirmationRevision.confirmation_id == Confirmation.id,
            ConfirmationRevision.revision == Confirmation.head_revision,
        ),
    )
    .join(User, User.id == Confirmation.author_id)
    .join(Visit, Visit.id == Confirmation.visit_id)
    .outerjoin(Observation, Observation.id == Confirmation.observation_id)
    .outerjoin(
        ObservationRevision,
        and_(
            ObservationRevision.observation_id == Confirmation.observation_id,
            ObservationRevision.revision == Confirmation.observation_revision,
            ObservationRevision.state == "submitted",
        ),
    )
    .where(Confirmation.state == "submitted")
    .order_by(Confirmation.submitted_at, Confirmation.id)
)


def _said(rows: Iterable[Row[Any]]) -> Iterable[tuple[Said, Row[Any]]]:
    for row in rows:
        body = json.loads(row.body)
        is_author = row.recorder_id == row.author_id
        yield (
            Said(
                id=row.id,
                observation_id=row.observation_id,
                revision=row.observation_revision,
                author_id=row.author_id,
                author_name=row.author_name,
                deviations=body.get("deviations") or [],
                remark=body.get("remark") or "",
                at=row.submitted_at,
                marks=marks(kept=row.marks, is_author=is_author, fits=bool(row.fits)),
                is_newest=bool(row.is_newest),
            ),
            row,
        )
