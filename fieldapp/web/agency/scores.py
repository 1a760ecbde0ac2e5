"""群众评价 as the rated agency reads it: totals in steps, released comments, nothing that leads to a person."""

from flask import current_app, render_template
from flask_login import current_user

from fieldapp.ratings import publishing, rules
from fieldapp.web.agency.door import agency


@agency.get("/scores")
def scores() -> str:
    """The totals of the liaison's own organisation."""
    minimum = current_app.config["SETTINGS"].rating_minimum
    published = publishing.published(current_user.organisation_id, minimum=minimum)
    return render_template(
        "agency/scores.html", published=published, organisation=current_user.organisation, rules=rules
    )
