"""数据接口: JSON under /api/v1, as in docs/sync.md. `signed_in()` is its guard: /login is open, and so are receipts,
everything else needs a session.
"""

from typing import cast

from flask_login import current_user

from fieldapp.access import EVERYONE, door, require
from fieldapp.errors import SignInNeeded
from fieldapp.people.models import User

api = door("api", __name__, admits=EVERYONE, url_prefix="/api/v1")

OPEN_ENDPOINTS = {"api.login", "api.me", "api.openapi", "api.receipt"}


@api.before_request
def _refuse_strangers() -> None:
    from flask import request

    if request.endpoint not in OPEN_ENDPOINTS and not current_user.is_authenticated:
        raise SignInNeeded


def signed_in() -> User:
    """Who calls. Raises SignInNeeded for a stranger."""
    if not current_user.is_authenticated:
        raise SignInNeeded
    return cast(User, current_user)


def supervisor() -> User:
    """Who calls, if they go along on visits: supervisors, leads, the invited. Raises NotAllowed for others."""
    user = signed_in()
    require(user, "field.file", "只有监督员和组长可以填报监督记录。")
    return user
