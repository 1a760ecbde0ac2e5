"""单位: the tree of organisations, the 区镇 among them."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.checklists.labels import domain_label
from fieldapp.people import queries
from fieldapp.people import registers as operations
from fieldapp.people.models import ORGANISATION_KINDS, Organisation
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import attempt, form_page
from fieldapp.web.admin.register_forms import OrganisationForm

_WORDS = {"nav": "organisations", "back_words": "单位"}


@admin.get("/organisations")
def organisations() -> str:
    """Every organisation, by kind."""
    rows = queries.organisations(with_disabled=True, within=current_user.locality_id)
    names = {row.id: row.short_name for row in rows}
    by_kind = [(words, [row for row in rows if row.kind == kind]) for kind, words in ORGANISATION_KINDS.items()]
    return render_template("admin/organisations.html", by_kind=by_kind, names=names, labels_of=_labels_of)


@admin.route("/organisations/new", methods=["GET", "POST"])
def new_organisation() -> Response | tuple[str, int]:
    """A new organisation."""
    form = OrganisationForm().offered(current_user)
    made = attempt(form, lambda: operations.create_organisation(current_user, form.draft()))
    if made:
        flash(f"{made.name} 已加入名册。", "success")
        return redirect(url_for("admin.organisations"))
    return form_page(form, title="新建单位", back=url_for("admin.organisations"), submit="加入名册", **_WORDS)


@admin.route("/organisations/<string:organisation_id>/edit", methods=["GET", "POST"])
def edit_organisation(organisation_id: str) -> Response | tuple[str, int]:
    """Changes an organisation."""
    values = partial(_values, organisation_id)
    form = OrganisationForm(data=values()).offered(current_user).stands_on(values())
    if attempt(form, lambda: operations.change_organisation(current_user, organisation_id, form.draft()), read=values):
        flash(f"{form.name.data} 已保存。", "success")
        return redirect(url_for("admin.organisations"))
    return form_page(form, title="修改单位", back=url_for("admin.organisations"), submit="保存", **_WORDS)


@admin.post("/organisations/<string:organisation_id>/state")
def change_organisation_state(organisation_id: str) -> Response:
    """Takes an organisation out of the lists for new things, or puts it back."""
    is_disabled = request.form.get("disabled") == "yes"
    organisation = operations.set_organisation_disabled(current_user, organisation_id, is_disabled=is_disabled)
    flash(f"{organisation.name} 已{'停用' if is_disabled else '启用'}。已有记录不变。", "success")
    return redirect(url_for("admin.organisations"))


def _values(organisation_id: str) -> dict[str, object]:
    return OrganisationForm.values_of(queries.find_organisation(organisation_id))


def _labels_of(organisation: Organisation) -> list[str]:
    return [domain_label(domain) for domain in organisation.domain_ids]
