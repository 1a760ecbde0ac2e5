"""/r/status: how far a rating or an opinion has come, the 追评, and taking the telephone back, with the 查询码."""

from flask import redirect, render_template, request, url_for

from fieldapp.errors import Conflict, NotFound, Refused
from fieldapp.extensions import csrf
from fieldapp.rating_codes import spelling
from fieldapp.ratings import drafts, operations, queries
from fieldapp.ratings.drafts import Unsent
from fieldapp.web.public import public, rating_forms, rating_pages
from fieldapp.web.public.rating import Page, to_status

UNKNOWN = "没有这个查询码，请核对后再查。"


@public.get("/r/status")
def rating_lookup() -> Page:
    """Asks for a 查询码 and leads on to what it opens."""
    typed = request.args.get("code", "")[: spelling.MOST_TYPED_CHARACTERS]
    if not typed:
        return render_template("public/rating/lookup.html", typed="", fault="")
    found = queries.by_receipt(typed) or queries.opinion_by_receipt(typed)
    if found is not None:
        return to_status(found.receipt_code)
    return render_template("public/rating/lookup.html", typed=typed, fault=UNKNOWN), 404


@public.get("/r/status/<string:receipt_code>")
def rating_status(receipt_code: str) -> Page:
    """How far a rating or an opinion has come."""
    rating, opinion = queries.by_receipt(receipt_code), queries.opinion_by_receipt(receipt_code)
    if rating is not None:
        page, ticket = rating_pages.status_page(rating), rating_forms.ticket()
        unsent = drafts.find(ticket, place=operations.addendum_mark(rating), sender=rating_forms.sender())
    elif opinion is not None:
        page, unsent = rating_pages.opinion_status(opinion), None
    else:
        raise NotFound(UNKNOWN)
    left_out = "有文件不是照片或打不开，没有保存；评价已收到。" if request.args.get("left_out", 0, type=int) else ""
    return render_template(
        "public/rating/status.html", page=page, title=unsent.title if unsent else left_out, unsent=unsent,
        faults=unsent.faults if unsent else (), typed=unsent.wish.comment if unsent else "",
    ), unsent.status if unsent else 200  # fmt: skip


@public.post("/r/status/<string:receipt_code>/addendum")
@csrf.exempt
def add_to_rating(receipt_code: str) -> Page:
    """Takes the one 追评."""
    wish = rating_forms.wish()
    try:
        rating = operations.add_to(receipt_code, wish.comment)
    except (Refused, Conflict) as refusal:
        found = queries.by_receipt(receipt_code)
        if found is None:
            raise NotFound(UNKNOWN) from refusal
        unsent, place = Unsent("", wish, refusal.title, refusal.faults, refusal.status), operations.addendum_mark(found)
        ticket = drafts.keep(unsent, place=place, page_mark=place, sender=rating_forms.sender())
        return redirect(url_for("public.rating_status", receipt_code=found.receipt_code, draft=ticket), 303)
    return to_status(rating.receipt_code)


@public.post("/r/status/<string:receipt_code>/contact-erasure")
@csrf.exempt
def erase_contact(receipt_code: str) -> Page:
    """Deletes the name and telephone that were left for a call."""
    return to_status(operations.erase_contact(receipt_code).receipt_code)
