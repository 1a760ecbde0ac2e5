"""What a liaison sees first: their own organisation."""

from flask import render_template
from flask_login import current_user

from fieldapp.web.agency.door import agency


@agency.get("/")
def home() -> str:
    """The liaison's organisation, and what will come in here."""
    return render_template("agency/home.html", organisation=current_user.organisation)
