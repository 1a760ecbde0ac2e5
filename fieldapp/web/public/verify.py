"""公开核验: whether a receipt stands, and whether a certificate is valid.

Open to everybody; of a record it says nothing about its content or about persons.
"""

from math import ceil

from flask import Response, render_template, request

from fieldapp.clock import now
from fieldapp.errors import NotFound, Refused
from fieldapp.extensions import csrf
from fieldapp.filing import kinds
from fieldapp.people import portraits, rules
from fieldapp.people.models import CERTIFICATE_KINDS
from fieldapp.web.public import pasted, public
from fieldapp.web.public.live_certificates import shown
from fieldapp.web.public.standing import standing_of


@public.get("/verify/")
def verify() -> str:
    """The two ways to check: scan, or paste a receipt."""
    return render_template("public/verify.html", text="", fault=None)


@public.get("/verify/receipt/<string:subject_id>")
def verify_receipt(subject_id: str) -> str:
    """How a filing stands now; `?revision=` for an older one. A receipt's QR leads here."""
    revision = request.args.get("revision", type=int)
    number = pasted.number_in(subject_id)
    return render_template("public/receipt.html", standing=standing_of(number, revision), at=now())


@public.post("/verify/receipt")
@csrf.exempt  # changes nothing and needs no session, so there is nothing that a foreign page could make a visitor do
def compare_receipt() -> str | tuple[str, int]:
    """Whether a pasted receipt is genuine, and whether the server still holds what it covers."""
    text = request.form.get("receipt", "")
    try:
        comparison = pasted.compare(pasted.read(text))
    except Refused as refusal:
        return render_template("public/verify.html", text=text[: pasted.MAXIMUM_CHARACTERS], fault=refusal), 422
    return render_template("public/compared.html", comparison=comparison, words_of=kinds.words_of, at=now())


@public.get("/verify/certificate/<string:code>")
def verify_certificate(code: str) -> str | tuple[str, int]:
    """Whether a certificate is valid today. Its holder shows the QR to whoever asks: printed, or live on a phone."""
    at, found = now(), shown(code)
    if found is None:
        return render_template("public/certificate.html", shown=None, at=at), 404
    return render_template(
        "public/certificate.html", shown=found, certificate=found.certificate, code=code,
        words=rules.CERTIFICATE_WORDS[found.state], kind=CERTIFICATE_KINDS[found.certificate.kind],
        has_portrait=portraits.has(found.certificate.id), at=at,
        seconds_left=max(1, ceil((found.until - at).total_seconds())) if found.until and found.has_live_code else None,
    )  # fmt: skip


@public.get("/verify/certificate/<string:code>/portrait")
def verify_portrait(code: str) -> Response:
    """The holder's portrait, behind a live code only. 404 otherwise, whatever is the matter."""
    found = shown(code)
    if found is None or not found.has_live_code:
        raise NotFound
    return Response(portraits.of(found.certificate.id), content_type="image/jpeg")
