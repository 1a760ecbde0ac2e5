"""Filing observations."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from fieldapp.audit import operations as audit
from fieldapp.checklists import queries as checklists
from fieldapp.checklists.rules import draft_gaps, gaps
from fieldapp.clock import now
from fieldapp.errors import Conflict, Fault, FieldappError, Locked, NotAllowed, NotFound, Refused, SignInNeeded
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import sent_together, unit_of_work
from fieldapp.filing.batches import queue_of_application
from fieldapp.filing.models import Receipt
from fieldapp.filing.receipts import Filing, issue_many
from fieldapp.filing.revisions import Stored, judge
from fieldapp.observations.batch_lookup import Held, look_up
from fieldapp.observations.batch_rows import Accepted, write
from fieldapp.observations.models import Observation, ObservationRevision, SealedPerson
from fieldapp.observations.rules import evidence_named, next_state
from fieldapp.observations.wire import FiledObservation
from fieldapp.people.accounts import reason_digest, require_admin
from fieldapp.people.models import User

# Made once: every photo that arrives asks it.
_observation, _revision = Observation.__table__.c, ObservationRevision.__table__.c
_HEAD_BODY = (
    select(_observation.id, _revision.body)
    .join_from(
        Observation.__table__,
        ObservationRevision.__table__,
        (_revision.observation_id == _observation.id) & (_revision.revision == _observation.head_revision),
    )
    .where(_observation.id == bindparam("owner_id"), _observation.author_id == bindparam("author_id"))
)


@dataclass(frozen=True)
class Filed:
    """What the phone is told: the receipt, the record's number, and which of the named evidence is here."""

    receipt: Receipt
    number: str | None
    have_evidence: list[str]
    missing_evidence: list[str]


def file_revision(author: User, filed: FiledObservation) -> Filed:
    """Stores one revision of the author's observation; the same revision once more gives the same receipt.

    Filings of several threads share one transaction. Raises NotFound for a record of somebody else, Conflict (with the
    stored head) when it does not stand on the stored revision, Locked while it is under review or closed, Refused for
    what is wrong in it, NotAllowed for a revoked device, SignInNeeded when the sign-in it came with has ended.
    """
    outcome = queue_of_application("observations", file_together).file((author.id, filed))
    if isinstance(outcome, FieldappError):
        raise outcome
    return outcome


def file_together(filings: Sequence[tuple[str, FiledObservation]]) -> list[Filed | FieldappError]:
    """Files several revisions (author id, filing) in one transaction: an outcome for each, in order.

    Of two filings for one record the second is judged after the first is in.
    """
    outcomes: dict[int, Filed | FieldappError] = {}
    remaining = dict(enumerate(filings))
    with unit_of_work() as session:
        while remaining:
            first_of_each = {filing[1].id: place for place, filing in reversed(remaining.items())}
            places = sorted(first_of_each.values())
            distinct = [remaining.pop(place) for place in places]
            outcomes.update(zip(places, _file_distinct(session, distinct, is_last=not remaining), strict=True))
    return [outcomes[place] for place in range(len(filings))]


def count_arrived(evidence: Evidence) -> None:
    """Notes on the observation that names `evidence` that it has arrived; in the caller's unit of work."""
    with unit_of_work() as session:
        row = (
            session.connection()
            .execute(_HEAD_BODY, {"owner_id": evidence.owner_id, "author_id": evidence.author_id})
            .first()
        )
        if row is None:
            return
        named = evidence_named(json.loads(row.body))
        if evidence.id not in named:
            return
        arrived = session.scalars(
            select(Evidence.id).where(
                Evidence.id.in_(named), Evidence.state == "stored", Evidence.author_id == evidence.author_id
            )
        ).all()
        session.execute(
            update(Observation).where(Observation.id == row.id).values(evidence_arrived=len({*arrived, evidence.id}))
        )


def erase_person(actor: User | None, owner_id: str, revision: int | None = None, *, reason: str) -> int:
    """Destroys the keys of a sealed person: the name can never be read again, the record and its digest still stand.

    Of one revision, or of all when none is named, by an administrator or the shell (none); gives how many lost their
    key now. Raises NotAllowed, NotFound when nobody was ever sealed there, Refused without a reason.
    Source: 个人信息保护法 art. 47.
    """
    require_admin(actor)
    if not reason.strip():
        raise Refused(faults=[Fault("/reason", "请写明删除的理由")])
    chosen = select(SealedPerson).where(SealedPerson.owner_id == owner_id).order_by(SealedPerson.revision)
    if revision is not None:
        chosen = chosen.where(SealedPerson.revision == revision)
    with unit_of_work() as session:
        people = session.scalars(chosen.execution_options(populate_existing=True)).all()
        if not people:
            raise NotFound("这里没有记过当事人或受访人的信息。")
        living = [person for person in people if person.erased_at is None]
        for person in living:
            person.key, person.sealed, person.erased_at = None, b"", now()
            audit.record(
                "person.erased", actor_id=actor.id if actor else None, subject_kind=person.owner_kind,
                subject_id=owner_id, at=person.erased_at, revision=person.revision,
                reason_digest=reason_digest(reason.strip()),
            )  # fmt: skip
    return len(living)


