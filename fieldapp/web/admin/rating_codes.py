"""群众码: posters and slips, found, issued, printed and revoked."""

from base64 import b64encode
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.clock import now
from fieldapp.folding import as_meant
from fieldapp.paging import page_from, page_of
from fieldapp.people import listing as registers
from fieldapp.people import queries as people
from fieldapp.qr import qr_svg
from fieldapp.rating_codes import operations, queries
from fieldapp.rating_codes.models import CODE_KINDS, RatingCode
from fieldapp.rating_codes.queries import CodeFilter
from fieldapp.ratings import inbox
from fieldapp.web.addresses import rating_url
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import ReasonForm, attempt, form_page
from fieldapp.web.admin.rating_code_forms import PosterForm, SlipForm

STATES = {
    "open": "可用", "stock": "未出示的一次码", "bound": "已出示待评价", "used": "已使用", "expired": "已过期",
    "revoked": "已作废",
}  # fmt: skip
STATE_KINDS = {"open": "valid", "bound": "submitted", "used": "receipted", "expired": "draft", "revoked": "danger"}
FILTER_NAMES = ("kind", "state", "agency", "locality", "point", "q")
_WORDS = {"nav": "rating-codes", "back_words": "群众码"}


@admin.get("/rating-codes")
def rating_codes() -> str:
    """The codes, filtered by what stands in the address."""
    asked = {name: request.args[name] for name in FILTER_NAMES if request.args.get(name)}
    return render_template(
        "admin/rating_codes.html",
        page=page_of(queries.codes(_filter(asked), now()), page_from(request.args)),
        asked=asked,
        address=partial(_address, asked),
        kinds=CODE_KINDS,
        states=STATES,
        agencies=people.agencies(),
        localities=people.localities(),
        points=registers.contact_points(),
        **_row_words(),
    )


@admin.route("/rating-codes/posters/new", methods=["GET", "POST"])
def new_poster() -> Response | tuple[str, int]:
    """A new poster; then the page that prints it."""
    form = PosterForm().offered()
    made = attempt(form, lambda: operations.issue_poster(current_user, **form.poster()))  # type: ignore[arg-type]
    if made:
        flash(f"长期码 {made.number} 已生成，可以打印张贴。", "success")
        return redirect(url_for("admin.rating_code", code_id=made.id))
    return form_page(form, title="新建长期码", back=url_for("admin.rating_codes"), submit="生成", **_WORDS)


@admin.post("/rating-codes/posters/contact-points")
def issue_contact_point_posters() -> Response:
    """A poster for each contact point that has none in use."""
    made = operations.issue_missing_posters(current_user)
    flash(f"已为 {len(made)} 个联系点生成长期码。" if made else "每个在用的联系点都已有长期码。", "success")
    return redirect(url_for("admin.rating_codes", kind="poster"))


@admin.route("/rating-codes/slips/new", methods=["GET", "POST"])
def new_slips() -> Response | tuple[str, int]:
    """Slips on paper; then the sheets to print."""
    form = SlipForm().offered()
    made = attempt(form, lambda: operations.issue_sheets(current_user, form.holders(), count_each=form.count.data))
    if made:
        return redirect(url_for("admin.slip_sheets", first=made[0].number, last=made[-1].number))
    return form_page(form, title="发纸质一次码", back=url_for("admin.rating_codes"), submit="生成并打印", **_WORDS)


@admin.get("/rating-codes/slips/sheets")
def slip_sheets() -> str:
    """The sheets of a range of numbers: eight slips on each A4 page, with lines to cut along."""
    slips = queries.printable_slips(request.args.get("first", ""), request.args.get("last", ""))
    return render_template("admin/slip_sheets.html", slips=slips, holders=_holders(slips), qr_of=_qr_of)


@admin.get("/rating-codes/<string:code_id>")
def rating_code(code_id: str) -> str:
    """One code: what it is for, its QR, its state, how often it was used."""
    return _code_page(code_id, ReasonForm(formdata=None))


@admin.get("/rating-codes/<string:code_id>/poster")
def poster(code_id: str) -> str:
    """The poster, to print on A4."""
    code = queries.find(code_id)
    return render_template("admin/poster.html", code=code, address=rating_url(code.code), qr_of=_qr_of)


@admin.post("/rating-codes/<string:code_id>/revocation")
def revoke_rating_code(code_id: str) -> Response | tuple[str, int]:
    """Ends a code for good, with the reason."""
    form = ReasonForm()
    revoked = attempt(form, lambda: operations.revoke(current_user, code_id, form.reason.data))
    if revoked is None:
        return _code_page(code_id, form), 422
    flash(f"{revoked.number} 已作废。已有的评价都还在。", "success")
    return redirect(url_for("admin.rating_code", code_id=code_id))


def _code_page(code_id: str, form: ReasonForm) -> str:
    code = queries.find(code_id)
    return render_template(
        "admin/rating_code.html",
        code=code,
        form=form,
        kinds=CODE_KINDS,
        address=rating_url(code.code),
        qr_of=_qr_of,
        ratings=inbox.ratings_with(code_id),
        names=people.names_of([one for one in (code.issued_to_id, code.issued_by_id, code.revoked_by_id) if one]),
        **_row_words(),
    )


def _row_words() -> dict[str, object]:
    return {"state_of": _state_of, "state_words": STATES, "state_kinds": STATE_KINDS, "target_of": _target_of}


def _state_of(code: RatingCode) -> str:
    fault = queries.fault_of(code, now())
    return fault or ("bound" if code.kind == "slip" and code.visit_id else "open")


def _target_of(code: RatingCode) -> str:
    """For whom a code is, in words."""
    if code.contact_point is not None:
        return f"联系点 {code.contact_point.name}"
    if code.agency is not None:
        return code.agency.name
    return code.locality.name if code.locality is not None else "还没有出示"


def _holders(slips: list[RatingCode]) -> dict[str, str]:
    return people.names_of({slip.issued_to_id for slip in slips if slip.issued_to_id})


def _qr_of(code: RatingCode) -> str:
    """The code's QR as an address that holds the picture itself, so that a page of many needs no further request."""
    return "data:image/svg+xml;base64," + b64encode(qr_svg(rating_url(code.code)).encode()).decode()


def _filter(asked: dict[str, str]) -> CodeFilter:
    return CodeFilter(
        kind="" if (kind := asked.get("kind", "poster")) == "all" else kind,
        state=asked.get("state", ""),
        words=as_meant(asked.get("q", ""))[:200],
        agency_id=asked.get("agency", ""),
        locality_id=asked.get("locality", ""),
        contact_point_id=asked.get("point", ""),
    )


def _address(asked: dict[str, Any], number: int) -> str:
    return url_for("admin.rating_codes", page=number, **asked)
