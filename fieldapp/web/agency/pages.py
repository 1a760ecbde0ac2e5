"""What a liaison reads: their own organisation, and 群众评价 of it by closed months, and nobody to be traced."""

from flask import current_app, render_template
from flask_login import current_user

from fieldapp.ratings import disclosure, rules
from fieldapp.web.agency import agency


@agency.get("/")
def home() -> str:
    """The liaison's organisation, and what will come in here."""
    return render_template("agency/home.html", organisation=current_user.organisation)


@agency.get("/scores")
def scores() -> str:
    """群众评价 of the liaison's own organisation, as far as it is disclosed."""
    minimum = current_app.config["SETTINGS"].rating_minimum
    return render_template(
        "agency/scores.html", found=disclosure.disclosed(current_user.organisation_id), rules=rules,
        organisation=current_user.organisation, minimum=minimum,
        for_posters=minimum * disclosure.POSTERS_FOR_A_SLIP, details_from=minimum * disclosure.DETAILS_FROM,
    )  # fmt: skip
