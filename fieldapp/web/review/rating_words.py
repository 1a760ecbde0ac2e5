"""How ratings and their follow-ups are written on the reviewer's pages."""

from dataclasses import dataclass
from datetime import date

from flask import Flask

from fieldapp.calendar.rules import PROVISIONAL, WorkingDays, workdays_left
from fieldapp.clock import china, now
from fieldapp.ratings import choices, personal_data, rules
from fieldapp.ratings.models import FollowUp, Rating
from fieldapp.web.review import three_voices

OUTCOMES = {outcome: rules.STATES[outcome] for outcome in rules.OUTCOMES}
_KINDS = {"received": "waiting", "closed": "approved", "replied": "submitted", "rectified": "submitted"}


@dataclass(frozen=True)
class Term:
    """The term that runs now. `left`: working days, negative when overdue. `is_provisional`: it reaches into a year
    whose days off are not known.
    """

    last_day: date
    left: int
    is_for_accepting: bool
    is_provisional: bool

    @property
    def is_overdue(self) -> bool:
        return self.left < 0

    @property
    def words(self) -> str:
        what = "受理" if self.is_for_accepting else "办结"
        if self.is_overdue:
            return f"{what}超期 {-self.left} 个工作日"
        return f"今天须{what}" if self.left == 0 else f"{what}还剩 {self.left} 个工作日"

    @property
    def doubt(self) -> str:
        """Why the last day may still move; nothing when it is fixed."""
        return PROVISIONAL if self.is_provisional else ""


def register(app: Flask) -> None:
    """Makes the words known to Jinja."""
    for words in (term_of, suspect_words, reason_words, follow_up_kind, percent, rated_words):
        app.add_template_global(words)
    app.add_template_global(three_voices.apart_words)
    app.add_template_global(three_voices.said_words, "voice_words")
    app.add_template_global(personal_data.masked_receipt)


def term_of(follow_up: FollowUp, days: WorkingDays) -> Term | None:
    """The term that runs now; None for a closed follow-up. `days`: what is known of working days."""
    if follow_up.closed_at is not None:
        return None
    is_for_accepting = follow_up.accepted_at is None
    last_day = follow_up.accept_by if is_for_accepting else follow_up.close_by
    is_provisional = not days.is_known(china(follow_up.opened_at).date(), last_day)
    return Term(last_day, workdays_left(china(now()).date(), last_day, days), is_for_accepting, is_provisional)


def suspect_words(rating: Rating) -> list[str]:
    """Why a rating is counted apart; empty when it is counted."""
    found = [rules.SUSPICIONS.get(one, one) for one in rating.suspect_reasons.split()]
    return [*found, *(["经核实为误评"] if rating.misrated_at else [])]


def reason_words(rating: Rating) -> list[str]:
    """The reasons that the citizen ticked, in the words that stood on the page then."""
    return choices.reasons_of(rating.reasons_version).words_of(rating.reasons.split())


def follow_up_kind(state: str) -> str:
    """How a state of a follow-up is coloured."""
    return _KINDS.get(state, "sending")


def percent(share: float | None) -> str:
    """A share (0–1) as 92.3%; a dash for none."""
    return "—" if share is None else f"{share * 100:.1f}%"


def rated_words(rating: Rating) -> str:
    """Who was rated, as far as it is known."""
    if rating.agency is not None:
        return rating.agency.name
    return rating.locality.name if rating.locality is not None else "还没有并入活动的评价"
