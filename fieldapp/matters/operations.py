"""The machine of matters: opening, one step, a line of the log, terms set anew. Every step is an audit entry, too."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from fieldapp.audit import operations as audit
from fieldapp.calendar.queries import working_days
from fieldapp.calendar.rules import WorkingDays
from fieldapp.clock import china, now
from fieldapp.errors import Conflict, Fault, FieldappError, NotAllowed, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.matters import kinds, queries, rules, terms
from fieldapp.matters.kinds import Deed, MatterKind
from fieldapp.matters.models import Matter, MatterEntry
from fieldapp.matters.rules import Refusal, is_higher
from fieldapp.people.models import User

_AT_ONCE = 200  # how many are noted while others wait to write


def open_matter(matter: Matter, at: datetime, *, actor: User | None = None) -> Matter:
    """Opens `matter`, a new row of its kind's model with its id and its own columns: gives it state and terms.

    Joins the caller's unit of work, so that it is opened together with what it is about. `actor`: none when nobody of
    the staff did it.
    """
    kind = _kind_of_new(matter)
    term = terms.of(kind, china(at).date())
    matter.state, matter.opened_at = kind.course.first, at
    matter.accept_by, matter.close_by, matter.is_term_provisional = term.accept_by, term.close_by, term.is_provisional
    with unit_of_work() as session:
        session.add(matter)
        session.flush()
        note(matter, rules.OPENED, at=at, actor=actor)
        _record(kind, kind.events.opened, matter, at, actor=actor, **_last_days(matter))
    return matter


def take(
    actor: User, matter: Matter, act: str, *, words: str = "", choice: str = "", owner: User | None = None
) -> Matter:  # fmt: skip
    """One step of a matter that the caller has read anew, in reach of the actor, inside the unit of work.

    What the table does not allow is refused and leaves everything as it was. Raises NotAllowed for the role, Conflict
    in another state or for the second time, Refused for words, choice or owner that are missing, and for unmet needs.
    """
    kind, words = kinds.of(matter), words.strip()
    with unit_of_work() as session:
        row = kind.course.step(
            matter, act, queries.roles_of(actor), choice=choice, words=words, done=queries.acts_done(matter)
        )  # fmt: skip
        if isinstance(row, Refusal):
            raise _error(row)
        at = now()
        if row.gives_owner:
            _give(kind, matter, owner, at)
        if row.extends:
            _extend(kind, matter, at)
        if row.closes:
            matter.closed_at, matter.closed_by_id = at, actor.id
        matter.outcome = row.choice or matter.outcome
        if act in kind.effects:
            kind.effects[act](matter, Deed(actor, words, choice, at))
        matter.state = row.after or matter.state
        session.flush()
        note(matter, act, at=at, actor=actor, words=words)
        _record(kind, kind.events.moved, matter, at, actor=actor, action=act, state=matter.state,
                words_digest=sha256(words.encode()).hexdigest())  # fmt: skip
    return matter


def note(matter: Matter, act: str, *, at: datetime, actor: User | None = None, words: str = "") -> None:
    """A line of the log that is no step, in the caller's unit of work. `actor`: none for citizens and the machine."""
    with unit_of_work() as session:
        last = session.scalar(select(func.max(MatterEntry.position)).where(MatterEntry.matter_id == matter.id))
        entry = MatterEntry(
            matter_id=matter.id, position=(last or 0) + 1, action=act, state=matter.state,
            actor_id=actor.id if actor else None, words=words, at=at,
        )  # fmt: skip
        matter.entries.append(entry)
        session.flush()


def move_provisional_terms() -> dict[str, int]:
    """Sets provisional terms anew whose years are known by now; gives how many matters got more time, by kind's words.

    A term that was announced to a person never moves earlier: a day that would come sooner stays as it was set. Each
    move is a line of the log. Joins the caller's unit of work.
    """
    with unit_of_work():
        moved = Counter(kinds.of(one).words for one in queries.under_way(is_provisional=True) if _set_anew(one))
    return {kind.words: moved[kind.words] for kind in kinds.every()}


def counted_words(counts: Mapping[str, int]) -> str:
    """What `move_provisional_terms` or `climb` gave, for a sentence: 2 件差评、1 件…; 0 件 for nothing."""
    return "、".join(f"{count} 件{words}" for words, count in counts.items() if count) or "0 件"


