"""What is done about a 回访: opened by the worker, given to an owner, called, closed; and the telephone forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import select

from fieldapp import ids
from fieldapp.callbacks import queries, rules
from fieldapp.callbacks.models import Callback
from fieldapp.clock import now
from fieldapp.errors import Fault, Refused
from fieldapp.evidence import erasing
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import persons
from fieldapp.filing.models import SealedPerson
from fieldapp.interviews import operations as interviews
from fieldapp.interviews import reading
from fieldapp.interviews.models import Interview
from fieldapp.matters import kinds, owners
from fieldapp.matters import operations as matters
from fieldapp.matters.kinds import Deed, MatterKind
from fieldapp.matters.terms import lengths_of_voices
from fieldapp.people.models import User

_AT_ONCE = 50  # how many are opened while others wait to write
_ERASED_BECAUSE = f"回访办结已满 {rules.CONTACT_DAYS} 天，按告知书删除"


def open_wished() -> bool:
    """Opens a matter for each submitted interview that asks for a call and has none; gives whether none is left.

    The worker asks again and again: so the filing itself waits for nothing, and nothing that it misses is missed for
    ever.
    """
    wanted = (
        select(Interview)
        .outerjoin(Callback, Callback.interview_id == Interview.id)
        .where(Interview.wants_call, Interview.state == "submitted", Callback.id.is_(None))
        .order_by(Interview.submitted_at, Interview.id)
        .limit(_AT_ONCE)
    )
    if db.session.scalars(wanted.with_only_columns(Interview.id).limit(1)).first() is None:
        return True
    with unit_of_work() as session:
        found = session.scalars(wanted).all()
        for interview in found:
            callback = Callback(id=ids.mint(), interview_id=interview.id, calls=0, is_callable=_is_callable(interview))
            matters.open_matter(callback, now())
    return len(found) < _AT_ONCE


def triage(actor: User, interview_id: str, *, owner: User | None, words: str = "") -> Callback:
    """Gives the callback to an owner, or to another one; the first time this is 受理.

    Raises Refused without an owner, or for one who may not do it or belongs to the visited agency.
    """
    return _take(actor, interview_id, "triage", words=words, owner=owner)


def log_call(actor: User, interview_id: str, *, outcome: str, words: str) -> Callback:
    """A call: who called and what was said, or that nobody answered. `outcome`: of rules.OUTCOMES. Raises Refused."""
    return _take(actor, interview_id, "call", words=words, choice=outcome)


def extend(actor: User, interview_id: str, *, words: str) -> Callback:
    """The longer term, once, by a lead, with the reason."""
    return _take(actor, interview_id, "extend", words=words)


def close(actor: User, interview_id: str, *, words: str = "") -> Callback:
    """Ends it, by a lead. Raises Refused while a call is owed. From then on runs the term of the telephone."""
    return _take(actor, interview_id, "close", words=words)


def unmask_contact(actor: User, interview_id: str, reason: str) -> dict[str, str] | None:
    """Name and telephone of the party, for one look; the log and the audit chain remember it with the reason.

    Raises as interviews.operations.unmask_contact, and Refused once the callback is closed: the purpose is over.
    Source: 个人信息保护法 art. 6.
    """
    with unit_of_work():
        person = interviews.unmask_contact(actor, interview_id, reason)
        callback = _of(interview_id)
        if callback is not None and callback.closed_at is not None:
            raise Refused(faults=[Fault("/reason", "回访已经办结，联系方式不再查看")])
        if callback is not None:
            matters.note(callback, "unmask", at=now(), actor=actor, words=reason.strip())
    return person


def forget_contacts(at: datetime, *, is_rehearsal: bool = False) -> int:
    """Erases the parties of callbacks that were closed CONTACT_DAYS before `at`; gives how many. Run every night.

    A day before, for the next night would be too late. `is_rehearsal`: only counts.
    Source: 个人信息保护法 art. 19, 47; the consent text of interviews since interview-2026-3.
    """
    before = at - timedelta(days=rules.CONTACT_DAYS - 1)
    living = select(SealedPerson.owner_id).where(SealedPerson.erased_at.is_(None))
    due = select(Callback).where(Callback.closed_at < before, Callback.interview_id.in_(living))
    if is_rehearsal:
        return len(db.session.scalars(due.with_only_columns(Callback.id)).all())
    with unit_of_work() as session:
        found = session.scalars(due).all()
        for callback in found:
            persons.erase(None, callback.interview_id, reason=_ERASED_BECAUSE)
            callback.is_callable = False
            matters.note(callback, "erase", at=now(), words=_ERASED_BECAUSE)
    return len(found)


def _take(
    actor: User, interview_id: str, act: str, *, words: str, choice: str = "", owner: User | None = None
) -> Callback:  # fmt: skip
    with unit_of_work():
        callback = queries.find(actor, interview_id)
        callback.is_callable = _is_callable(callback.interview)  # it may have been erased on request
        matters.take(actor, callback, act, words=words, choice=choice, owner=owner)
    return callback


def _of(interview_id: str) -> Callback | None:
    found: Callback | None = db.session.scalar(select(Callback).where(Callback.interview_id == interview_id))
    return found


def _is_callable(interview: Interview) -> bool:
    return reading.contact_of(interview).has_contact


@erasing.on_erased
def _end_with_the_words(kind: str, record_id: str, at: datetime) -> None:
    """Whoever had the words erased is not called any more."""
    callback = _of(record_id) if kind == "interview" else None
    if callback is None:
        return
    callback.is_callable = False
    if callback.closed_at is None:
        callback.state, callback.closed_at = "closed", at
    matters.note(callback, "erase", at=at, words="访谈已依法删除，不再回访")


# ---- the kind -------------------------------------------------------------------------------------------------------


def _owner_fault(callback: Callback, owner: User) -> str | None:
    return owners.fault(owner, queries.visited_agency(callback), agency="被监督的行政执法机关", deed="回访")


def _superiors(callback: Callback) -> list[User]:
    return owners.superiors(callback, queries.visited_agency(callback))


def _count_call(callback: Callback, deed: Deed) -> None:
    callback.calls += 1


KIND = kinds.register(
    MatterKind(
        name="callback",
        words="受访人回访",
        model=Callback,
        course=rules.COURSE,
        terms=lengths_of_voices,
        effects={"call": _count_call},
        subject=lambda callback: ("interview", callback.interview_id),
        owner_fault=_owner_fault,
        superiors=_superiors,
    )
)
