"""All of /review: importing this module attaches every page to the door."""

from fieldapp.web.review import (  # noqa: F401
    interviews,
    opinions,
    overwriting,
    rating_totals,
    rating_words,
    ratings,
    records,
    words,
)
from fieldapp.web.review.door import review

review.record_once(lambda state: words.register(state.app))
review.record_once(lambda state: overwriting.register(state.app))
review.record_once(lambda state: rating_words.register(state.app))

__all__ = ["review"]
