"""回避单位 of one person: which agencies, and why."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Self

from flask import flash, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from fieldapp.access import require
from fieldapp.people import declared_recusals, queries
from fieldapp.people.models import User
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import DeskForm, Ticks, attempt, form_page, named

_LEAD = "本人所属单位和它的上下级单位本来就要回避，不用登记。登记的单位连同它的下级，都不能派去、不能审核、看不到评价。"


class RecusalForm(DeskForm):
    """The agencies, ticked, and the reason."""

    HINTS = {
        "agency_ids": "例如工作过的单位、配偶或近亲属任职的单位。都不勾就是没有。",
        "reason": "勾了单位就要写，例如：配偶在该局任职。只有系统管理员看得到。",
    }
    OPTIONAL = frozenset({"agency_ids", "reason"})

    agency_ids = Ticks("回避单位")
    reason = StringField("事由", validators=[Length(max=declared_recusals.MOST_REASON_CHARACTERS)])

    def offered(self, user: User) -> Self:
        """The form with the agencies of the register, closed ones only where the person has them already."""
        held = user.recusals.split()
        rows = queries.organisations("agency", with_disabled=True)
        self.agency_ids.choices = named([row for row in rows if row.disabled_at is None or row.id in held])
        return self


@admin.route("/people/<string:user_id>/recusals", methods=["GET", "POST"])
def person_recusals(user_id: str) -> Response | tuple[str, int]:
    """Which agencies the person keeps away from."""
    require(current_user, "registers.edit")
    user, read = queries.find_user(user_id), partial(_values, user_id)
    form, back = RecusalForm(data=read()).offered(user).stands_on(read()), url_for("admin.person", user_id=user_id)
    chosen, reason = form.agency_ids.data or [], form.reason.data or ""
    if attempt(form, lambda: declared_recusals.declare(current_user, user_id, chosen, reason=reason), read=read):
        flash(f"{user.name} 的回避单位已保存，从现在起生效；以前的记录不变。", "success")
        return redirect(back)
    words = {"title": "回避单位", "nav": "people", "back": back, "back_words": user.name, "lead": _LEAD}
    return form_page(form, **words, submit="保存")


def _values(user_id: str) -> Mapping[str, Any]:
    user = queries.find_user(user_id)
    return {"agency_ids": user.recusals.split(), "reason": user.recusal_reason}
