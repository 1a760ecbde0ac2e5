"""All of /review: importing this module attaches every page to the door."""

from fieldapp.web.review import records, words  # noqa: F401  records is imported for its routes
from fieldapp.web.review.door import review

review.record_once(lambda state: words.register(state.app))

__all__ = ["review"]
