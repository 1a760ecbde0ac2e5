"""Who is signed in: the cookie carries a random token, the database says whether it still counts."""

import logging
from functools import cache

from flask import Flask, Response, after_this_request, current_app, g, request, session
from flask_login import current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from fieldapp.clock import now
from fieldapp.errors import SignInNeeded
from fieldapp.extensions import begin_reads, db, login_manager
from fieldapp.filing import kinds
from fieldapp.people import operations, queries, sign_in_cache
from fieldapp.people.models import User
from fieldapp.people.rules import token_hash

log = logging.getLogger(__name__)

# Says to the page's scripts that this browser has a sign-in, and nothing else: a page that knows it need not ask.
MARK = "fieldapp-signed-in"


def register(app: Flask) -> None:
    """Connects Flask-Login: a token is asked for in the database on each request that needs to know, in one query."""
    login_manager.session_protection = None  # it ends sessions when the network changes, which phones do all day
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_refuse)
    app.after_request(_note_seen)


def start_session(token: str) -> None:
    """Signs this browser in with a token of `people.operations.sign_in`. What the session held before is dropped."""
    found = queries.user_of_token(token, at=now(), hours=current_app.config["SETTINGS"].session_hours)
    if found is None:
        raise SignInNeeded
    session.clear()
    session.permanent = True
    login_user(found[0])
    after_this_request(_mark)


def end_session() -> None:
    """Forgets who is signed in on this browser. The sign-in itself is ended by `people.operations.sign_out`."""
    logout_user()
    session.clear()
    after_this_request(_unmark)


def _mark(response: Response) -> Response:
    lasts_seconds = current_app.permanent_session_lifetime
    response.set_cookie(MARK, "1", max_age=lasts_seconds, secure=_is_secure(), httponly=False, samesite="Lax")
    return response


def _unmark(response: Response) -> Response:
    response.delete_cookie(MARK, secure=_is_secure(), samesite="Lax")
    return response


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def sign_in_of(user: User) -> str | None:
    """What a writer has to ask for again, in its own transaction, because this request's user was only remembered."""
    return token_hash(user.sign_in_token) if g.get("user_is_remembered") else None


def forget(user: User) -> None:
    """Asks the database for this sign-in at the next request, whatever it is."""
    sign_in_cache.forget(user.sign_in_token)


@cache
def _filings() -> frozenset[str]:
    """Where filing asks by itself whether the sign-in counts, in a query that it has to make anyway."""
    filing = (f"api.put_{kind.name}{form}" for kind in kinds.every() for form in ("", "_bundle"))
    return frozenset({*filing, "api.begin_evidence"})


def _load(token: str) -> User | None:
    asks_again = request.endpoint in _filings()
    if asks_again and (remembered := sign_in_cache.recall(token)):
        g.user_is_remembered = True
        return remembered
    begin_reads()
    at = now()
    found = queries.user_of_token(token, at=at, hours=current_app.config["SETTINGS"].session_hours)
    if found is None:
        return None
    user, last_seen_at = found
    if last_seen_at < at - operations.LAST_SEEN_STEP:
        g.seen_with = token
        session.modified = True  # the cookie lives as long as the sign-in: it is sent anew when that is prolonged
    if asks_again:
        sign_in_cache.remember(token, user)
    return user


def _refuse() -> None:
    raise SignInNeeded


def _note_seen(response: Response) -> Response:
    token = g.pop("seen_with", None)
    if token:
        if current_user.is_authenticated:  # not when this very request has signed out
            _mark(response)
        try:
            operations.note_seen(token, now())
        except SQLAlchemyError as error:  # the answer is already made and true; the next request writes it instead
            db.session.rollback()
            log.warning("last seen not written: %s", type(error).__name__)
    return response
