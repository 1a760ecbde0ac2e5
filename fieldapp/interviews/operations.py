"""What a reviewer does with an interview: looks at the contact that a party has left, erases it by law."""

from fieldapp.access import require
from fieldapp.errors import Fault, Refused
from fieldapp.evidence import erasing
from fieldapp.extensions import unit_of_work
from fieldapp.filing import unmasking
from fieldapp.filing.persons import person_of
from fieldapp.interviews import queries
from fieldapp.interviews.kind import INTERVIEW
from fieldapp.people.models import User


def unmask_contact(actor: User, interview_id: str, reason: str) -> dict[str, str] | None:
    """Name and telephone of a party who wants to be called back, for one look that the audit chain remembers.

    None when there is none any more. Raises NotFound outside the actor's reach, NotAllowed for others than leads and
    admins, Refused without a reason, or when the party wants no call: for nothing else were they left.
    Source: 个人信息保护法 art. 6 (the purpose binds).
    """
    with unit_of_work():
        interview = queries.find_filed(actor, interview_id)
        if not interview.wants_call:
            raise Refused(faults=[Fault("/reason", "受访人没有要求回访，联系方式不能查看")])
        unmasking.note(actor, kind="interview", subject_id=interview.id, reason=reason)
        person = person_of(interview.id, interview.head_revision)
    return {"name": person.get("name") or "", "phone": person.get("contact") or ""} if person else None


def erase(actor: User, interview_id: str, *, ground: str, reason: str) -> None:
    """依法删除: the answers, the person and the files of a submitted interview; its digests and receipts stay.

    `ground`: a key of filing.erasures.GROUNDS. Raises NotFound outside the actor's reach, NotAllowed, Refused without
    ground or reason. Source: 个人信息保护法 art. 15, 47.
    """
    require(actor, "words.erase")
    with unit_of_work():
        found = queries.find_filed(actor, interview_id)
        erasing.erase_record(actor, INTERVIEW, found.id, ground=ground, reason=reason)
    erasing.sweep()
