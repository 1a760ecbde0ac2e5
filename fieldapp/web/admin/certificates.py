"""Certificates: the ledger, one certificate with its QR, issuing, suspending, revoking, extending one or many."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.clock import china, now
from fieldapp.errors import Refused
from fieldapp.evidence.remaking import FILE_LIMIT_BYTES, portrait_of
from fieldapp.folding import as_meant
from fieldapp.people import certificates as operations
from fieldapp.people import listing, portraits, queries
from fieldapp.people.models import CERTIFICATE_KINDS, CERTIFICATE_STATES, Certificate
from fieldapp.people.rules import CERTIFICATE_WORDS
from fieldapp.qr import qr_svg
from fieldapp.web.admin import admin
from fieldapp.web.admin.forms import attempt, form_page
from fieldapp.web.admin.register_forms import CertificateExtensionForm, CertificateForm, CertificateStateForm

_DOUBTS = ["注销后不能恢复，只能重新发证；公开核验页立即显示“注销”。确认注销？"]
IN_FORCE = {"in_force": "有效（含即将到期）"}


@admin.get("/certificates")
def certificates() -> str:
    """The ledger, each with its state today."""
    today, asked = china(now()).date(), {name: request.args.get(name, "").strip() for name in ("state", "kind")}
    asked["q"] = as_meant(request.args.get("q", ""))
    within = current_user.locality_id
    rows = listing.certificates(today, state=asked["state"], text=asked["q"][:60], kind=asked["kind"], within=within)
    counts = [
        (words, listing.count_by_state(today, kind=kind, within=within)) for kind, words in CERTIFICATE_KINDS.items()
    ]
    states = IN_FORCE | CERTIFICATE_WORDS
    return render_template(
        "admin/certificates.html", rows=rows, counts=counts, states=states, asked=asked, kinds=CERTIFICATE_KINDS,
        form=CertificateExtensionForm().offered([row for row, _ in rows]), is_all_ticked="all" in request.args,
    )  # fmt: skip


@admin.route("/certificates/new", methods=["GET", "POST"])
def new_certificate() -> AnyResponse | tuple[str, int]:
    """Issues a certificate."""
    form = CertificateForm().offered(current_user)
    made = attempt(form, lambda: operations.issue(current_user, form.draft()))
    if made:
        flash(f"{made.number} 已发证。", "success")
        return redirect(url_for("admin.certificate", certificate_id=made.id))
    back = url_for("admin.certificates")
    return form_page(form, title="发证", nav="certificates", back=back, back_words="监督证台账", submit="发证")


@admin.get("/certificates/<string:certificate_id>")
def certificate(certificate_id: str) -> str:
    """One certificate with its QR and what can be done with it."""
    return _certificate_page(certificate_id, CertificateStateForm().stands_on(_values(certificate_id)))


@admin.post("/certificates/<string:certificate_id>/state")
def change_certificate(certificate_id: str) -> AnyResponse | tuple[str, int]:
    """Suspends, revokes or restores a certificate."""
    form, state = CertificateStateForm().stands_on({}), request.form.get("state", "")
    reason = form.reason.data or ""
    found = attempt(
        form,
        lambda: operations.change_state(current_user, certificate_id, state=state, reason=reason),
        doubts=lambda: _DOUBTS if state == "revoked" else [],
        read=partial(_values, certificate_id),
    )
    if found:
        words = f"{found.number}（{found.holder_name}）已改为“{CERTIFICATE_STATES[found.state]}”"
        flash(f"{words}，公开核验页立即显示新状态。", "success")
        return redirect(url_for("admin.certificate", certificate_id=certificate_id))
    return _certificate_page(certificate_id, form), 422


@admin.post("/certificates/extension")
def extend_certificates() -> AnyResponse | tuple[str, int]:
    """Extends the certificates that were ticked in the ledger, once it was confirmed."""
    rows = [row for row, _ in listing.certificates(china(now()).date(), within=current_user.locality_id)]
    return _extension(rows, back=url_for("admin.certificates"))


@admin.route("/certificates/<string:certificate_id>/extension", methods=["GET", "POST"])
def extend_certificate(certificate_id: str) -> AnyResponse | tuple[str, int]:
    """Extends one certificate, once it was confirmed."""
    found = queries.find_certificate(certificate_id)
    return _extension([found], back=url_for("admin.certificate", certificate_id=found.id))


@admin.get("/certificates/<string:certificate_id>/qr.svg")
def certificate_qr(certificate_id: str) -> Response:
    """The QR that opens the public check page of this certificate."""
    return Response(qr_svg(_check_address(queries.find_certificate(certificate_id))), content_type="image/svg+xml")


@admin.get("/certificates/<string:certificate_id>/portrait")
def certificate_portrait(certificate_id: str) -> Response:
    """The portrait."""
    return Response(portraits.of(queries.find_certificate(certificate_id).id), content_type="image/jpeg")


@admin.post("/certificates/<string:certificate_id>/portrait")
def keep_portrait(certificate_id: str) -> AnyResponse:
    """Puts an uploaded photo, made anew, in the place of the portrait; says why one cannot be taken."""
    file = request.files.get("file")
    try:
        content = file.stream.read(FILE_LIMIT_BYTES + 1) if file and file.filename else b""
        if not content:
            raise Refused("没有选择照片。")
        portraits.keep(current_user, certificate_id, portrait_of(content))
        flash("照片已保存，扫描持证人手机上的码时显示。", "success")
    except Refused as refusal:
        flash(refusal.title, "warning")
    return redirect(url_for("admin.certificate", certificate_id=certificate_id))


@admin.post("/certificates/<string:certificate_id>/portrait/removal")
def remove_portrait(certificate_id: str) -> AnyResponse:
    """Takes the portrait away."""
    portraits.remove(current_user, certificate_id)
    flash("照片已删除。", "success")
    return redirect(url_for("admin.certificate", certificate_id=certificate_id))


def _extension(rows: Sequence[Certificate], *, back: str) -> AnyResponse | tuple[str, int]:
    form = CertificateExtensionForm(data={"certificate_ids": [row.id for row in rows]}).offered(rows)
    chosen, until, reason = form.certificate_ids.data or [], form.valid_until.data or date.min, form.reason.data or ""
    extended = attempt(
        form,
        lambda: operations.extend(current_user, chosen, valid_until=until, reason=reason),
        doubts=lambda: form.questions_about(rows),
    )
    if extended:
        flash(f"{len(extended)} 本证件的有效期已延至 {until}，公开核验页立即显示。", "success")
        return redirect(back)
    form.leave_the_chosen()
    status = 422 if request.method == "POST" else 200
    return render_template("admin/certificate_extension.html", form=form, back=back), status


def _values(certificate_id: str) -> dict[str, object]:
    return CertificateStateForm.values_of(queries.find_certificate(certificate_id))


def _certificate_page(certificate_id: str, form: CertificateStateForm) -> str:
    found = queries.find_certificate(certificate_id)
    return render_template(
        "admin/certificate.html",
        certificate=found,
        form=form,
        state=listing.state_on(found, china(now()).date()),
        words=CERTIFICATE_WORDS,
        kind=CERTIFICATE_KINDS[found.kind],
        address=_check_address(found),
        has_portrait=portraits.has(found.id),
    )


def _check_address(found: Certificate) -> str:
    root = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    return f"{root}/verify/certificate/{found.verify_code}"
