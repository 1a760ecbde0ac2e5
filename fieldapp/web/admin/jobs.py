"""后台任务: what is done later, by whom, and trying again what was given up."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.audit import projections
from fieldapp.audit.projections import Standing
from fieldapp.clock import day_and_time, now
from fieldapp.jobs import operations, queries
from fieldapp.jobs.kinds import words_of
from fieldapp.keeping.standing_jobs import PROJECTIONS
from fieldapp.paging import page_of
from fieldapp.web.admin import admin

admin.add_app_template_global(queries.is_running, "is_worker_running")


@admin.get("/jobs/")
def jobs() -> str:
    """Every job, those that were given up first, and how far the projections are."""
    only_dead = request.args.get("dead") == "1"
    return render_template(
        "admin/jobs.html",
        page=page_of(queries.listed(only_dead=only_dead), request.args.get("page", 1, type=int)),
        only_dead=only_dead,
        behind=[(one.words, _how_far(projections.standing(one))) for one in PROJECTIONS],
        dead=queries.count_dead(),
        states=queries.STATES,
        state_of=queries.state_of,
        words_of=words_of,
        at=now(),
        address=partial(_page_address, only_dead),
    )


@admin.post("/jobs/<string:job_id>/retry")
def retry_job(job_id: str) -> Response:
    """Lets a job begin anew."""
    job = operations.try_again(current_user.id, job_id)
    flash(f"{words_of(job.kind)}：已排上，后台进程马上重做。", "success")
    return redirect(url_for("admin.jobs"))


def _how_far(standing: Standing) -> str:
    if standing.as_of:
        return f"还差 {standing.entries} 条，截至 {day_and_time(standing.as_of)}"
    return "正在按新的规则重算" if standing.is_renewing else "没有落后"


def _page_address(only_dead: bool, number: int) -> str:
    return url_for("admin.jobs", page=number, dead=1 if only_dead else None)
