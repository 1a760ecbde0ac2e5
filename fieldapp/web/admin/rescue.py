"""救援包: what a phone could not send, brought by hand."""

from flask import render_template, request
from flask_login import current_user

from fieldapp.errors import FieldappError
from fieldapp.keeping import rescue as importing
from fieldapp.keeping.rescue_package import Package
from fieldapp.web.admin import admin

LIMIT_BYTES = 1024 * 1024 * 1024


@admin.get("/rescue")
def rescue() -> str:
    """Where a package is chosen."""
    return render_template("admin/rescue.html")


@admin.post("/rescue")
def import_rescue() -> str | tuple[str, int]:
    """Takes a package in and says what became of each part."""
    request.max_content_length = LIMIT_BYTES
    file = request.files.get("file")
    if file is None or not file.filename:
        return render_template("admin/rescue.html", refusal="没有选择文件。"), 422
    try:
        report = importing.take_in(current_user, Package(file.stream))
    except FieldappError as error:
        return render_template("admin/rescue.html", refusal=error.title), error.status
    return render_template("admin/rescue.html", report=report)
