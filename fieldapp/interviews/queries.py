"""Reading interviews: every list starts at what the user may see."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_

from fieldapp.errors import NotFound
from fieldapp.extensions import db
from fieldapp.filing import bodies, kinds
from fieldapp.interviews.models import CheckedRecording, Interview, InterviewRevision
from fieldapp.people.models import User
from fieldapp.people.scope import Columns, narrow, reach_of
from fieldapp.visits.models import Visit
from fieldapp.visits.recusal import not_of

COLUMNS = Columns(
    author=Interview.author_id, locality=Visit.locality_id, group=Visit.group_id, agency=Visit.agency_id,
    through=(Interview.visit_id, Visit.id), filed=Interview.state == "submitted",
    apart=lambda reach: not_of(reach, Interview.__table__.c.visit_id),
)  # fmt: skip


def visible_to(user: User) -> Select[Interview]:
    """The user's own interviews, and the submitted ones of visits in a lead's or admin's reach; none of the user's own
    agency but the user's own ones.
    """
    return narrow(select(Interview), reach_of(user), COLUMNS)


def find(user: User, interview_id: str) -> Interview:
    """One interview in the user's reach. Raises NotFound otherwise."""
    found: Interview | None = db.session.scalar(visible_to(user).where(Interview.id == interview_id))
    if found is None:
        raise NotFound("没有这份访谈，或您无权查看。")
    return found


def filed_visible_to(user: User) -> Select[Interview]:
    """The submitted interviews in the user's reach, the newest first: what a reviewer reads. No drafts, not one's own
    either.
    """
    filed = visible_to(user).where(Interview.state == "submitted")
    return filed.order_by(Interview.submitted_at.desc(), Interview.id.desc())


def find_filed(user: User, interview_id: str) -> Interview:
    """One submitted interview in the user's reach. Raises NotFound otherwise."""
    found = find(user, interview_id)
    if found.state != "submitted":
        raise NotFound("没有这份访谈，或您无权查看。")
    return found


def of_visit(user: User, visit_id: str) -> list[Interview]:
    """The interviews of one visit that the user may see, in the order of submission."""
    return list(
        db.session.scalars(
            visible_to(user)
            .where(Interview.visit_id == visit_id, Interview.state == "submitted")
            .order_by(Interview.submitted_at)
        )
    )


def revisions_of(interview_id: str) -> list[InterviewRevision]:
    """Every revision, oldest first."""
    return list(
        db.session.scalars(
            select(InterviewRevision)
            .where(InterviewRevision.interview_id == interview_id)
            .order_by(InterviewRevision.revision)
        )
    )


def bodies_of(interviews: Iterable[Interview]) -> dict[str, dict[str, Any]]:
    """What was last filed of each, by id, in one query."""
    heads = {(one.id, one.head_revision) for one in interviews}
    asked = select(InterviewRevision.interview_id, InterviewRevision.body).where(
        tuple_(InterviewRevision.interview_id, InterviewRevision.revision).in_(sorted(heads))
    )
    rows = db.session.execute(bodies.with_keys(asked, kinds.of("interview")))
    return {row.interview_id: json.loads(bodies.opened(row.body, row.body_key) or "{}") for row in rows}


def checked(evidence_ids: Iterable[str]) -> dict[str, datetime]:
    """When the recordings were checked, by id; those that were not are left out."""
    rows = db.session.scalars(select(CheckedRecording).where(CheckedRecording.evidence_id.in_(set(evidence_ids))))
    return {row.evidence_id: row.checked_at for row in rows}
