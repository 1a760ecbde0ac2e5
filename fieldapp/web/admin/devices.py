"""设备: which phone still holds what, and shutting a lost one out."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.clock import now
from fieldapp.filing import devices as operations
from fieldapp.filing import queries as phones
from fieldapp.people import operations as people
from fieldapp.people import queries
from fieldapp.web.admin import admin


@admin.get("/devices")
def devices() -> str:
    """Every phone, those that hold something for longest first."""
    at = now()
    rows = [(device, user, phones.is_late(device, at)) for device, user in phones.phones()]
    late = [row for row in rows if row[2]]
    only_late = request.args.get("late") == "1"
    return render_template("admin/devices.html", rows=late if only_late else rows, late=len(late), only_late=only_late)


@admin.post("/devices/<string:device_id>/revocation")
def revoke_device(device_id: str) -> Response:
    """Shuts a lost phone out and ends its sign-ins."""
    device = operations.revoke(current_user, device_id)
    people.end_all_sign_ins(current_user, device.user_id, device_id=device_id)
    name = queries.find_user(device.user_id).name
    which = f"{name} 的手机（设备 {device.id[-8:]}）"
    flash(f"{which}已停用，不能再上传；它的登录已结束。本人可换一台手机继续。", "success")
    return redirect(url_for("admin.devices"))