def _file_distinct(
    session: Session, filings: list[tuple[str, FiledObservation]], *, is_last: bool
) -> list[Filed | FieldappError]:
    at = now()
    held = look_up(session, filings, at)
    judged = [_judge(held, author_id, filed, at) for author_id, filed in filings]
    accepted = [outcome for outcome in judged if isinstance(outcome, Accepted)]
    _mark(held, accepted)
    if accepted:
        with sent_together(session, with_commit=is_last):
            write(session, held, accepted, at)
            receipts = iter(issue_many([_filing(a, at) for a in accepted], after=held.chain_end))
    return [_answer(next(receipts), o.number, o.named, o.arrived) if isinstance(o, Accepted) else o for o in judged]


def _mark(held: Held, accepted: list[Accepted]) -> None:
    """Decides what stands against each submitted revision; a draft leaves what stood before."""
    submitted = [one for one in accepted if one.filed.state == "submitted"]
    for one in submitted:
        held.facts.note_filing(one.filed.visit_id, one.author_id)
    for one in submitted:
        visit = held.visits[one.filed.visit_id]
        found = held.facts.marks_of(one.author_id, visit.id, visit.agency_id or visit.named_agency_id)
        one.marks = ",".join(found)


def _filing(accepted: Accepted, at: datetime) -> Filing:
    filed = accepted.filed
    details = {
        "state": filed.state,
        "visit": filed.visit_id,
        "checklist_version": filed.checklist_version_id,
        "marks": accepted.marks.split(",") if accepted.marks else [],
    }
    return Filing(
        "observation", filed.id, filed.revision, filed.digest, accepted.author_id, "observation.filed", at, details
    )


def _judge(held: Held, author_id: str, filed: FiledObservation, at: datetime) -> Accepted | Filed | FieldappError:
    row = held.observations.get(filed.id)
    if not held.is_signed_in(author_id, filed):
        return SignInNeeded()
    if filed.device_id in held.revoked:
        return NotAllowed("此设备已被管理员停用。本机记录仍在，请联系管理员导出。")
    if row is not None and row.author_id != author_id:
        return NotFound("没有这份监督记录，或它不是您的。")
    known = held.receipts.get((filed.id, filed.revision))
    stored = None if row is None else Stored(row.head_revision, known.digest if known else None)
    verdict = judge(stored, revision=filed.revision, base_revision=filed.base_revision, digest=filed.digest)
    named = list(evidence_named(filed.body))
    arrived = held.arrived_of(author_id, named)
    if verdict == "same" and known is not None:
        return _answer(known, row.number if row is not None else None, named, arrived)
    state = None if row is None else row.state
    following = next_state(state, "submit" if filed.state == "submitted" else "save")
    if following is None and known is None:
        return Locked()
    if following is None or verdict != "new":
        return Conflict(stored_revision=row.head_revision if row is not None else 0)
    faults = _faults(held, author_id, filed, row)
    if faults:
        return Refused(faults=faults)
    return Accepted(
        author_id,
        filed,
        following,
        row is None,
        row.number if row is not None else None,
        at if filed.state == "submitted" else (row.submitted_at if row is not None else None),
        named,
        arrived,
        row.marks if row is not None else "",
    )


def _faults(held: Held, author_id: str, filed: FiledObservation, row: Any) -> list[Fault]:
    """What is wrong with a filing beyond its form: the visit, the checklist, the answers."""
    if not held.may_file_for(author_id, filed.visit_id):
        return [Fault("/visit", "没有这次监督活动，或您不在该组。记录仍在本机。")]
    if row is not None and row.visit_id != filed.visit_id:
        return [Fault("/visit", "监督记录不能改到另一次监督活动。")]
    try:
        content = checklists.content_of(filed.checklist_version_id)
    except NotFound as error:
        return [Fault("/checklist_version", error.title)]
    body, visit = filed.body, held.visits[filed.visit_id]
    if filed.state == "draft":
        return draft_gaps(content, circumstances=body.get("circumstances"), answers=body.get("answers"))
    return gaps(
        content,
        mode=visit.mode,
        domain=visit.domain,
        circumstances=body.get("circumstances"),
        answers=body.get("answers"),
    )


def _answer(receipt: Receipt, number: str | None, named: list[str], arrived: list[str]) -> Filed:
    here = set(arrived)
    return Filed(receipt, number, arrived, [evidence_id for evidence_id in named if evidence_id not in here])
