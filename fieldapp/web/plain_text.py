"""Characters that no database can hold: refused at the border of the pages, so that they are never an error inside."""

from collections.abc import Iterable

from flask import Flask, request

from fieldapp.errors import FieldappError, NotFound

_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def register(app: Flask) -> None:
    """Refuses NUL and halves of surrogate pairs in addresses and forms of pages. The API judges its own bodies."""
    app.before_request(_refuse_what_nothing_holds)


def _refuse_what_nothing_holds() -> None:
    if request.path.startswith(("/api/", "/static/")):
        return
    if not _can_be_held([request.path]):
        raise NotFound
    if not _can_be_held(_sent_texts()):
        raise FieldappError("内容里有不能保存的字符（空字符或残缺字符），没有保存。请删去后再试。")


def _sent_texts() -> Iterable[str]:
    yield from (value for values in request.args.listvalues() for value in values)
    if request.mimetype in _FORM_TYPES:
        yield from (value for values in request.form.listvalues() for value in values)


def _can_be_held(texts: Iterable[str]) -> bool:
    return not any("\x00" in text or any("\ud800" <= character <= "\udfff" for character in text) for text in texts)
