"""What a liaison reads: their own organisation, and 群众评价 of it in steps, with nothing that leads to a person."""

from flask import current_app, render_template
from flask_login import current_user

from fieldapp.ratings import publishing, rules
from fieldapp.web.agency import agency


@agency.get("/")
def home() -> str:
    """The liaison's organisation, and what will come in here."""
    return render_template("agency/home.html", organisation=current_user.organisation)


@agency.get("/scores")
def scores() -> str:
    """The totals of the liaison's own organisation."""
    minimum = current_app.config["SETTINGS"].rating_minimum
    published = publishing.published(current_user.organisation_id, minimum=minimum)
    return render_template(
        "agency/scores.html", published=published, organisation=current_user.organisation, rules=rules
    )
