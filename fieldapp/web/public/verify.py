"""公开核验: whether a receipt stands, and whether a certificate is valid.

Open to everybody; of a record it says nothing about its content or about persons.
"""

from flask import render_template, request

from fieldapp.clock import china, now
from fieldapp.errors import Refused
from fieldapp.extensions import csrf
from fieldapp.filing import kinds
from fieldapp.people import queries, rules
from fieldapp.people.models import CERTIFICATE_KINDS
from fieldapp.web.public import pasted, public
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
    """Whether an 行政执法监督证 is valid today. Its holder shows the QR to whoever asks."""
    found = queries.certificate_by_code(code) if len(code) <= 100 else None
    if found is None:
        return render_template("public/certificate.html", certificate=None, at=now()), 404
    state = rules.certificate_state(
        found.state, issued_on=found.issued_on, valid_until=found.valid_until, today=china(now()).date()
    )
    return render_template(
        "public/certificate.html", certificate=found, words=rules.CERTIFICATE_WORDS[state],
        kind=CERTIFICATE_KINDS[found.kind],
        is_valid=rules.counts_as_valid(state), at=now(),
    )  # fmt: skip
