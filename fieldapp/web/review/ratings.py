"""好差评 for the bureau: 差评办理, all ratings, one rating, its contact and pictures, exports."""

from functools import partial
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.calendar.queries import working_days
from fieldapp.calendar.rules import PROVISIONAL
from fieldapp.checklists import labels
from fieldapp.clock import china, now
from fieldapp.errors import FieldappError
from fieldapp.matters.queries import VIEWS
from fieldapp.observations import queries as observations
from fieldapp.paging import page_from, page_of
from fieldapp.people import queries as people
from fieldapp.ratings import follow_ups, inbox, personal_data, queries, rules, spreadsheet
from fieldapp.web import kept_text
from fieldapp.web.review import rating_forms as forms
from fieldapp.web.review import review
from fieldapp.web.review.overwriting import text_of_step, unless_changed
from fieldapp.web.review.rating_steps import steps_of
from fieldapp.web.review.rating_words import OUTCOMES

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@review.get("/ratings")
def follow_up_list() -> str:
    """差评办理: what waits, the overdue first."""
    today, asked = china(now()).date(), _asked(forms.FOLLOW_UP_FILTERS)
    found = inbox.follow_ups(current_user, forms.follow_up_filter(request.args), today)
    return render_template(
        "review/follow_ups.html",
        page=page_of(found, page_from(request.args)),
        asked=asked,
        address=partial(_address, "review.follow_up_list", asked),
        views=VIEWS,
        counts=inbox.counts(current_user, today),
        owners=inbox.owners(),
        working_days=working_days(),
        **_choices(),
    )


@review.get("/ratings/all")
def rating_list() -> str:
    """Every rating in reach, newest first."""
    asked = _asked(forms.RATING_FILTERS)
    found = inbox.ratings(current_user, forms.rating_filter(request.args))
    return render_template(
        "review/ratings.html",
        page=page_of(found, page_from(request.args)),
        asked=asked,
        address=partial(_address, "review.rating_list", asked),
        views=inbox.COUNT_VIEWS,
        **_choices(),
    )


@review.get("/ratings/<string:rating_id>")
def rating(rating_id: str) -> str:
    """One rating: what was said, what was done about it, what can be done next."""
    return _rating_page(rating_id)


@review.post("/ratings/<string:rating_id>/steps")
def take_step(rating_id: str) -> AnyResponse | tuple[str, int]:
    """One step: triage, call, conclude, rectify, reply, extend, close, or releasing the comment."""
    try:
        words = unless_changed(
            lambda: text_of_step(current_user, rating_id, request.form.get("action", "")),
            lambda: forms.take_step(current_user, rating_id, request.form),
        )
    except FieldappError as error:
        return _refused(rating_id, error)
    flash(words, "success")
    return redirect(url_for("review.rating", rating_id=rating_id))


@review.post("/ratings/<string:rating_id>/contact")
def show_contact(rating_id: str) -> str | tuple[str, int]:
    """The citizen's name and number, for this one answer; the reason goes into the log."""
    try:
        person = follow_ups.unmask_contact(current_user, rating_id, request.form.get("reason", ""))
    except FieldappError as error:
        return _refused(rating_id, error)
    return _rating_page(rating_id, person=person)


@review.get("/ratings/<string:rating_id>/photos/<int:position>")
def rating_photo(rating_id: str, position: int) -> Response:
    """One picture that came with the rating, without anything hidden in it."""
    return Response(queries.photo(current_user, rating_id, position).content, content_type="image/jpeg")


@review.get("/ratings/export.xlsx")
def export_workbook() -> Response:
    """The filtered ratings as a workbook."""
    table = spreadsheet.export(current_user, forms.rating_filter(request.args))
    return _download(spreadsheet.as_xlsx(table), _XLSX, "xlsx")


@review.get("/ratings/export.csv")
def export_csv() -> Response:
    """The filtered ratings as CSV."""
    table = spreadsheet.export(current_user, forms.rating_filter(request.args))
    return _download(spreadsheet.as_csv(table), "text/csv; charset=utf-8", "csv")


def _rating_page(rating_id: str, *, error: FieldappError | None = None, person: Any = None) -> str:
    found = queries.find(current_user, rating_id)
    follow_up = found.follow_up
    return render_template(
        "review/rating.html",
        rating=found,
        follow_up=follow_up,
        offered=steps_of(follow_up, current_user) if follow_up else [],
        working_days=working_days(),
        provisional=PROVISIONAL,
        error=error,
        person=person,
        typed=kept_text.typed(),
        owners=inbox.possible_owners(found),
        proposal=personal_data.redaction_of(found.comment),
        outcomes=OUTCOMES,
        levels=rules.LEVELS,
        facts=rules.FACTS,
        fact_answers=rules.FACT_ANSWERS,
        states=rules.STATES,
        actions=rules.ACTIONS,
        domain_words=labels.domain_label,
        records=observations.of_visit(current_user, found.visit_id) if found.visit_id else [],
    )


def _refused(rating_id: str, error: FieldappError) -> tuple[str, int]:
    if error.status in (403, 404):
        raise error
    return _rating_page(rating_id, error=error), error.status


def _choices() -> dict[str, Any]:
    return {
        "agencies": people.agencies(),
        "localities": people.localities(),
        "levels": rules.LEVELS,
        "states": rules.STATES,
        "domains": labels.domains_on_offer(),
        "opinions_waiting": inbox.opinions_waiting(current_user),
    }


def _asked(names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.args[name] for name in names if request.args.get(name)}


def _address(endpoint: str, asked: dict[str, Any], number: int) -> str:
    return url_for(endpoint, page=number, **asked)


def _download(content: bytes, content_type: str, ending: str) -> Response:
    name = f"ratings-{china(now()):%Y%m%d-%H%M}.{ending}"
    return Response(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
