"""The terms of matters: when they end by today's settings and calendar, and how the one that runs now stands."""

from dataclasses import dataclass
from datetime import date

from flask import current_app

from fieldapp.calendar.queries import working_days
from fieldapp.calendar.rules import PROVISIONAL, UNITS, WorkingDays, term_end, workdays_left
from fieldapp.clock import china, now
from fieldapp.config import Settings
from fieldapp.matters import kinds
from fieldapp.matters.kinds import MatterKind
from fieldapp.matters.models import Matter
from fieldapp.matters.rules import Rung, TermLengths, rung_of


@dataclass(frozen=True)
class Terms:
    """Both last days. `is_provisional`: one of them reaches into a year whose days off are not known yet."""

    accept_by: date
    close_by: date
    is_provisional: bool


@dataclass(frozen=True)
class RunningTerm:
    """The term that runs now. `left`: in `unit` (of calendar.rules.UNITS), negative when overdue. `is_provisional`: it
    reaches into a year whose days off are not known. `rung`: how high on the kind's ladder that is.
    """

    last_day: date
    left: int
    unit: str
    is_for_accepting: bool
    is_provisional: bool
    rung: Rung

    @property
    def is_overdue(self) -> bool:
        return self.left < 0

    @property
    def words(self) -> str:
        what = "受理" if self.is_for_accepting else "办结"
        return self.rung.words.format(what=what, left=self.left, late=-self.left, unit=UNITS[self.unit])

    @property
    def doubt(self) -> str:
        """Why the last day may still move; nothing when it is fixed."""
        return PROVISIONAL if self.is_provisional else ""


def of(kind: MatterKind, opened_on: date, *, is_extended: bool = False) -> Terms:
    """The terms of a matter opened on that day, as the settings and today's calendar give them."""
    lengths, days = kind.terms(current_app.config["SETTINGS"]), working_days()
    closing = lengths.extended if is_extended else lengths.close
    accept = term_end(opened_on, lengths.accept, unit=lengths.unit, days=days)
    close = term_end(opened_on, closing, unit=lengths.unit, days=days)
    return Terms(accept.last_day, close.last_day, accept.is_provisional or close.is_provisional)


def lengths_of_voices(settings: Settings) -> TermLengths:
    """How long a matter has that a citizen's or a party's voice has opened: the terms of a bad rating."""
    return TermLengths(
        settings.rating_accept_workdays, settings.rating_close_workdays, settings.rating_extended_workdays
    )


def last_day(matter: Matter) -> date:
    """The last day of the term that runs, or ran at the closing."""
    return matter.accept_by if matter.accepted_at is None else matter.close_by


def running(matter: Matter, days: WorkingDays) -> RunningTerm | None:
    """The term that runs now; None for a closed matter. `days`: what is known of working days."""
    if matter.closed_at is not None:
        return None
    until, is_for_accepting = last_day(matter), matter.accepted_at is None
    is_provisional = not days.is_known(china(matter.opened_at).date(), until)
    kind, today = kinds.of(matter), china(now()).date()
    unit = kind.terms(current_app.config["SETTINGS"]).unit
    left = workdays_left(today, until, days) if unit == "workdays" else (until - today).days
    return RunningTerm(until, left, unit, is_for_accepting, is_provisional, rung_of(left, kind.ladder))
