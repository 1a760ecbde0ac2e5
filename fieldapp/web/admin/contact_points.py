"""基层联系点: enterprises, villages, communities."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.people import listing, queries
from fieldapp.people import registers as operations
from fieldapp.people.models import CONTACT_POINT_KINDS
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import attempt, form_page
from fieldapp.web.admin.register_forms import ContactPointForm

_WORDS = {"nav": "contact-points", "back_words": "联系点"}


@admin.get("/contact-points")
def contact_points() -> str:
    """The contact points, filtered by what stands in the address."""
    asked = {name: request.args.get(name, "") for name in ("locality_id", "kind")}
    rows = listing.contact_points(**asked, within=current_user.locality_id)
    return render_template(
        "admin/contact_points.html", rows=rows, asked=asked, kinds=CONTACT_POINT_KINDS, localities=queries.localities()
    )


@admin.route("/contact-points/new", methods=["GET", "POST"])
def new_contact_point() -> Response | tuple[str, int]:
    """A new contact point."""
    form = ContactPointForm().offered(current_user)
    made = attempt(form, lambda: operations.create_contact_point(current_user, form.draft()))
    if made:
        flash(f"{made.name} 已设为联系点。", "success")
        return redirect(url_for("admin.contact_points"))
    return form_page(form, title="新建联系点", back=url_for("admin.contact_points"), submit="设为联系点", **_WORDS)


@admin.route("/contact-points/<string:contact_point_id>/edit", methods=["GET", "POST"])
def edit_contact_point(contact_point_id: str) -> Response | tuple[str, int]:
    """Changes a contact point."""
    values = partial(_values, contact_point_id)
    form = ContactPointForm(data=values()).offered(current_user).stands_on(values())
    if attempt(
        form, lambda: operations.change_contact_point(current_user, contact_point_id, form.draft()), read=values
    ):
        flash(f"{form.name.data} 已保存。", "success")
        return redirect(url_for("admin.contact_points"))
    return form_page(form, title="修改联系点", back=url_for("admin.contact_points"), submit="保存", **_WORDS)


def _values(contact_point_id: str) -> dict[str, object]:
    return ContactPointForm.values_of(queries.find_contact_point(contact_point_id))


@admin.post("/contact-points/<string:contact_point_id>/ending")
def end_contact_point(contact_point_id: str) -> Response:
    """Ends a contact point."""
    point = operations.end_contact_point(current_user, contact_point_id)
    flash(f"{point.name} 已撤销联系点；从它来的意见都还在。", "success")
    return redirect(url_for("admin.contact_points"))