def climb() -> dict[str, int]:
    """Notes of every matter under way which rung of its ladder the running term has reached, once for each rung and
    term; a rung that was passed unseen is left out. Gives how many were noted, by kind's words.
    """
    days, climbed = working_days(), Counter[str]()
    waiting = [one.id for one in queries.under_way() if _has_climbed(one, days)]
    for first in range(0, len(waiting), _AT_ONCE):
        with unit_of_work():
            for matter in queries.under_way(among=waiting[first : first + _AT_ONCE]):
                climbed[kinds.of(matter).words] += _note_rung(matter, days)
    return {kind.words: climbed[kind.words] for kind in kinds.every()}


def doubt_terms_again() -> None:
    """Marks the terms under way that reach into a year that is not known any more; in the caller's unit of work."""
    days = working_days()
    with unit_of_work():
        for matter in queries.under_way():
            if not days.is_known(china(matter.opened_at).date(), matter.close_by):
                matter.is_term_provisional = True


def _kind_of_new(matter: Matter) -> MatterKind:
    return next(kind for kind in kinds.every() if type(matter) is kind.model)


def _error(refusal: Refusal) -> FieldappError:
    if refusal.why == "role":
        return NotAllowed(refusal.sentence)
    if refusal.why in ("state", "once"):
        return Conflict(refusal.sentence)
    title = refusal.sentence if refusal.why == "need" else None
    return Refused(title, faults=[Fault(refusal.pointer, refusal.sentence)])


def _give(kind: MatterKind, matter: Matter, owner: User | None, at: datetime) -> None:
    fault = kind.owner_fault(matter, owner) if owner else "请选择承办人"
    if owner is None or fault:
        raise Refused(faults=[Fault("/owner", fault or "请选择承办人")])
    matter.owner, matter.owner_id = owner, owner.id
    if matter.accepted_at is None:
        matter.accepted_at, matter.rung = at, None  # from now on the other term runs


def _extend(kind: MatterKind, matter: Matter, at: datetime) -> None:
    """Counted from the opening, so that it cannot be pushed on and on."""
    term = terms.of(kind, china(matter.opened_at).date(), is_extended=True)
    matter.close_by, matter.is_term_provisional, matter.extended_at = term.close_by, term.is_provisional, at
    if matter.accepted_at is not None:
        matter.rung = None


def _set_anew(matter: Matter) -> bool:
    kind = kinds.of(matter)
    term = terms.of(kind, china(matter.opened_at).date(), is_extended=matter.extended_at is not None)
    if term.is_provisional:
        return False
    before, was_running = (matter.accept_by, matter.close_by), terms.last_day(matter)
    if matter.accepted_at is None:
        matter.accept_by = max(matter.accept_by, term.accept_by)
    matter.close_by, matter.is_term_provisional = max(matter.close_by, term.close_by), False
    if terms.last_day(matter) != was_running:
        matter.rung = None
    db.session.flush()
    if (matter.accept_by, matter.close_by) == before:
        return False
    at = now()
    words = f"节假日安排已录入：办结期限 {before[1]} → {matter.close_by}，受理期限 {before[0]} → {matter.accept_by}"
    note(matter, rules.TERM_MOVED, at=at, words=words)
    _record(kind, kind.events.term_moved, matter, at, **_last_days(matter))
    return True


def _has_climbed(matter: Matter, days: WorkingDays) -> bool:
    term = terms.running(matter, days)
    return term is not None and term.rung.is_noted and is_higher(term.rung, matter.rung, kinds.of(matter).ladder)


def _note_rung(matter: Matter, days: WorkingDays) -> bool:
    term, kind, at = terms.running(matter, days), kinds.of(matter), now()
    if term is None or not _has_climbed(matter, days):
        return False
    matter.rung = term.rung.name
    words = f"{term.words}（限 {term.last_day}）"
    if term.rung.is_raised:
        names = "、".join(one.name for one in kind.superiors(matter))
        words += f"，已报{names}" if names else "，没有可报的上级"
    note(matter, term.rung.name, at=at, words=words)
    _record(kind, kind.events.rung_reached, matter, at, rung=term.rung.name, last_day=term.last_day.isoformat())
    return True


def _last_days(matter: Matter) -> dict[str, Any]:
    return {"accept_by": matter.accept_by.isoformat(), "close_by": matter.close_by.isoformat()}


def _record(
    kind: MatterKind, event: str, matter: Matter, at: datetime, *, actor: User | None = None, **details: Any
) -> None:  # fmt: skip
    subject_kind, subject_id = kind.subject(matter)
    audit.record(
        event, actor_id=actor.id if actor else None, subject_kind=subject_kind, subject_id=subject_id, at=at, **details
    )
