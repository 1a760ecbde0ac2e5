"""审计: what was done, by whom, and whether the chain still holds."""

from functools import partial

from flask import render_template, request, url_for

from fieldapp.audit import queries
from fieldapp.clock import now
from fieldapp.errors import NotFound
from fieldapp.extensions import end_reads
from fieldapp.folding import as_meant
from fieldapp.paging import page_of
from fieldapp.people import queries as people
from fieldapp.web.admin.audit_words import EVENT_GROUPS, detail_words, event_words
from fieldapp.web.admin.door import admin

FILTER_NAMES = ("event", "actor", "subject")


@admin.get("/audit")
def audit_log() -> str:
    """The entries, newest first."""
    return _audit_page()


@admin.post("/audit/verification")
def verify_audit() -> str:
    """Recomputes the whole chain, and says whether it holds."""
    end_reads()  # a cursor that walks a long table needs a transaction of its own
    count, broken = queries.verify_chain()
    return _audit_page(verdict={"count": count, "broken": broken, "at": now()})


def _audit_page(**more: object) -> str:
    asked = {name: as_meant(request.args[name])[:60] for name in FILTER_NAMES if request.args.get(name)}
    query = queries.newest(
        event=asked.get("event", ""), actor_id=_id_of(asked.get("actor", "")), subject_id=asked.get("subject", "")
    )
    page = page_of(query, request.args.get("page", 1, type=int))
    names = people.names_of({entry.actor_id for entry in page.rows if entry.actor_id})
    words = {"groups": EVENT_GROUPS, "event_words": event_words, "detail_words": detail_words}
    words |= {"details_of": queries.details_of, "short": _short}
    address = partial(_audit_address, asked)
    return render_template("admin/audit.html", page=page, asked=asked, names=names, address=address, **words, **more)


def _id_of(username: str) -> str:
    """The id of the user; one that nobody has, when there is no such user, so that the list is empty."""
    if not username:
        return ""
    try:
        return people.find_by_username(username).id
    except NotFound:
        return "nobody"


def _audit_address(asked: dict[str, str], number: int) -> str:
    return url_for("admin.audit_log", page=number, **asked)


def _short(value: object) -> str:
    """A detail as it fits into a table: ids and digests by their ends, several things by their number."""
    if isinstance(value, list) and len(value) > 3:
        return f"{len(value)} 项"
    words = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) < 32 else f"{words[:6]}…{words[-6:]}"
