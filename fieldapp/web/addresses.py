"""Addresses of this site: those that more than one door gives out, and where a person may be sent after signing in."""

from urllib.parse import urlsplit

from flask import current_app, request

MAXIMUM_CHARACTERS = 500


def local_path(text: str | None) -> str | None:
    """`text` when it is the path of a page of this site, else None.

    Refuses other sites however they are disguised: `//host`, `/\\host`, a scheme, control characters that
    browsers drop.
    Source: OWASP Unvalidated Redirects and Forwards; WHATWG URL (backslash is a slash in special schemes).
    """
    if not text or len(text) > MAXIMUM_CHARACTERS or not text.isprintable() or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_local = not parts.scheme and not parts.netloc and text.startswith("/") and not text.startswith("//")
    if not is_local or parts.path.startswith(("/sign-in", "/account/sign-out", "/api/")):
        return None
    return text.rstrip("?")


def rating_url(code: str) -> str:
    """The address in a QR: as short as it can be, and the public one when it is known."""
    root = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    return f"{root}/r/{code}"
