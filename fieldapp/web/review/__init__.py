"""组长审核台: leads and who signs for the bureau decide, the system's administrators read."""

from typing import cast

from flask import Flask
from flask.blueprints import BlueprintSetupState

from fieldapp.access import ACTS, door

review = door("review", __name__, admits=ACTS["desk.read"], url_prefix="/review")


def _teach_templates(state: BlueprintSetupState) -> None:
    from fieldapp.web.review import overwriting, rating_words, words  # late: they need the rooms

    app = cast(Flask, state.app)
    for words_of in (words, overwriting, rating_words):
        words_of.register(app)


review.record_once(_teach_templates)
