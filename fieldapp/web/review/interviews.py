"""访谈: the list, one interview with the steps of its 回访."""

from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user

from fieldapp.calendar.queries import working_days
from fieldapp.callbacks import queries as callbacks
from fieldapp.callbacks.rules import ACTIONS, OUTCOMES, STATES
from fieldapp.clock import china, now
from fieldapp.errors import FieldappError
from fieldapp.interviews import queries, reading
from fieldapp.interviews.rules import LEVELS
from fieldapp.matters.queries import possible_acts
from fieldapp.observations import queries as observations
from fieldapp.paging import page_from, page_of
from fieldapp.visits import recusal
from fieldapp.web import kept_text
from fieldapp.web.review import review, three_voices


@review.get("/interviews/")
def interview_list() -> str:
    """The submitted interviews in reach, the newest first."""
    page = page_of(queries.filed_visible_to(current_user), page_from(request.args))
    recorded = observations.visits_with_records(current_user, [row.visit_id for row in page.rows])
    return render_template(
        "review/interviews.html",
        page=page,
        callbacks_open=callbacks.counts(current_user, china(now()).date())["open"],
        bodies=queries.bodies_of(page.rows),
        recorded=recorded,
        levels=LEVELS,
        address=partial(_page_address, "review.interview_list"),
    )


@review.get("/interviews/<string:interview_id>")
def interview(interview_id: str) -> str:
    """One interview, and what else there is of its visit."""
    return interview_page(interview_id)


def interview_page(interview_id: str, *, error: FieldappError | None = None, person: Any = None) -> str:
    """The page, after a step with what was wrong with it, or with the `person` for this one look."""
    found = queries.find_filed(current_user, interview_id)
    shown, callback = reading.read(found), callbacks.of_interview(found)
    return render_template(
        "review/interview.html",
        reading=shown,
        row=found,
        is_own=recusal.is_own(found.author, recusal.visited(found.visit)),
        intact=shown.intact,
        levels=LEVELS,
        error=error,
        person=person,
        typed=kept_text.typed(),
        callback=callback,
        offered=possible_acts(callback, current_user) if callback else [],
        owners=callbacks.possible_owners(callback) if callback else [],
        callback_states=STATES,
        callback_actions=ACTIONS,
        callback_outcomes=OUTCOMES,
        working_days=working_days(),
        records=observations.of_visit(current_user, found.visit_id),
        three_voices=three_voices.of_visit(current_user, found.visit_id),
    )


def _page_address(endpoint: str, number: int) -> str:
    return url_for(endpoint, page=number)
