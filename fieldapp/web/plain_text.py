"""Characters that no database can hold: refused at the border of the pages, so that they are never an error inside."""

from collections.abc import Iterable

from flask import Flask, request
from werkzeug.datastructures import MultiDict

from fieldapp.errors import FieldappError, NotFound, WrongType

_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def register(app: Flask) -> None:
    """Refuses NUL and halves of surrogate pairs in addresses and forms, and JSON where a page expects a form.

    The API judges its own bodies.
    """
    app.before_request(_refuse_what_nothing_holds)


def _refuse_what_nothing_holds() -> None:
    if request.path.startswith("/static/"):
        return
    is_page = not request.path.startswith("/api/")
    if is_page and not _can_be_held([request.path]):
        raise NotFound
    if is_page and request.is_json and request.method not in ("GET", "HEAD", "OPTIONS"):
        raise WrongType("这个地址只接受网页表单，没有保存。请从页面上填写。")
    if not _can_be_held(_sent_texts()):
        raise FieldappError("内容里有不能保存的字符（空字符或残缺字符），没有保存。请删去后再试。")


def _sent_texts() -> Iterable[str]:
    yield from _texts_of(request.args)
    if request.mimetype in _FORM_TYPES and not request.path.startswith("/api/"):
        yield from _texts_of(request.form)
        yield from (file.filename or "" for _, file in request.files.items(multi=True))


def _texts_of(sent: "MultiDict[str, str]") -> Iterable[str]:
    for name, values in sent.lists():
        yield name
        yield from values


def _can_be_held(texts: Iterable[str]) -> bool:
    return not any("\x00" in text or any("\ud800" <= character <= "\udfff" for character in text) for text in texts)
