"""/r/CODE: a citizen rates, gives an opinion, and later asks how far it has come. No sign-in, no session, no script.

The nonce of each page load stands for the CSRF token: nothing here acts in anybody's name.
"""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.clock import now
from fieldapp.errors import Conflict, FieldappError, NotFound, Refused, TooMany
from fieldapp.extensions import csrf
from fieldapp.ratings import choices, nonces, operations, queries, tags
from fieldapp.ratings.models import RatingCode
from fieldapp.ratings.nonces import PageLoad
from fieldapp.ratings.operations import CodeClosed, Sending
from fieldapp.web.public import rating_forms, rating_pages
from fieldapp.web.public.door import public

Page = str | tuple[str, int] | AnyResponse
STALE = FieldappError("页面停留太久或已失效，评价尚未提交。内容都在，请再点一次“提交”。")


@public.url_value_preprocessor
def _limit_body(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Runs before any form is read, also by whoever looks at all forms."""
    rating_forms.limit_body()


@public.get("/r/<string:code>")
def rating_form(code: str) -> Page:
    """The page that asks, or why this code asks no more."""
    found = queries.by_code(code)
    if found is None:
        return _closed("unknown", 404)
    fault = queries.fault_of(found, now())
    return _closed(fault, 410, found) if fault else _with_mark(_form(found))


@public.post("/r/<string:code>")
@csrf.exempt
def rate(code: str) -> Page:
    """Takes a rating, once for each page load, and leads to its status page."""
    found = queries.by_code(code)
    if found is None:
        return _closed("unknown", 404)
    page = nonces.read_token(request.form.get("page", ""), found.id)
    earlier = queries.by_nonce(page.nonce) if page else None
    if earlier is not None:
        return _to_status(earlier.receipt_code)
    return _take(found, page)


@public.get("/r/<string:code>/opinion")
def opinion_form(code: str) -> Page:
    """The page for opinions; only for posters of contact points."""
    found = _poster(code)
    fault = queries.fault_of(found, now())
    if fault:
        return _closed(fault, 410, found)
    return _with_mark(_opinion_form(found))


@public.post("/r/<string:code>/opinion")
@csrf.exempt
def give_opinion(code: str) -> Page:
    """Takes an opinion, once for each page load."""
    found = _poster(code)
    page = nonces.read_token(request.form.get("page", ""), found.id)
    earlier = queries.opinion_by_nonce(page.nonce) if page else None
    if earlier is not None:
        return _to_status(earlier.receipt_code)
    return _take_opinion(found, page)


@public.get("/r/status")
def rating_lookup() -> Page:
    """Asks for a 查询码 and leads on to what it opens."""
    typed = request.args.get("code", "")[:60]
    if not typed:
        return render_template("public/rating/lookup.html", typed="", fault="")
    found = queries.by_receipt(typed) or queries.opinion_by_receipt(typed)
    if found is not None:
        return _to_status(found.receipt_code)
    fault = "没有这个查询码，请核对后再查。"
    return render_template("public/rating/lookup.html", typed=typed, fault=fault), 404


@public.get("/r/status/<string:receipt_code>")
def rating_status(receipt_code: str) -> Page:
    """How far a rating or an opinion has come."""
    return _status(receipt_code)


@public.post("/r/status/<string:receipt_code>/addendum")
@csrf.exempt
def add_to_rating(receipt_code: str) -> Page:
    """Takes the one 追评."""
    words = rating_forms.wish().comment
    try:
        rating = operations.add_to(receipt_code, words)
    except (Refused, Conflict) as refusal:
        return _status(receipt_code, refusal, words), refusal.status
    return _to_status(rating.receipt_code)


@public.post("/r/status/<string:receipt_code>/contact-erasure")
@csrf.exempt
def erase_contact(receipt_code: str) -> Page:
    """Deletes the name and telephone that were left for a call."""
    return _to_status(operations.erase_contact(receipt_code).receipt_code)


@public.get("/r/thanks")
def thanks() -> str:
    """Where a filled trap leads to: it looks like success and counts nothing."""
    return render_template(
        "public/rating/closed.html", title="已收到，谢谢您", sentences=["您的评价已提交。"], facts=[]
    )


def _take(code: RatingCode, page: PageLoad | None) -> Page:
    if rating_forms.is_trapped():
        return redirect(url_for("public.thanks"), 303)
    fault = queries.fault_of(code, now())
    if fault:
        return _closed(fault, 410, code)
    if page is None or page.is_stale(now()):
        return _form(code, STALE), 422
    try:
        pictures, left_out = rating_forms.pictures()
        rating = operations.rate(
            code, Sending(page, rating_forms.sender()), rating_forms.wish(),
            reasons=choices.current(), pictures=pictures,
        )  # fmt: skip
    except CodeClosed as closed:
        return _closed(closed.fault, closed.status, closed.code)
    except (Refused, TooMany) as refusal:
        return _form(code, refusal), refusal.status
    return _to_status(rating.receipt_code, left_out=left_out)


def _take_opinion(code: RatingCode, page: PageLoad | None) -> Page:
    if rating_forms.is_trapped():
        return redirect(url_for("public.thanks"), 303)
    if page is None or page.is_stale(now()):
        return _opinion_form(code, STALE), 422
    wish = rating_forms.wish()
    try:
        opinion = operations.give_opinion(
            code, Sending(page, rating_forms.sender()), words=wish.comment, name=wish.name, phone=wish.phone,
            may_call=wish.may_call,
        )  # fmt: skip
    except CodeClosed as closed:
        return _closed(closed.fault, closed.status, closed.code)
    except (Refused, TooMany) as refusal:
        return _opinion_form(code, refusal), refusal.status
    return _to_status(opinion.receipt_code)


def _form(code: RatingCode, refusal: FieldappError | None = None) -> str:
    """The rating page; after a refusal with everything that was filled in."""
    wish = rating_forms.wish() if refusal else rating_forms.EMPTY
    return render_template(
        "public/rating/form.html", page=rating_pages.form_page(code), wish=wish,
        title=refusal.title if refusal else "", faults=refusal.faults if refusal else (),
    )  # fmt: skip


def _opinion_form(code: RatingCode, refusal: FieldappError | None = None) -> str:
    wish = rating_forms.wish() if refusal else rating_forms.EMPTY
    return render_template(
        "public/rating/opinion.html", page=rating_pages.opinion_page(code), wish=wish,
        title=refusal.title if refusal else "", faults=refusal.faults if refusal else (),
    )  # fmt: skip


def _status(receipt_code: str, refusal: FieldappError | None = None, typed: str = "") -> str:
    rating, opinion = queries.by_receipt(receipt_code), queries.opinion_by_receipt(receipt_code)
    if rating is None and opinion is None:
        raise NotFound("没有这个查询码，请核对后再查。")
    page = rating_pages.status_page(rating) if rating else rating_pages.opinion_status(opinion)  # type: ignore[arg-type]
    left_out = request.args.get("left_out", 0, type=int)
    title = refusal.title if refusal else "有文件不是照片或打不开，没有保存；评价已收到。" if left_out else ""
    return render_template(
        "public/rating/status.html", page=page, title=title, faults=refusal.faults if refusal else (), typed=typed
    )


def _poster(code: str) -> RatingCode:
    found = queries.by_code(code)
    if found is None or found.contact_point_id is None:
        raise NotFound("这个评价码不收意见建议。")
    return found


def _closed(fault: str, status: int, code: RatingCode | None = None) -> tuple[str, int]:
    return render_template("public/rating/closed.html", **rating_pages.closed_page(fault, code)), status


def _to_status(receipt_code: str, *, left_out: int = 0) -> AnyResponse:
    address = url_for("public.rating_status", receipt_code=receipt_code, left_out=left_out or None)
    return redirect(address, 303)


def _with_mark(page: str) -> Response:
    """The page, with a random mark for a day when this browser carries none."""
    response = make_response(page)
    if rating_forms.DEVICE_COOKIE not in request.cookies:
        response.set_cookie(
            rating_forms.DEVICE_COOKIE, tags.new_device_mark(), max_age=rating_forms.DEVICE_SECONDS, path="/r/",
            httponly=True, samesite="Lax", secure=request.is_secure,
        )  # fmt: skip
    return response
