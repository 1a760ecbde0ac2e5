"""Texts that two reviewers may be wording at once: the second is told what stands there, and keeps the own words."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, request

from fieldapp import editing
from fieldapp.errors import Conflict
from fieldapp.people.models import User
from fieldapp.ratings import personal_data, queries

Done = TypeVar("Done")


def register(app: Flask) -> None:
    """Makes `seen_of(text)` known to Jinja: what a form carries to say which text it showed."""
    app.add_template_global(seen_of)


def seen_of(text: str | None) -> str:
    """The version of a text, as a form's hidden field."""
    return editing.version_of({"text": text or ""})


def unless_changed(read: Callable[[], str | None], deed: Callable[[], Done]) -> Done:
    """What `deed` gives. Raises Conflict, with nothing changed, when `read` gives another text than the page showed."""
    try:
        return editing.change(lambda: {"text": read() or ""}, request.form.get("seen", ""), deed)
    except editing.ChangedSince as changed:
        words = f"您打开以后，别人改过这里，现在是“{changed.now['text']}”。"
        raise Conflict(f"{words}您写的还在下面，没有保存；核对后再按一次，就以您写的为准。") from changed


def text_of_step(actor: User, rating_id: str, action: str) -> str | None:
    """The text that a step of a follow-up words anew; none for a step that only adds."""
    rating = queries.find(actor, rating_id)
    if action == "release":
        return rating.released_comment or personal_data.redaction_of(rating.comment)
    column = {"rectify": "rectification", "reply": "reply"}.get(action)
    return getattr(rating.follow_up, column) if column and rating.follow_up else None
