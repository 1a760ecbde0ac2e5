"""清单管理: look at versions, take them out as a workbook, bring a changed one back, see the differences, publish."""

from collections.abc import Sequence
from io import BytesIO

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.cells import shown
from fieldapp.checklists import content as contents
from fieldapp.checklists import operations, queries, shipped
from fieldapp.checklists.differences import compare
from fieldapp.checklists.meanings import FACTS, unasked
from fieldapp.checklists.rules import items_matching
from fieldapp.errors import Refused
from fieldapp.web.admin import admin
from fieldapp.workbooks import XLSX, Mistake


@admin.get("/checklists")
def checklists() -> str:
    """Every version, the current one first of all, and the form to bring one in."""
    rows = [(version, queries.state_of(version), contents.load(version.content)) for version in queries.all_versions()]
    newest = queries.current()
    current = next((row for row in rows if newest is not None and row[0].id == newest.id), None)
    is_approved = current is not None and queries.is_approved(current[0])
    return render_template(
        "admin/checklists/list.html", rows=rows, current=current, states=queries.STATES, is_approved=is_approved,
        shipped=shipped.LISTS)  # fmt: skip


@admin.post("/checklists/publish-default")
def publish_default_checklist() -> AnyResponse:
    """Publishes a checklist that comes with the program where there is none yet; otherwise proposes it."""
    version, is_new = operations.publish_default(current_user, request.form.get("list", shipped.FIELD))
    if is_new and version.published_at is None:
        return redirect(url_for("admin.checklist_differences", version_id=version.id))
    flash("清单已发布。" if is_new else "这份清单早已在这里，没有改动。", "success" if is_new else "info")
    return redirect(url_for("admin.checklist", version_id=version.id))


@admin.post("/checklists/import")
def import_checklist() -> AnyResponse | tuple[str, int]:
    """Takes a file: either every mistake in it, or a proposal and its differences."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _mistakes("没有选择文件。请选择改好的 .xlsx 文件后再上传。", ())
    from fieldapp.checklists.importing import FILE_LIMIT_BYTES, from_file  # late: see to_xlsx

    try:
        imported = from_file(file.filename, file.stream.read(FILE_LIMIT_BYTES + 1))
        if imported.content is None:
            return _mistakes(f"文件“{shown(file.filename)}”没有导入。请照下表逐处改好，再导入一次。", imported.mistakes)
        version = operations.propose(current_user, imported.content, says_no_meanings=imported.says_no_meanings)
    except Refused as refusal:
        return _mistakes(refusal.title, ())
    return redirect(url_for("admin.checklist_differences", version_id=version.id))


@admin.get("/checklists/<string:version_id>")
def checklist(version_id: str) -> str:
    """One version by category; with `mode` and `domain` in the URL only what such a visit asks."""
    version = queries.find(version_id)
    content = contents.load(version.content)
    mode, domain = request.args.get("mode", ""), request.args.get("domain", "")
    return render_template(
        "admin/checklists/view.html", version=version, content=content, state=queries.state_of(version),
        states=queries.STATES, shown=items_matching(content, mode, domain), mode=mode, domain=domain,
        is_approved=queries.is_approved(version), fact_words=FACTS, unasked=unasked(content))  # fmt: skip


@admin.get("/checklists/<string:version_id>/spreadsheet")
def checklist_spreadsheet(version_id: str) -> Response:
    """The version as an .xlsx to edit."""
    version = queries.find(version_id)
    # Late: a spreadsheet library takes a quarter of the time that a start may take, and few ever ask for it.
    from fieldapp.checklists.exporting import to_xlsx

    file = BytesIO(to_xlsx(contents.load(version.content)))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"清单-{version.id}.xlsx")


@admin.get("/checklists/<string:version_id>/differences")
def checklist_differences(version_id: str) -> str:
    """What a version would change, or has changed, against the current one."""
    version, newest = queries.find(version_id), queries.current()
    content = contents.load(version.content)
    found = compare(contents.load(newest.content), content) if newest is not None else None
    return render_template(
        "admin/checklists/differences.html",
        version=version,
        newest=newest,
        found=found,
        content=content,
        state=queries.state_of(version),
        states=queries.STATES,
        fact_words=FACTS,
        unasked=unasked(content),
    )


@admin.post("/checklists/<string:version_id>/publish")
def publish_checklist(version_id: str) -> AnyResponse:
    """Makes a proposal the current version."""
    version = operations.publish(current_user, version_id)
    flash(f"{version.id} 已发布。手机下次联网时取用；正在填写的记录仍用原来的版本。", "success")
    return redirect(url_for("admin.checklist", version_id=version.id))


@admin.post("/checklists/<string:version_id>/approve")
def approve_checklist(version_id: str) -> AnyResponse:
    """Writes down that the bureau has approved a version."""
    version = operations.approve(current_user, version_id)
    flash(f"{version.id} 已标为“已审定”，得分不再注明“拟定清单”。", "success")
    return redirect(url_for("admin.checklist", version_id=version.id))


@admin.post("/checklists/<string:version_id>/discard")
def discard_checklist(version_id: str) -> AnyResponse:
    """Gives up a proposal."""
    version = operations.discard(current_user, version_id)
    flash(f"拟定稿 {version.id} 已放弃，现行清单没有变化。", "success")
    return redirect(url_for("admin.checklists"))


@admin.post("/checklists/<string:version_id>/reinstate")
def reinstate_checklist(version_id: str) -> AnyResponse:
    """Proposes an earlier version once more."""
    version = operations.reinstate(current_user, version_id)
    return redirect(url_for("admin.checklist_differences", version_id=version.id))


def _mistakes(words: str, mistakes: Sequence[Mistake]) -> tuple[str, int]:
    """The page that says why a file was not taken, with the form to try again."""
    return render_template("admin/checklists/mistakes.html", words=words, mistakes=mistakes), 422
