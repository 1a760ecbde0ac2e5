"""待审: the list, the record, approve, return."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.checklists import labels
from fieldapp.errors import FieldappError
from fieldapp.facts import projection as facts
from fieldapp.facts.queries import often_no
from fieldapp.interviews import queries as interviews
from fieldapp.interviews import reading as interview_reading
from fieldapp.interviews.rules import LEVELS
from fieldapp.jobs.freshness import look
from fieldapp.observations import marks
from fieldapp.observations import queries as observations
from fieldapp.observations.rules import STATES, UNFILED, refusal
from fieldapp.officer_words import queries as officer_words
from fieldapp.paging import page_from
from fieldapp.people import queries as people
from fieldapp.people.scope import may_review
from fieldapp.reviews import agreement_projection, binding, inbox, operations, reading
from fieldapp.web import kept_text
from fieldapp.web.review import agency_binding, confirming, forms, review, three_voices

_ANY_ID = "00000000-0000-0000-0000-000000000000"
FILTER_NAMES = (
    "state",
    "locality",
    "agency",
    "domain",
    "mode",
    "since",
    "until",
    "no",
    "critical",
    "voices",
    "item",
    "q",
)


@review.get("/")
def records() -> str:
    """The list, filtered by what stands in the address."""
    standing = look(agreement_projection.PROJECTION)
    page = inbox.inbox(current_user, forms.filters_from(request.args), page=page_from(request.args))
    found = marks.standing(page.rows)
    return render_template(
        "review/records.html",
        page=page,
        voices=three_voices.of_rows(page.rows),
        marks=marks.words_of(found),
        confirming=confirming.of_rows(page.rows, found),
        standing=standing,
        **_often_no(request.args.get("state", "")),
        states=STATES,
        modes=labels.MODES,
        domains=labels.domains_on_offer(),
        **_organisations(),
        asked=_asked(),
        waiting=page.waiting,
        address=partial(_page_address, _asked()),
        record_address=_record_addresses(_asked()),
    )


@review.get("/records/<string:observation_id>")
def record(observation_id: str) -> str:
    """One record as a page to read, at the revision in the address or the newest."""
    return _record_page(observation_id)


@review.post("/records/<string:observation_id>/approval")
def approve(observation_id: str) -> Response | tuple[str, int]:
    """Approves what the reviewer read."""
    try:
        operations.approve(
            current_user,
            observation_id,
            revision=forms.revision_from(request.form),
            comment=request.form.get("comment", ""),
        )
    except FieldappError as error:
        return _refused(observation_id, error)
    flash(f"{_number_of(observation_id)} 已通过。", "success")
    return redirect(_next_address(observation_id))


@review.post("/records/<string:observation_id>/return")
def return_to_author(observation_id: str) -> Response | tuple[str, int]:
    """Gives the record back with the comments; what was typed stays on the page when it is refused."""
    try:
        operations.return_to_author(
            current_user,
            observation_id,
            revision=forms.revision_from(request.form),
            comment=request.form.get("comment", ""),
            items=forms.comments_from(request.form),
        )
    except FieldappError as error:
        return _refused(observation_id, error)
    flash(f"{_number_of(observation_id)} 已退回，监督员的手机会在下次联网时收到。", "success")
    return redirect(_next_address(observation_id))


@review.post("/records/<string:observation_id>/agency")
def bind_agency(observation_id: str) -> Response | tuple[str, int]:
    """Puts an agency of the register in the place of what the phone wrote."""
    try:
        visit = binding.bind_agency(current_user, observation_id, request.form.get("agency", ""))
    except FieldappError as error:
        return _refused(observation_id, error)
    flash(f"已对应到{visit.agency_name}，这次活动的记录和评价都归到这个机关。", "success")
    return redirect(url_for("review.record", observation_id=observation_id, **_asked()))


def _number_of(observation_id: str) -> str:
    """The record as a message names it: the message stands on another record's page."""
    return observations.find(current_user, observation_id).number or "这份记录"


def _refused(observation_id: str, error: FieldappError) -> tuple[str, int]:
    if error.status in (403, 404):
        raise error
    return _record_page(observation_id, error=error), error.status


def _record_page(observation_id: str, error: FieldappError | None = None) -> str:
    found = observations.find(current_user, observation_id)
    if found.state in UNFILED:
        abort(404)
    filters = forms.filters_from(request.args)
    before, after = inbox.neighbours(current_user, filters, found)
    shown = reading.read(found, forms.shown_revision_from(request.args))
    may_decide = (
        shown.is_head
        and found.state == "submitted"
        and may_review(
            current_user,
            author_id=found.author_id,
            group_id=found.group_id,
            locality_id=found.locality_id,
            agency_id=found.visit.agency_id,
        )
    )
    standing = marks.of(found)
    return render_template(
        "review/record.html",
        marks=marks.words_of({found.id: standing})[found.id],
        marks_sentence=refusal(standing) if standing else "",
        reading=shown,
        record=found,
        confirming=confirming.of_rows([found], {found.id: standing})[found.id],
        officers_said=officer_words.of_observation(found.id),
        item_titles={line.item.code: line.item.title for _, lines in shown.sections for line in lines},
        may_decide=may_decide,
        agencies=agency_binding.offered(current_user, found.visit),
        error=error,
        states=STATES,
        typed=kept_text.typed(),
        before=before,
        after=after,
        asked=_asked(),
        labels=labels,
        levels=LEVELS,
        intact=shown.intact,
        is_own=found.author_id == current_user.id,
        others=[row for row in observations.of_visit(current_user, found.visit_id) if row.id != found.id],
        three_voices=three_voices.of_visit(current_user, found.visit_id),
        interviews=interview_reading.of_visit(interviews.of_visit(current_user, found.visit_id)),
    )


def _next_address(observation_id: str) -> str:
    """Where to go after a decision: the next record of the list, or the list when there is none."""
    found = observations.find(current_user, observation_id)
    before, after = inbox.neighbours(current_user, forms.filters_from(request.args), found)
    if after or before:
        return url_for("review.record", observation_id=after or before, **_asked())
    return url_for("review.records", **_asked())


def _often_no(state: str) -> dict[str, object]:
    """What is answered 否 most often: of approved records only, so beside their list only."""
    if state != "approved":
        return {}
    return {"often_standing": look(facts.PROJECTION), "often": often_no(current_user)}


def _organisations() -> dict[str, list[Any]]:
    """What the list can be narrowed to, in one query."""
    found = people.organisations("locality", "agency")
    return {
        "localities": [one for one in found if one.kind == "locality"],
        "agencies": [one for one in found if one.kind == "agency"],
    }


def _record_addresses(asked: dict[str, Any]) -> Callable[[str], str]:
    """Gives the address of a record by its id: made once for all rows, for they differ in the id only."""
    before, _, after = url_for("review.record", observation_id=_ANY_ID, **asked).partition(_ANY_ID)
    return lambda observation_id: f"{before}{observation_id}{after}"


def _asked() -> dict[str, Any]:
    return {name: request.args[name] for name in FILTER_NAMES if request.args.get(name)}


def _page_address(asked: dict[str, Any], number: int) -> str:
    return url_for("review.records", page=number, **asked)
