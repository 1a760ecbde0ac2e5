"""How ratings and their follow-ups are written on the reviewer's pages."""

from flask import Flask

from fieldapp.matters import terms
from fieldapp.ratings import choices, personal_data, rules
from fieldapp.ratings.models import Rating
from fieldapp.web.review import three_voices

OUTCOMES = {outcome: rules.STATES[outcome] for outcome in rules.OUTCOMES}
_KINDS = {"received": "waiting", "closed": "approved", "replied": "submitted", "rectified": "submitted"}


def register(app: Flask) -> None:
    """Makes the words known to Jinja."""
    for words in (suspect_words, reason_words, follow_up_kind, percent, rated_words):
        app.add_template_global(words)
    app.add_template_global(terms.running, "term_of")
    app.add_template_global(three_voices.apart_words)
    app.add_template_global(three_voices.said_words, "voice_words")
    app.add_template_global(personal_data.masked_receipt)


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
