"""Entering days, and years as a whole. `after`: what else belongs into the same transaction; the door gives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from fieldapp.audit.operations import record
from fieldapp.calendar import queries, rules
from fieldapp.calendar.models import CalendarDay, CalendarYear
from fieldapp.calendar.published import published
from fieldapp.calendar.rules import Announced
from fieldapp.clock import now
from fieldapp.errors import Fault, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.people.accounts import reason_digest, require_admin
from fieldapp.people.models import User


@dataclass(frozen=True)
class DayDraft:
    """One day as a form gives it. `source`: on whose word, e.g. the notice's number."""

    day: date
    kind: str
    name: str
    source: str


def enter_day(actor: User | None, draft: DayDraft, *, instead_of: date | None = None) -> CalendarDay:
    """Enters one day, or enters it anew; `instead_of`: the entry that it takes the place of.

    Terms that run already stay as they are; the day counts for those that begin from now on. Raises Refused.
    """
    require_admin(actor)
    one = Announced(draft.day, draft.kind, draft.name.strip())
    with unit_of_work() as session:
        _refuse([*_day_faults(one), *_source_faults(draft.source)])
        if instead_of is not None and instead_of != one.day:
            if session.get(CalendarDay, one.day) is not None:
                raise Refused(faults=[Fault("/day", f"{one.day} 已经录入过，请到那一条修改")])
            _delete(actor, queries.find_day(instead_of))
        row = _write(actor, one, draft.source.strip())
        session.flush()
        record(
            "calendar.day_entered", actor_id=_id(actor), subject_kind="calendar", subject_id=one.day.isoformat(),
            at=row.entered_at, kind=one.kind,
        )  # fmt: skip
        return row


def remove_day(actor: User | None, day: date) -> None:
    """Takes an entry back; what the program's table says of that day counts again. Raises NotFound."""
    require_admin(actor)
    with unit_of_work():
        _delete(actor, queries.find_day(day))


def announce_year(
    actor: User | None, year: int, *, source: str, days: Sequence[Announced], after: Callable[[], object]
) -> CalendarYear:
    """Enters the arrangement of a year as a whole: `days` beside those entered before. The year is known from then on.

    Raises Refused, with every fault, for a day that cannot be, and when a festival of the law is missing.
    """
    require_admin(actor)
    with unit_of_work() as session:
        faults = [*_source_faults(source), *(fault for one in days for fault in _day_faults(one))]
        strangers = [one.day for one in days if not rules.is_of_notice(one.day, year)]
        faults += [Fault("/days", f"{day} 不属于{year}年的安排") for day in strangers]
        faults += [Fault("/days", words) for words in rules.year_faults(year, _together(year, days))]
        _refuse(faults)
        for one in days:
            _write(actor, one, source.strip())
        row = session.get(CalendarYear, year) or CalendarYear(year=year)
        row.source, row.entered_by_id, row.entered_at = source.strip(), _id(actor), now()
        session.add(row)
        session.flush()
        record(
            "calendar.year_announced", actor_id=_id(actor), subject_kind="calendar", subject_id=str(year),
            at=row.entered_at, count=len(days), digest=_digest(days),
        )  # fmt: skip
        after()
        return row


def withdraw_year(actor: User | None, year: int, *, reason: str, after: Callable[[], object]) -> None:
    """Says that a year is not known after all: its days stay, terms that reach into it are provisional from now on.

    Raises NotFound, Refused without a reason.
    """
    require_admin(actor)
    if not reason.strip():
        raise Refused(faults=[Fault("/reason", "请写明原因")])
    with unit_of_work() as session:
        row = db.session.get(CalendarYear, year, populate_existing=True)
        if row is None:
            raise NotFound(f"{year}年没有在这里录入过。")
        session.delete(row)
        session.flush()
        record(
            "calendar.year_withdrawn", actor_id=_id(actor), subject_kind="calendar", subject_id=str(year), at=now(),
            reason_digest=reason_digest(reason.strip()),
        )  # fmt: skip
        after()


def _write(actor: User | None, one: Announced, source: str) -> CalendarDay:
    row = db.session.get(CalendarDay, one.day, populate_existing=True) or CalendarDay(day=one.day)
    row.kind, row.name, row.source = one.kind, one.name.strip(), source
    row.entered_by_id, row.entered_at = _id(actor), now()
    db.session.add(row)
    return row


def _delete(actor: User | None, row: CalendarDay) -> None:
    db.session.delete(row)
    db.session.flush()
    record(
        "calendar.day_removed", actor_id=_id(actor), subject_kind="calendar", subject_id=row.day.isoformat(),
        at=now(), kind=row.kind,
    )  # fmt: skip


def _day_faults(one: Announced) -> list[Fault]:
    kinds = {day: known.kind for day, known in published().items()}
    words = rules.day_fault(one, published=kinds)
    pointer = "/kind" if words and "类型" in words else "/name" if words and "名称" in words else "/day"
    return [Fault(pointer, words)] if words else []


def _source_faults(source: str) -> list[Fault]:
    if source.strip() and len(source) <= rules.MOST_SOURCE_CHARACTERS:
        return []
    return [Fault("/source", f"请写明依据，如“国办发明电〔2026〕9号”，最多 {rules.MOST_SOURCE_CHARACTERS} 字")]


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Refused("节假日有误，没有保存。", faults=faults)


def _together(year: int, days: Sequence[Announced]) -> list[Announced]:
    """The arrangement of `year` as it would be with `days`."""
    known = [entry.announced for entry in (*queries.entries_of(year - 1), *queries.entries_of(year))]
    merged = {one.day: one for one in (*known, *days)}
    return [one for one in merged.values() if rules.is_of_notice(one.day, year)]


def _digest(days: Sequence[Announced]) -> str:
    return sha256("\n".join(f"{one.day} {one.kind} {one.name}" for one in days).encode()).hexdigest()


def _id(actor: User | None) -> str | None:
    return actor.id if actor else None
