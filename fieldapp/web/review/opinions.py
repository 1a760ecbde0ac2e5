"""意见建议 from the contact points: the inbox, one opinion, its answer, the contact."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.errors import FieldappError
from fieldapp.paging import page_from, page_of
from fieldapp.ratings import inbox, queries
from fieldapp.ratings import opinions as room
from fieldapp.web import kept_text
from fieldapp.web.review import review
from fieldapp.web.review.overwriting import unless_changed


@review.get("/opinions")
def opinions() -> str:
    """The opinions in reach: those that wait for an answer first."""
    view = request.args.get("view", "")
    view = view if view in inbox.OPINION_VIEWS else "open"
    return render_template(
        "review/opinions.html",
        page=page_of(inbox.opinions(current_user, view), page_from(request.args)),
        view=view,
        views=inbox.OPINION_VIEWS,
        address=partial(_address, view),
        opinions_waiting=inbox.opinions_waiting(current_user),
    )


@review.get("/opinions/<string:opinion_id>")
def opinion(opinion_id: str) -> str:
    """One opinion and its answer."""
    return _opinion_page(opinion_id)


@review.post("/opinions/<string:opinion_id>/answer")
def answer_opinion(opinion_id: str) -> Response | tuple[str, int]:
    """Answers, or words the answer anew."""
    try:
        answered = unless_changed(
            lambda: queries.find_opinion(current_user, opinion_id).answer,
            lambda: room.answer(current_user, opinion_id, request.form.get("words", "")),
        )
    except FieldappError as error:
        return _refused(opinion_id, error)
    flash(f"意见 {answered.number} 的答复已发布，提意见人凭查询码可以看到。", "success")
    return redirect(url_for("review.opinion", opinion_id=opinion_id))


@review.post("/opinions/<string:opinion_id>/contact")
def show_opinion_contact(opinion_id: str) -> str | tuple[str, int]:
    """The name and number of who gave the opinion, for this one answer."""
    try:
        person = room.unmask_contact(current_user, opinion_id, request.form.get("reason", ""))
    except FieldappError as error:
        return _refused(opinion_id, error)
    return _opinion_page(opinion_id, person=person)


def _opinion_page(opinion_id: str, *, error: FieldappError | None = None, person: Any = None) -> str:
    found = queries.find_opinion(current_user, opinion_id)
    return render_template("review/opinion.html", opinion=found, error=error, person=person, typed=kept_text.typed())


def _refused(opinion_id: str, error: FieldappError) -> tuple[str, int]:
    if error.status in (403, 404):
        raise error
    return _opinion_page(opinion_id, error=error), error.status


def _address(view: str, number: int) -> str:
    return url_for("review.opinions", view=view, page=number)
