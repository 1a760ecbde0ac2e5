"""/w/TOKEN: an officer reads what was noted, and says something of it. No sign-in; works without a script.

The token stands for the CSRF token: nothing here acts in anybody's name.
"""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fieldapp.checklists import queries as checklists
from fieldapp.errors import Refused
from fieldapp.extensions import csrf
from fieldapp.officer_words import operations, queries
from fieldapp.officer_words.queries import Noted
from fieldapp.web.public import guesses, public

Page = str | tuple[str, int] | Response


@public.get("/w/<string:token>")
def officer_word(token: str) -> Page:
    """What was noted, and the form; the same 404 for whatever code does not serve."""
    guesses.check(_network())
    found = queries.noted(queries.by_token(token))
    return _form(found, token) if found else _ended()


@public.post("/w/<string:token>")
@csrf.exempt
def say_officer_word(token: str) -> Page:
    """Files the officer's word and leads to its receipt; the same words once more lead there again."""
    guesses.check(_network())
    code, words = queries.by_token(token), request.form.get("words", "")
    found = queries.noted(code)
    if code is not None and queries.words_said(code.word_id) == words.strip():
        return redirect(url_for("public.verify_receipt", subject_id=code.word_id), 303)
    if found is None:
        return _ended()
    try:
        name, number = request.form.get("name", ""), request.form.get("number", "")
        operations.say(found, words=words, name=name, number=number)
    except Refused as refusal:
        return _form(found, token, refusal), 422
    return redirect(url_for("public.verify_receipt", subject_id=found.code.word_id), 303)


def _network() -> str:
    return request.remote_addr or ""


def _ended() -> tuple[str, int]:
    guesses.note(_network())
    return render_template("public/officer_code_ended.html"), 404


def _form(found: Noted, token: str, refusal: Refused | None = None) -> str:
    content = checklists.content_of(found.observation.checklist_version_id)
    titles = {item.code: item.title for item in content.items}
    answers = found.body.get("answers") or {}
    noes = [
        (code, titles.get(code, ""), str(answer.get("note") or ""))
        for code, answer in sorted(answers.items())
        if answer.get("value") == "no"
    ]
    return render_template(
        "public/officer_word.html", visit=found.observation.visit, started_at=found.observation.started_at, noes=noes,
        token=token, refusal=refusal, typed=request.form,
    )  # fmt: skip
