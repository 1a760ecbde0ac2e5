"""The address without a path: everybody is led to where they begin."""

from flask import redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldapp.web.navigation import home_of
from fieldapp.web.public import public


@public.get("/")
def home() -> Response:
    """To the phone app, a desk, or the sign-in page."""
    if not current_user.is_authenticated:
        return redirect(url_for("sign_in.form"))
    return redirect(home_of(current_user))
