"""Doors: each blueprint says whom it admits, and an application with an unguarded one does not start."""

from collections.abc import Iterable
from typing import Literal

from flask import Blueprint, Flask
from flask_login import current_user

from fieldapp.errors import NotAllowed, SignInNeeded

Role = Literal["supervisor", "lead", "admin", "liaison"]
ROLES: dict[str, str] = {"supervisor": "监督员", "lead": "组长", "admin": "管理员", "liaison": "行政执法机关联络员"}
EVERYONE: frozenset[str] = frozenset()  # no sign-in asked
ANYONE_SIGNED_IN: frozenset[str] = frozenset(ROLES)


def door(name: str, import_name: str, *, admits: Iterable[str], url_prefix: str | None = None) -> Blueprint:
    """A blueprint that answers only to the roles in `admits`; EVERYONE admits strangers too."""
    blueprint = Blueprint(name, import_name, url_prefix=url_prefix)
    guard(blueprint, admits)
    return blueprint


def guard(blueprint: Blueprint, admits: Iterable[str]) -> None:
    """Makes `blueprint` refuse who is not in `admits`: 401 for a stranger, 403 for the wrong role."""
    admitted = frozenset(admits)
    blueprint.admits = admitted  # type: ignore[attr-defined]
    if not admitted:
        return

    @blueprint.before_request
    def _refuse_others() -> None:
        if not current_user.is_authenticated:
            raise SignInNeeded
        if current_user.role not in admitted:
            raise NotAllowed


def refuse_unguarded(app: Flask) -> None:
    """Raises RuntimeError for a blueprint that was not made by `door`."""
    for blueprint in app.blueprints.values():
        if not hasattr(blueprint, "admits"):
            raise RuntimeError(f"blueprint {blueprint.name} has no guard: make it with access.door()")
