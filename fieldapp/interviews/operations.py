"""Filing interviews. Few compared with observations, so each has its own transaction."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from fieldapp.clock import now
from fieldapp.errors import Conflict, Fault, Locked, NotAllowed, NotFound, Refused
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import unit_of_work
from fieldapp.filing import receipts, sealing, unmasking
from fieldapp.filing.devices import is_revoked
from fieldapp.filing.models import Receipt
from fieldapp.filing.revisions import Stored, judge
from fieldapp.interviews import queries
from fieldapp.interviews.models import Interview, InterviewRevision
from fieldapp.interviews.rules import evidence_named, gaps
from fieldapp.observations.models import SealedPerson
from fieldapp.observations.queries import person_of
from fieldapp.people.models import User
from fieldapp.visits import queries as visits


@dataclass(frozen=True)
class FiledInterview:
    """A revision as a phone sent it; fields as in FiledObservation."""

    id: str
    revision: int
    base_revision: int
    visit_id: str
    state: str
    started_at: datetime
    body: dict[str, Any]
    canonical_body: str
    digest: str
    person: dict[str, Any] | None
    device_id: str | None


@dataclass(frozen=True)
class Filed:
    """What the phone is told."""

    receipt: Receipt
    have_evidence: list[str]
    missing_evidence: list[str]


def file_revision(author: User, filed: FiledInterview) -> Filed:
    """Stores one revision of the author's interview; the same revision once more gives the same receipt.

    Raises NotFound, Conflict, Locked, Refused and NotAllowed as for observations.
    """
    with unit_of_work() as session:
        if is_revoked(filed.device_id):
            raise NotAllowed("此设备已被管理员停用。本机记录仍在，请联系管理员导出。")
        interview = session.get(Interview, filed.id, populate_existing=True)
        if interview is not None and interview.author_id != author.id:
            raise NotFound("没有这份访谈，或它不是您的。")
        known = receipts.find(filed.id, filed.revision)
        stored = None if interview is None else Stored(interview.head_revision, known.digest if known else None)
        verdict = judge(stored, revision=filed.revision, base_revision=filed.base_revision, digest=filed.digest)
        named = evidence_named(filed.body)
        arrived = _arrived(author.id, named)
        if verdict == "same" and known is not None:
            return _answer(known, named, arrived)
        if interview is not None and interview.state == "submitted" and known is None:
            raise Locked("访谈已提交，不能再改。")
        if verdict != "new":
            raise Conflict
        _check(author, filed, interview)
        at = now()
        _write(author, filed, interview, at, named=len(named), arrived=len(arrived))
        receipt = receipts.issue(
            kind="interview",
            subject_id=filed.id,
            revision=filed.revision,
            digest=filed.digest,
            actor_id=author.id,
            event="interview.filed",
            at=at,
            state=filed.state,
            visit=filed.visit_id,
        )
        return _answer(receipt, named, arrived)


def unmask_contact(actor: User, interview_id: str, reason: str) -> dict[str, str] | None:
    """Name and telephone of a party who wants to be called back, for one look that the audit chain remembers.

    None when there is none any more. Raises NotFound outside the actor's reach, NotAllowed for others than leads and
    admins, Refused without a reason, or when the party wants no call: for nothing else were they left.
    Source: 个人信息保护法 art. 6 (the purpose binds).
    """
    with unit_of_work():
        interview = queries.find_filed(actor, interview_id)
        if not queries.body_of(interview).get("callback"):
            raise Refused(faults=[Fault("/reason", "受访人没有要求回访，联系方式不能查看")])
        unmasking.note(actor, kind="interview", subject_id=interview.id, reason=reason)
        person = person_of(interview.id, interview.head_revision)
    return {"name": person.get("name") or "", "phone": person.get("contact") or ""} if person else None


def count_arrived(evidence: Evidence) -> None:
    """Notes on the interview that names `evidence` that it has arrived; in the caller's unit of work."""
    with unit_of_work() as session:
        interview = session.get(Interview, evidence.owner_id, populate_existing=True)
        if interview is None or interview.author_id != evidence.author_id:
            return
        head = session.get(InterviewRevision, (interview.id, interview.head_revision))
        named = evidence_named(json.loads(head.body)) if head else []
        if evidence.id in named:
            interview.evidence_arrived = len({*_arrived(interview.author_id, named), evidence.id})


def _check(author: User, filed: FiledInterview, interview: Interview | None) -> None:
    if not visits.goes_along(author, filed.visit_id):
        raise Refused(faults=[Fault("/visit", "没有这次监督活动，或您不在该组。访谈仍在本机。")])
    if interview is not None and interview.visit_id != filed.visit_id:
        raise Refused(faults=[Fault("/visit", "访谈不能改到另一次监督活动。")])
    faults = gaps(filed.body) if filed.state == "submitted" else []
    if faults:
        raise Refused(faults=faults)


def _write(
    author: User, filed: FiledInterview, interview: Interview | None, at: datetime, *, named: int, arrived: int
) -> None:
    with unit_of_work() as session:
        if interview is None:
            interview = Interview(id=filed.id, author_id=author.id, visit_id=filed.visit_id)
            session.add(interview)
        interview.state, interview.head_revision = filed.state, filed.revision
        interview.level, interview.started_at = filed.body.get("level"), filed.started_at
        interview.submitted_at = at if filed.state == "submitted" else None
        interview.changed_at, interview.evidence_named, interview.evidence_arrived = at, named, arrived
        session.flush()
        session.add(
            InterviewRevision(
                interview_id=filed.id,
                revision=filed.revision,
                base_revision=filed.base_revision,
                state=filed.state,
                body=filed.canonical_body,
                digest=filed.digest,
                device_id=filed.device_id,
                received_at=at,
            )
        )
        if filed.person is not None:
            sealed, key = sealing.seal(filed.person, current_app.config["SETTINGS"].instance)
            session.add(
                SealedPerson(owner_id=filed.id, revision=filed.revision, owner_kind="interview", sealed=sealed, key=key)
            )


def _arrived(author_id: str, named: list[str]) -> list[str]:
    if not named:
        return []
    with unit_of_work() as session:
        found = set(
            session.scalars(
                select(Evidence.id).where(
                    Evidence.id.in_(named), Evidence.state == "stored", Evidence.author_id == author_id
                )
            )
        )
    return [evidence_id for evidence_id in named if evidence_id in found]


def _answer(receipt: Receipt, named: list[str], arrived: list[str]) -> Filed:
    return Filed(receipt, arrived, [evidence_id for evidence_id in named if evidence_id not in arrived])
