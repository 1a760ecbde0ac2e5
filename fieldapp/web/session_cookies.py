"""The session cookie, whose signature each process checks once: then the same bytes are known to be ours.

Nothing else is believed for that: the age of the cookie is looked at each time, and whether the sign-in in it still
counts is asked as ever (sessions.py).
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

from fieldapp.clock import now

MOST = 2000
_UNCHANGING = frozenset({str, int, bool, type(None)})


def register(app: Flask) -> None:
    """Makes `app` read its session cookies this way."""
    app.session_interface = _KnownCookies()


class _KnownCookies(SecureCookieSessionInterface):
    def __init__(self) -> None:
        self.known: OrderedDict[tuple[Any, str], tuple[int, dict[str, Any]]] = OrderedDict()
        self.lock = Lock()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask's own. Source: flask.sessions, itsdangerous.TimestampSigner for the age."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie or app.secret_key is None:
            return super().open_session(app, request)
        most_seconds = int(app.permanent_session_lifetime.total_seconds())
        signed_at, held = self.known.get((app.secret_key, cookie), (0, None))
        if held is not None and 0 <= int(now().timestamp()) - signed_at <= most_seconds:
            return self.session_class(held)
        return self._read(app, cookie, most_seconds)

    def _read(self, app: Flask, cookie: str, most_seconds: int) -> SecureCookieSession:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return self.session_class()
        try:
            held, signed_at = serializer.loads(cookie, max_age=most_seconds, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        # What could be changed inside would be changed for the next request, too.
        if all(type(value) in _UNCHANGING for value in held.values()):
            with self.lock:
                self.known[app.secret_key, cookie] = int(signed_at.timestamp()), dict(held)
                while len(self.known) > MOST:
                    self.known.popitem(last=False)
        return self.session_class(held)
