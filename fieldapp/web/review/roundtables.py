"""座谈: the list and one roundtable to read and print."""

from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user

from fieldapp.paging import page_from
from fieldapp.people import queries as people
from fieldapp.roundtables import listing, queries, reading, rules
from fieldapp.roundtables.listing import Asked
from fieldapp.visits import recusal
from fieldapp.web.review import forms, review

_FILTERS = ("q", "agency", "since", "until")


@review.get("/roundtables/")
def roundtables() -> str:
    """The roundtables in reach and one's own drafts, the newest first, filtered by what stands in the address."""
    asked = {name: request.args[name] for name in _FILTERS if request.args.get(name)}
    since, until = forms.days_from(request.args)
    wanted = Asked(asked.get("q", "")[:80], asked.get("agency", ""), since, until)
    return render_template(
        "review/roundtables.html",
        page=listing.listed(current_user, wanted, page=page_from(request.args)),
        asked=asked,
        agencies=people.agencies(),
        states=rules.STATES,
        address=partial(_page_address, asked),
    )


@review.get("/roundtables/<string:roundtable_id>")
def roundtable(roundtable_id: str) -> str:
    """One roundtable as a page to read."""
    found = queries.find(current_user, roundtable_id)
    shown = reading.read(current_user, found)
    visited = found.agency_id or (recusal.visited(found.visit) if found.visit else None)
    return render_template(
        "review/roundtable.html", reading=shown, row=found, states=rules.STATES, intact=shown.intact,
        is_own=recusal.is_own(found.author, visited),
    )  # fmt: skip


def _page_address(asked: dict[str, Any], number: int) -> str:
    return url_for("review.roundtables", page=number, **asked)
