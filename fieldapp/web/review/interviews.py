"""访谈: the list, one interview, the telephone of a party who wants to be called back."""

from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user

from fieldapp.errors import FieldappError
from fieldapp.interviews import operations, queries, reading
from fieldapp.interviews.rules import LEVELS
from fieldapp.observations import queries as observations
from fieldapp.paging import page_from, page_of
from fieldapp.web.review import review, three_voices


@review.get("/interviews/")
def interview_list() -> str:
    """The submitted interviews in reach, the newest first."""
    page = page_of(queries.filed_visible_to(current_user), page_from(request.args))
    recorded = observations.visits_with_records(current_user, [row.visit_id for row in page.rows])
    return render_template(
        "review/interviews.html",
        page=page,
        bodies=queries.bodies_of(page.rows),
        recorded=recorded,
        levels=LEVELS,
        address=partial(_page_address, "review.interview_list"),
    )


@review.get("/interviews/<string:interview_id>")
def interview(interview_id: str) -> str:
    """One interview, and what else there is of its visit."""
    return _interview_page(interview_id)


@review.post("/interviews/<string:interview_id>/contact")
def show_interview_contact(interview_id: str) -> str | tuple[str, int]:
    """The party's name and number, for this one answer; the reason goes into the log."""
    try:
        person = operations.unmask_contact(current_user, interview_id, request.form.get("reason", ""))
    except FieldappError as error:
        if error.status in (403, 404):
            raise
        return _interview_page(interview_id, error=error), error.status
    return _interview_page(interview_id, person=person)


def _interview_page(interview_id: str, *, error: FieldappError | None = None, person: Any = None) -> str:
    found = queries.find_filed(current_user, interview_id)
    shown = reading.read(found)
    return render_template(
        "review/interview.html",
        reading=shown,
        row=found,
        intact=shown.intact,
        levels=LEVELS,
        error=error,
        person=person,
        typed=request.form,
        records=observations.of_visit(current_user, found.visit_id),
        three_voices=three_voices.of_visit(current_user, found.visit_id),
    )


def _page_address(endpoint: str, number: int) -> str:
    return url_for(endpoint, page=number)
