"""回访 of parties who were interviewed: the list, one step, the telephone."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.calendar.queries import working_days
from fieldapp.callbacks import operations, queries, rules
from fieldapp.clock import china, now
from fieldapp.errors import FieldappError, NotFound
from fieldapp.matters.queries import VIEWS
from fieldapp.paging import page_from, page_of
from fieldapp.people import queries as people
from fieldapp.people.models import User
from fieldapp.web.review import review
from fieldapp.web.review.interviews import interview_page


@review.get("/callbacks")
def callback_list() -> str:
    """What waits, the overdue first."""
    today, view = china(now()).date(), request.args.get("view", "")
    view = view if view in VIEWS else "open"
    return render_template(
        "review/callbacks.html",
        page=page_of(queries.listed(current_user, view, today), page_from(request.args)),
        view=view,
        views=VIEWS,
        counts=queries.counts(current_user, today),
        states=rules.STATES,
        working_days=working_days(),
        address=partial(_address, view),
    )


@review.post("/interviews/<string:interview_id>/callback")
def take_callback_step(interview_id: str) -> AnyResponse | tuple[str, int]:
    """One step: triage, call, extend, close."""
    try:
        step = _STEPS.get(request.form.get("action", ""))
        if step is None:
            raise NotFound("没有这一步。")
        deed, said = step
        deed(current_user, interview_id)
    except FieldappError as error:
        return _refused(interview_id, error)
    flash(said, "success")
    return redirect(url_for("review.interview", interview_id=interview_id, _anchor="contact"))


@review.post("/interviews/<string:interview_id>/contact")
def show_interview_contact(interview_id: str) -> str | tuple[str, int]:
    """The party's name and number, for this one answer; the reason goes into the log."""
    try:
        person = operations.unmask_contact(current_user, interview_id, request.form.get("reason", ""))
    except FieldappError as error:
        return _refused(interview_id, error)
    return interview_page(interview_id, person=person)


def _refused(interview_id: str, error: FieldappError) -> tuple[str, int]:
    if error.status in (403, 404):
        raise error
    return interview_page(interview_id, error=error), error.status


def _words() -> str:
    return request.form.get("words", "")


def _triage(actor: User, interview_id: str) -> Any:
    try:
        owner = people.find_user(request.form.get("owner", ""))
    except NotFound:
        owner = None
    return operations.triage(actor, interview_id, owner=owner, words=_words())


def _call(actor: User, interview_id: str) -> Any:
    return operations.log_call(actor, interview_id, outcome=request.form.get("outcome", ""), words=_words())


_STEPS: dict[str, tuple[Callable[[User, str], Any], str]] = {
    "triage": (_triage, "已分派。"),
    "call": (_call, "回访已记录。"),
    "extend": (lambda actor, interview_id: operations.extend(actor, interview_id, words=_words()), "已延期。"),
    "close": (lambda actor, interview_id: operations.close(actor, interview_id, words=_words()), "已办结。"),
}


def _address(view: str, number: int) -> str:
    return url_for("review.callback_list", view=view, page=number)
