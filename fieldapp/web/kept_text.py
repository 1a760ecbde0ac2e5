"""What somebody wrote into a desk's form before their sign-in ended: kept for them, and given back on the same page."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import flash, g, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from fieldapp.people import kept_forms
from fieldapp.people.models import User
from fieldapp.web.addresses import local_path

PARAMETER = "kept"
# What is not a person's words, and what must never be kept.
_NEVER = re.compile(r"csrf_token|form_key|sure|old|new|again|.*passw.*|.*secret.*", re.IGNORECASE)
GIVEN_BACK = "登录到期前您写的内容都在下面，还没有提交。请核对后再按一次。"
NOTHING_TO_GIVE = "这里没有可以取回的内容：可能已经提交、已过 24 小时，或者属于另一个账号。"
OF_SOMEBODY_ELSE = (
    "登录到期前写的内容属于另一个账号，没有交给您，也没有提交。由那个账号在这台电脑上登录后，24 小时内可以取回。"
)


def keep(user_id: str, page: str) -> str | None:
    """Keeps the fields of this request for the user for whom its form was made; gives the path that brings them back.

    Files and passwords are never kept. None when the page is none of ours or there is too much to keep.
    """
    if local_path(page) is None:
        return None
    fields = [(name, text) for name, text in request.form.items(multi=True) if not _NEVER.fullmatch(name)]
    kept_id = kept_forms.keep(user_id, fields)
    return _with(page, kept_id) if kept_id else None


def give_back() -> None:
    """Lets the forms of this page be filled with what was kept for the person who is signed in."""
    fields = kept_forms.fields_of(current_user, request.args[PARAMETER])
    if fields is None:
        flash(NOTHING_TO_GIVE, "info")
        return
    g.kept_fields = MultiDict(fields)
    flash(GIVEN_BACK, "warning")


def kept() -> "MultiDict[str, str] | None":
    """What is given back on this page; none almost always."""
    return g.get("kept_fields")  # type: ignore[no-any-return]


def typed() -> "MultiDict[str, str]":
    """What stands in the forms of this page: what was sent and refused, or what is given back."""
    return request.form or kept() or MultiDict()


def words_kept() -> list[str]:
    """The texts that are given back, for a page on which their form stands no more. Chosen values are left out."""
    fields = kept() or MultiDict()
    return [text for _, text in fields.items(multi=True) if not text.isascii() or len(text.split()) > 1]


def forget_of(page: str) -> None:
    """What was given back on this page has been sent now."""
    kept_id = dict(parse_qsl(urlsplit(page).query)).get(PARAMETER)
    if kept_id:
        kept_forms.forget(current_user, kept_id)


def own_path(user: User, path: str | None) -> str | None:
    """`path`, or none, with a word about it, when it would bring back what somebody else wrote."""
    kept_id = dict(parse_qsl(urlsplit(path or "").query)).get(PARAMETER)
    if kept_id is None or kept_forms.fields_of(user, kept_id) is not None:
        return path
    flash(OF_SOMEBODY_ELSE, "warning")
    return None


def _with(page: str, kept_id: str) -> str:
    parts = urlsplit(page)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != PARAMETER]
    whole = f"{parts.path}?{urlencode([*query, (PARAMETER, kept_id)])}"
    return whole if local_path(whole) else f"{parts.path}?{PARAMETER}={kept_id}"
