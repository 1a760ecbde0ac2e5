"""Addresses that more than one door gives out."""

from flask import current_app, request


def rating_url(code: str) -> str:
    """The address in a QR: as short as it can be, and the public one when it is known."""
    root = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    return f"{root}/r/{code}"
