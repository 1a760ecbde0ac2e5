"""监督活动: what is planned, and planning more."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.checklists import labels
from fieldapp.clock import china, now
from fieldapp.observations import queries as observations
from fieldapp.people import listing as people
from fieldapp.visits import doubts, listing, planning, queries
from fieldapp.visits.models import VISIT_SOURCES, Visit
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import ReasonForm, attempt, form_page
from fieldapp.web.admin.visit_forms import VisitForm

_WORDS = {"nav": "visits", "back_words": "监督活动"}


@admin.get("/visits")
def visits() -> str:
    """The visits of a period, and who has filed already."""
    asked = {"period": request.args.get("period", "upcoming"), "group_id": request.args.get("group_id", "")}
    midnight = china(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    page = listing.arranged(current_user, today_at=midnight, page=request.args.get("page", 1, type=int), **asked)
    filed = observations.who_filed([visit.id for visit in page.rows])
    return render_template(
        "admin/visits.html", page=page, asked=asked, filed=filed, periods=listing.PERIODS, labels=labels,
        groups=people.working_groups(), sources=VISIT_SOURCES, address=partial(_visits_address, asked),
    )  # fmt: skip


@admin.route("/visits/new", methods=["GET", "POST"])
def new_visit() -> Response | tuple[str, int]:
    """Plans a visit."""
    form = VisitForm().offered(current_user)
    made = attempt(form, lambda: planning.plan_visit(current_user, form.plan()), doubts=lambda: _doubts(form))
    if made:
        flash(f"{_name_of(made)}已安排，组员的手机下次联网时收到。", "success")
        return redirect(url_for("admin.visits"))
    return form_page(form, title="安排监督活动", back=url_for("admin.visits"), submit="安排", **_WORDS)


@admin.route("/visits/<string:visit_id>/edit", methods=["GET", "POST"])
def edit_visit(visit_id: str) -> Response | tuple[str, int]:
    """Plans a visit anew."""
    visit = queries.find(current_user, visit_id)
    form = VisitForm(data=_values(visit_id)).offered(current_user).stands_on(_values(visit_id))
    changed = attempt(
        form,
        lambda: planning.change_plan(current_user, visit_id, form.plan()),
        doubts=lambda: _doubts(form, visit),
        read=lambda: _values(visit_id),
    )
    if changed:
        flash(f"{_name_of(changed)}已保存，组员的手机下次联网时收到。", "success")
        return redirect(url_for("admin.visits"))
    return form_page(form, title="修改监督活动", back=url_for("admin.visits"), submit="保存", **_WORDS)


@admin.route("/visits/<string:visit_id>/cancel", methods=["GET", "POST"])
def cancel_visit(visit_id: str) -> Response | tuple[str, int]:
    """Cancels a planned visit, with the reason."""
    visit = queries.find(current_user, visit_id)
    form = ReasonForm()
    if attempt(form, lambda: planning.cancel_visit(current_user, visit_id, reason=form.reason.data)):
        flash(f"{_name_of(visit)}已取消，原因会显示给组员。", "success")
        return redirect(url_for("admin.visits"))
    lead = f"{china(visit.starts_at):%m月%d日 %H:%M}，{visit.agency_name}，{visit.place}。已经记录的内容都会保留。"
    return form_page(
        form,
        title="取消监督活动",
        lead=lead,
        back=url_for("admin.visits"),
        submit="取消这次活动",
        is_danger=True,
        **_WORDS,
    )


def _values(visit_id: str) -> dict[str, object]:
    return VisitForm.values_of(queries.find(current_user, visit_id))


def _doubts(form: VisitForm, visit: Visit | None = None) -> list[str]:
    """What is asked about a plan; nothing about what stands in the visit already."""
    today = china(now()).date()
    if visit is None:
        return doubts.doubts_about(form.plan(), today)
    known = doubts.doubts_about(doubts.plan_of(visit), today, but_id=visit.id)
    return [one for one in doubts.doubts_about(form.plan(), today, but_id=visit.id) if one not in known]


def _name_of(visit: Visit) -> str:
    """A visit as a message names it."""
    return f"{china(visit.starts_at):%m月%d日 %H:%M} {visit.agency_name}的活动"


def _visits_address(asked: dict[str, Any], number: int) -> str:
    return url_for("admin.visits", page=number, **{name: value for name, value in asked.items() if value})
