"""执法人员名册: the list, one officer, the spreadsheet in and out."""

from functools import partial
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.clock import china, now
from fieldapp.officers import importing, listing, operations, queries, register_sheet
from fieldapp.paging import page_from
from fieldapp.people import queries as people
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import attempt, form_page
from fieldapp.web.admin.officer_forms import OfficerForm
from fieldapp.workbooks import XLSX

_WORDS = {"nav": "officers", "back_words": "执法人员"}
FILTER_NAMES = ("q", "organisation_id", "state")


@admin.get("/officers")
def officers() -> str:
    """The register, filtered by what stands in the address."""
    asked: dict[str, Any] = {name: request.args[name] for name in FILTER_NAMES if request.args.get(name)}
    today, within = china(now()).date(), current_user.locality_id
    page = listing.officers(
        today, text=asked.get("q", "")[:60], organisation_id=asked.get("organisation_id", ""),
        state=asked.get("state", ""), within=within, page=page_from(request.args),
    )  # fmt: skip
    agencies = people.organisations("agency", with_disabled=True, within=within)
    return render_template(
        "admin/officers.html", page=page, asked=asked, agencies=agencies, states=listing.STATES,
        state_on=lambda one: listing.state_on(one, today), address=lambda n: url_for("admin.officers", page=n, **asked),
    )  # fmt: skip


@admin.route("/officers/new", methods=["GET", "POST"])
def new_officer() -> AnyResponse | tuple[str, int]:
    """Enters an officer."""
    form = OfficerForm().offered(current_user)
    made = attempt(form, lambda: operations.add(current_user, form.draft()))
    if made:
        flash(f"{made.name}（{made.number}）已加入名册。", "success")
        return redirect(url_for("admin.officers"))
    return form_page(form, title="登记执法人员", back=url_for("admin.officers"), submit="加入名册", **_WORDS)


@admin.route("/officers/<string:officer_id>/edit", methods=["GET", "POST"])
def edit_officer(officer_id: str) -> AnyResponse | tuple[str, int]:
    """Changes an officer."""
    values = partial(_values, officer_id)
    form = OfficerForm(data=values()).offered(current_user).stands_on(values())
    changed = attempt(form, lambda: operations.change(current_user, officer_id, form.draft()), read=values)
    if changed:
        flash(f"{changed.name} 已保存，手机下次联网时收到。", "success")
        return redirect(url_for("admin.officers"))
    return form_page(form, title="修改执法人员", back=url_for("admin.officers"), submit="保存", **_WORDS)


@admin.post("/officers/<string:officer_id>/ending")
def end_officer(officer_id: str) -> AnyResponse:
    """Ends an officer's certificate from today on."""
    officer = operations.end(current_user, officer_id)
    flash(f"{officer.name}（{officer.number}）已注销，名册里仍可查到。", "success")
    return redirect(url_for("admin.officers"))


@admin.route("/officers/import", methods=["GET", "POST"])
def import_officers() -> AnyResponse | str | tuple[str, int]:
    """The register from a spreadsheet: every mistake in it, or what came of it."""
    file = request.files.get("file")
    if request.method == "GET" or file is None or not file.filename:
        status = 200 if request.method == "GET" else 422
        return render_template("admin/officers_import.html", mistakes=(), is_empty=status == 422), status
    content = file.stream.read(importing.FILE_LIMIT_BYTES + 1)
    done = importing.import_officers(current_user, content, name=file.filename)
    if done.mistakes:
        return render_template("admin/officers_import.html", mistakes=done.mistakes, is_empty=False), 422
    flash(f"已导入：新增 {done.added} 人，改动 {done.changed} 人，没有变化 {done.unchanged} 人。", "success")
    return redirect(url_for("admin.officers"))


@admin.get("/officers/import/template")
def officers_template() -> Response:
    """The empty spreadsheet to fill in."""
    return _file(register_sheet.template(), "officers-template.xlsx")


@admin.get("/officers/export")
def export_officers() -> Response:
    """The register as a spreadsheet that can be imported again."""
    return _file(register_sheet.exported(queries.every(within=current_user.locality_id)), "officers.xlsx")


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"}
    return Response(content, content_type=XLSX, headers=headers)


def _values(officer_id: str) -> dict[str, object]:
    return OfficerForm.values_of(queries.find(current_user, officer_id))
