"""文字记录已核对: what was recorded stands in the answers too; from then on runs the term of the recording."""

from datetime import datetime, timedelta

from sqlalchemy import select

from fieldapp.access import require
from fieldapp.audit import operations as audit
from fieldapp.clock import now
from fieldapp.errors import Fault, Refused
from fieldapp.evidence import erasing
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db, unit_of_work
from fieldapp.interviews import queries, reading
from fieldapp.interviews.models import CheckedRecording
from fieldapp.people.models import User
from fieldapp.promises import PROMISES, days_of

_BECAUSE = f"录音{PROMISES['recordings'].until}删除，见告知书"


def mark_checked(actor: User, interview_id: str, evidence_id: str) -> None:
    """Marks that the words of one recording stand in the answers. Once more: nothing changes, the term runs on.

    Raises NotFound outside the actor's reach, NotAllowed for who decides nothing, Refused for what is no recording of
    this interview that is here.
    """
    require(actor, "words.erase")
    with unit_of_work() as session:
        interview = queries.find_filed(actor, interview_id)
        if evidence_id not in {one.id for one in reading.read(interview).recordings}:
            raise Refused(faults=[Fault("/recording", "没有这段录音，或还没有传到")])
        if session.get(CheckedRecording, evidence_id) is None:
            at = now()
            session.add(CheckedRecording(evidence_id=evidence_id, checked_by_id=actor.id, checked_at=at))
            audit.record(
                "recording.checked", actor_id=actor.id, subject_kind="interview", subject_id=interview.id, at=at,
                recording=evidence_id,
            )  # fmt: skip


def forget_recordings(at: datetime, *, is_rehearsal: bool = False) -> int:
    """Erases the recordings whose term had run out at that moment; gives how many. Run every night.

    `is_rehearsal`: only counts. Source: 个人信息保护法 art. 19, 47; the sheet since interview-2026-4.
    """
    before = at - timedelta(days=days_of("recordings") - 1)
    due = select(Evidence).join(CheckedRecording, CheckedRecording.evidence_id == Evidence.id)
    found = db.session.scalars(due.where(CheckedRecording.checked_at < before, Evidence.state == "stored")).all()
    return len(found) if is_rehearsal else erasing.erase_files(None, found, ground="term", reason=_BECAUSE)
