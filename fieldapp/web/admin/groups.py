"""监督工作组: who leads, who comes along."""

from collections.abc import Sequence
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.people import groups as operations
from fieldapp.people import listing, queries
from fieldapp.people.models import MEMBER_ORIGINS, WorkingGroup
from fieldapp.visits import ending, recusal
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import attempt, form_page
from fieldapp.web.admin.group_ending_form import GroupEndingForm
from fieldapp.web.admin.register_forms import GroupForm

_WORDS = {"nav": "groups", "back_words": "工作组"}


def _own_groups() -> Sequence[WorkingGroup]:
    return listing.working_groups(with_ended=True, within=current_user.locality_id)


@admin.get("/groups")
def groups() -> str:
    """Every group with its members and where they come from."""
    rows = [(group, listing.members_of(group)) for group in _own_groups()]
    localities = {row.id: row.name for row in queries.localities()}
    return render_template("admin/groups.html", rows=rows, localities=localities, origins=MEMBER_ORIGINS)


@admin.route("/groups/new", methods=["GET", "POST"])
def new_group() -> Response | tuple[str, int]:
    """A new group."""
    form = GroupForm().offered(current_user)
    made = attempt(form, lambda: operations.create_group(current_user, form.plan()))
    if made:
        flash(f"{made.name} 已建立。", "success")
        return redirect(url_for("admin.groups"))
    return form_page(form, title="新建工作组", back=url_for("admin.groups"), submit="建立工作组", **_WORDS)


@admin.route("/groups/<string:group_id>/edit", methods=["GET", "POST"])
def edit_group(group_id: str) -> Response | tuple[str, int]:
    """Another lead, other members, another 区镇."""
    values = partial(_values, group_id)
    form = GroupForm(data=values()).offered(current_user).stands_on(values())
    if attempt(form, lambda: recusal.change_group(current_user, group_id, form.plan()), read=values):
        flash(f"{form.name.data} 已保存。", "success")
        return redirect(url_for("admin.groups"))
    return form_page(form, title="修改工作组", back=url_for("admin.groups"), submit="保存", **_WORDS)


@admin.route("/groups/<string:group_id>/ending", methods=["GET", "POST"])
def end_group(group_id: str) -> Response | tuple[str, int]:
    """Closes a group for good, after saying what that does, with the reason."""
    group, planned = queries.find_group(group_id), ending.still_planned(group_id)
    form = GroupEndingForm().about(planned)
    ended = attempt(form, lambda: ending.end_group(current_user, group_id, **form.wanted()))
    if ended:
        flash(f"{group.name} 已结束，取消了 {ended[1]} 次活动；已有记录不变。", "success")
        return redirect(url_for("admin.groups"))
    status = 422 if request.method == "POST" else 200
    return render_template("admin/group_ending.html", form=form, group=group, planned=planned), status


def _values(group_id: str) -> dict[str, object]:
    return GroupForm.values_of(queries.find_group(group_id))
