"""Signing in by the API, and who is signed in."""

from typing import Any

from flask import request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from fieldapp.clock import now, rfc3339
from fieldapp.errors import Fault, Refused, SignInNeeded
from fieldapp.extensions import csrf
from fieldapp.filing.devices import refuse_revoked
from fieldapp.people import operations
from fieldapp.people.models import User
from fieldapp.web.api import api, request_json, wire
from fieldapp.web.sessions import end_session, start_session


@api.post("/login")
@csrf.exempt  # there is no session yet that a foreign page could borrow; the cookie is SameSite=Lax
def login() -> dict[str, Any]:
    """A session for a right pair of user name and password."""
    body = request_json.json_body()
    missing = [name for name in ("username", "password") if not isinstance(body.get(name), str)]
    if missing:
        raise Refused(faults=[Fault(f"/{name}", "请填写。") for name in missing])
    device_id = request_json.device_id()
    refuse_revoked(device_id)
    user, token = operations.sign_in(
        body["username"],
        body["password"],
        address=request.remote_addr or "",
        browser=request.user_agent.string,
        device_id=device_id,
    )
    start_session(token)
    return _session_of(user)


@api.get("/me")
def me() -> dict[str, Any]:
    """Who is signed in, and the token that unsafe calls carry."""
    if not current_user.is_authenticated:
        raise SignInNeeded
    return _session_of(current_user)


@api.post("/logout")
def logout() -> dict[str, Any]:
    """Ends this sign-in. What a phone has not sent stays on it."""
    if not current_user.is_authenticated:
        raise SignInNeeded
    operations.sign_out(current_user.sign_in_token)
    end_session()
    return {"server_time": rfc3339(now())}


def _session_of(user: User) -> dict[str, Any]:
    who = {"id": user.id, "username": user.username, "name": user.name, **wire.roles(user)}
    return {"user": who, "csrf_token": generate_csrf(), "server_time": rfc3339(now())}
