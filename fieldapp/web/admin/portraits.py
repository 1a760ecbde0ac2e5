"""证件照片批量导入: a zip looked through, what it would change shown, then written."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.errors import Refused
from fieldapp.evidence import portrait_packages
from fieldapp.web.admin import admin

_PAGE = "admin/portraits_import.html"


@admin.get("/certificates/portraits")
def portraits_import() -> str:
    """Where the zip is chosen."""
    return render_template(_PAGE, look=None, fault="")


@admin.post("/certificates/portraits")
def look_through_portraits() -> str | tuple[str, int]:
    """What the zip would change; nothing is written yet."""
    request.max_content_length = portrait_packages.PACKAGE_LIMIT_BYTES + 1024 * 1024
    file = request.files.get("file")
    try:
        content = file.stream.read(portrait_packages.PACKAGE_LIMIT_BYTES + 1) if file and file.filename else b""
        if not content:
            raise Refused("没有选择压缩包。")
        look = portrait_packages.look_through(current_user, content)
    except Refused as refusal:
        return render_template(_PAGE, look=None, fault=refusal.title), 422
    return render_template(_PAGE, look=look, fault="", changes=portrait_packages.CHANGES)


@admin.post("/certificates/portraits/writing")
def write_portraits() -> Response:
    """Writes what was shown."""
    try:
        count = portrait_packages.write(current_user, request.form.get("ticket", ""))
        flash(f"{count} 本证件的照片已保存。", "success")
    except Refused as refusal:
        flash(refusal.title, "warning")
        return redirect(url_for("admin.portraits_import"))
    return redirect(url_for("admin.certificates"))
