"""All of /review: importing this module attaches every page to the door."""

from typing import cast

from flask import Flask
from flask.blueprints import BlueprintSetupState

from fieldapp.web.review import (  # noqa: F401
    interviews,
    opinions,
    overwriting,
    rating_totals,
    rating_words,
    ratings,
    records,
    roundtable_writing,
    roundtables,
    words,
)
from fieldapp.web.review.door import review


def _teach_templates(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    for words_of in (words, overwriting, rating_words):
        words_of.register(app)


review.record_once(_teach_templates)

__all__ = ["review"]
