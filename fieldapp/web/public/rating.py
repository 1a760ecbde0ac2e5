"""/r/CODE: a citizen rates or gives an opinion. No sign-in, no session; everything works without a script.

The nonce of each page load stands for the CSRF token: nothing here acts in anybody's name. Every POST leads on to a
GET, also a refused one, so that Back and reload never ask the browser for what it does not have.
"""

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldapp.clock import now
from fieldapp.errors import FieldappError, NotFound, Refused, TooMany
from fieldapp.extensions import csrf
from fieldapp.rating_codes import queries as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.rating_codes.queries import CodeClosed
from fieldapp.ratings import choices, drafts, operations, opinions, page_loads, queries, sender_hashes
from fieldapp.ratings.drafts import Unsent
from fieldapp.ratings.models import Opinion
from fieldapp.ratings.page_loads import Sending
from fieldapp.ratings.photos import Picture
from fieldapp.ratings.rules import Wish
from fieldapp.ratings.taking import Taken
from fieldapp.web.public import public, rating_forms, rating_pages

Page = str | tuple[str, int] | AnyResponse
Act = Callable[[RatingCode, Sending, Wish, list[Picture]], Taken | Opinion]
STALE = "页面停留太久或已失效，尚未提交。内容都在，请再点一次“提交”。"
GONE = "先前选的照片已超过保留时间。请重新选择照片，或不带照片直接提交。"
BLANK = "这是新的一页。之前那一次如已提交，凭查询码查看；如还没有提交，请重新填写。"


@public.url_value_preprocessor
def _limit_body(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Runs before any form is read, also by whoever looks at all forms."""
    rating_forms.limit_body()


@public.get("/r/<string:code>")
def rating_form(code: str) -> Page:
    """The page that asks, as it was sent when something was missing; or why this code asks no more."""
    return _page(codes.by_code(code), "rating")


@public.post("/r/<string:code>")
@csrf.exempt
def rate(code: str) -> Page:
    """Takes a rating, once for what a page load says, and leads to its status page."""
    found = codes.by_code(code)
    return _take(found, "rating", _rate) if found else _page(None, "rating")


@public.get("/r/<string:code>/kept/<int:position>")
def kept_photo(code: str, position: int) -> Response:
    """One photo of what was sent and has still to be mended, to the phone that sent it; 404 to any other."""
    found = codes.by_code(code)
    kept = rating_forms.kept_picture(_place(found, "rating"), position) if found else None
    if kept is None:
        raise NotFound("没有这张照片，或已超过保留时间。")
    return Response(kept.content, content_type="image/jpeg")


@public.get("/r/<string:code>/opinion")
def opinion_form(code: str) -> Page:
    """The page for opinions; only for posters of contact points."""
    return _page(_poster(code), "opinion")


@public.post("/r/<string:code>/opinion")
@csrf.exempt
def give_opinion(code: str) -> Page:
    """Takes an opinion, once for what a page load says."""
    return _take(_poster(code), "opinion", _give_opinion)


def _rate(code: RatingCode, sending: Sending, wish: Wish, pictures: list[Picture]) -> Taken:
    return operations.take(code, sending, wish, reasons=choices.current(), pictures=pictures)


def _give_opinion(code: RatingCode, sending: Sending, wish: Wish, _pictures: list[Picture]) -> Opinion:
    return opinions.give(code, sending, wish)


def _take(code: RatingCode, kind: str, act: Act) -> AnyResponse:
    """Files what was sent, or keeps it and leads back to the page that says what is missing."""
    page, wish = page_loads.read_token(request.form.get("page", ""), code.id), rating_forms.wish()
    pictures = rating_forms.Pictures([])
    try:
        if page is None:
            raise Refused(STALE)
        sending = Sending(page, rating_forms.sender(), rating_forms.file_marks(), rating_forms.fills_hidden())
        earlier = queries.receipt_by_mark(sending.mark_of(wish))
        if earlier is not None:
            return to_status(earlier)
        fault = codes.fault_of(code, now())
        if fault:
            raise CodeClosed(fault, code)
        pictures = rating_forms.pictures(_place(code, kind))
        if page.is_stale(now()) or pictures.gone:
            raise Refused(GONE if pictures.gone else STALE)
        filed = act(code, sending, wish, pictures.made)
    except (CodeClosed, Refused, TooMany) as refusal:
        return _send_back(code, kind, refusal, page, pictures.made)
    return to_status(filed.receipt_code, left_out=pictures.left_out)


def _send_back(
    code: RatingCode, kind: str, refusal: FieldappError, page: page_loads.PageLoad | None, pictures: list[Picture]
) -> AnyResponse:
    """Keeps what was sent, under the same page load as long as that counts, and leads to the page that shows it."""
    token = request.form.get("page", "")
    if page is None or page.is_stale(now()):
        token = page_loads.new_token(code.id, now())
        page = page_loads.read_token(token, code.id)
    unsent = Unsent(token, rating_forms.wish(), refusal.title, refusal.faults, refusal.status)
    ticket = drafts.keep(
        unsent, place=_place(code, kind), page_mark=page.mark() if page else "", sender=rating_forms.sender(),
        pictures=pictures,
    )  # fmt: skip
    endpoint = {"rating": "public.rating_form", "opinion": "public.opinion_form"}[kind]
    return redirect(url_for(endpoint, code=code.code, draft=ticket), 303)


def _page(code: RatingCode | None, kind: str) -> Page:
    """The form of `kind`, empty or as it was sent; or why there is none."""
    if code is None:
        return render_template("public/rating/closed.html", **rating_pages.closed_page("unknown")), 404
    ticket = rating_forms.ticket()
    unsent = drafts.find(ticket, place=_place(code, kind), sender=rating_forms.sender())
    fault = codes.fault_of(code, now())
    if fault:
        page = rating_pages.closed_page(fault, code, unsent.wish.comment if unsent else "", is_sent=unsent is not None)
        return render_template("public/rating/closed.html", **page), CodeClosed.status
    made = {"rating": rating_pages.form_page, "opinion": rating_pages.opinion_page}[kind](
        code, unsent.token if unsent else ""
    )
    html = render_template(
        {"rating": "public/rating/form.html", "opinion": "public/rating/opinion.html"}[kind],
        page=made, unsent=unsent, wish=unsent.wish if unsent else rating_forms.EMPTY, ticket=ticket if unsent else "",
        title=unsent.title if unsent else "", faults=unsent.faults if unsent else (),
        note=BLANK if ticket and not unsent else "",
    )  # fmt: skip
    return _with_mark(html, unsent.status if unsent else 200)


def _place(code: RatingCode, kind: str) -> str:
    return f"{kind}:{code.id}"


def _poster(code: str) -> RatingCode:
    found = codes.by_code(code)
    if found is None or found.contact_point_id is None:
        raise NotFound("这个评价码不收意见建议。")
    return found


def to_status(receipt_code: str, *, left_out: int = 0) -> AnyResponse:
    """Leads to the status page of what was filed. `left_out`: files that could not be kept."""
    address = url_for("public.rating_status", receipt_code=receipt_code, left_out=left_out or None)
    return redirect(address, 303)


def _with_mark(page: str, status: int) -> Response:
    """The page, with a random mark for a day when this browser carries none."""
    response = make_response(page, status)
    if rating_forms.DEVICE_COOKIE not in request.cookies:
        response.set_cookie(
            rating_forms.DEVICE_COOKIE, sender_hashes.new_device_mark(), max_age=rating_forms.DEVICE_SECONDS,
            path="/r/", httponly=True, samesite="Lax", secure=request.is_secure,
        )  # fmt: skip
    return response
