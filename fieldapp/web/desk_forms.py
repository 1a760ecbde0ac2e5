"""What every form of the desks carries, and what is made of it: the token against forgery, and a key of its rendering.

The key is signed and says for whom and on which page the form was made. So the same form sent twice (double click,
reload, Back) is done once, and what somebody wrote before their sign-in ended can be given back to them alone.
"""

import json
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, Flask, Response, current_app, flash, g, redirect, request, session, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.errors import Conflict
from fieldapp.extensions import end_reads
from fieldapp.people import desk_acts
from fieldapp.web import kept_text
from fieldapp.web.addresses import local_path

DESKS = frozenset({"admin", "agency", "review"})
KEY, TOKEN = "form_key", "csrf_token"
# Answers to a POST that are a page by themselves: who reloads one is led here instead of doing it again.
SHOWN_ONCE = {
    "admin.import_people": "admin.people",
    "review.show_contact": "review.rating",
    "review.show_opinion_contact": "review.opinion",
}
_AGAIN = "这一次提交先前已经收到，没有重复办理。"
_STILL_RUNNING = "同一次提交正在办理，还没有结果，没有重复办理。请稍后回到名单核对，再决定要不要重做。"
_WAIT_SECONDS, _LOOK_SECONDS = 12.0, 0.1


@dataclass(frozen=True)
class FormKey:
    """One rendering of a form. `page`: the path, with its query, of the page that it stands on."""

    user_id: str
    nonce: str
    page: str


def register(app: Flask) -> None:
    """Makes `form_proof()` and `typed()` known to every template."""
    app.add_template_global(form_proof)
    app.add_template_global(kept_text.words_kept)


def watch(blueprint: Blueprint) -> None:
    """Lets each form of a desk count once, and gives back what was kept. After the door's guard has let somebody in."""
    blueprint.before_request(_give_back)
    blueprint.before_request(_claim)
    blueprint.after_request(_settle)
    blueprint.teardown_request(_release)


def form_proof() -> Markup:
    """The hidden fields that every form of a desk begins with."""
    key = _serializer().dumps([getattr(current_user, "id", ""), secrets.token_urlsafe(9), _page()])
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(TOKEN, generate_csrf()) + field.format(KEY, key)


def key_of_request() -> FormKey | None:
    """The key that came with a form; none when it carries none of ours."""
    try:
        user_id, nonce, page = _serializer().loads(request.form.get(KEY, ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return FormKey(str(user_id), str(nonce), str(page))


def way_back() -> str | None:
    """Keeps what stands in a form of a desk that cannot be taken now; gives the path that brings it back.

    None when this is no form of a desk, or none of ours.
    """
    key = key_of_request() if request.method == "POST" and request.blueprint in DESKS else None
    return (kept_text.keep(key.user_id, key.page) or local_path(key.page)) if key else None


def _page() -> str:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    key = key_of_request()
    return key.page if key else ""


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="desk-form")


def _give_back() -> None:
    if request.method == "GET" and kept_text.PARAMETER in request.args:
        kept_text.give_back()


def _claim() -> AnyResponse | None:
    key = key_of_request() if request.method == "POST" else None
    if key is None:
        return None
    if key.user_id != current_user.id:
        raise Conflict("这一页是另一个账号打开的，没有办理。请在自己的页面上重做。")
    act_id, until = _act_id(), time.monotonic() + _WAIT_SECONDS
    while (earlier := desk_acts.claim(act_id, current_user)) is not None:
        if earlier.location is not None:
            return _as_before(earlier.location, desk_acts.words_of(earlier))
        if time.monotonic() > until:
            raise Conflict(_STILL_RUNNING)
        end_reads()
        time.sleep(_LOOK_SECONDS)
    g.desk_act = act_id
    return None


def _act_id() -> str:
    """Who sends what: the same key with other words is another act, as after Back and a correction."""
    fields = sorted((name, text) for name, text in request.form.items(multi=True) if name != TOKEN)
    files = sorted((name, file.filename, file.seek(0, 2), file.seek(0)) for name, file in request.files.items())
    spelled = json.dumps([current_user.id, request.path, fields, files], ensure_ascii=False)
    return sha256(spelled.encode("utf-8", "surrogatepass")).hexdigest()


def _as_before(location: str, words: desk_acts.Words) -> AnyResponse:
    waiting = {sentence for _, sentence in session.get("_flashes", [])}
    for kind, sentence in words:
        if sentence not in waiting:
            flash(sentence, kind)
    flash(_AGAIN, "info")
    return redirect(location)


def _settle(response: Response) -> Response:
    act_id = g.pop("desk_act", None)
    if act_id is None:
        return response
    location = _location(response)
    if location is None:
        desk_acts.release(act_id)
        return response
    desk_acts.settle(act_id, location=location, words=session.get("_flashes", []))
    kept_text.forget_of(_page())
    return response


def _location(response: Response) -> str | None:
    """Where a second sending is led; none when nothing was done."""
    if 300 <= response.status_code < 400:
        return response.location
    if response.status_code == 200 and request.endpoint in SHOWN_ONCE:
        arguments = request.view_args if SHOWN_ONCE[request.endpoint].startswith("review.") else {}
        return url_for(SHOWN_ONCE[request.endpoint], **(arguments or {}))
    return None


def _release(_error: BaseException | None) -> None:
    """A request that ended without an answer has done nothing."""
    act_id = g.pop("desk_act", None)
    if act_id is not None:
        desk_acts.release(act_id)
