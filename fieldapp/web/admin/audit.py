"""审计: what was done, by whom, and whether the chain still holds."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import render_template, request, url_for

from fieldapp.audit import queries
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import day_and_time, now, parse_rfc3339
from fieldapp.errors import NotFound
from fieldapp.extensions import end_reads
from fieldapp.folding import as_meant
from fieldapp.ids import is_uuid
from fieldapp.paging import page_of
from fieldapp.people import queries as people
from fieldapp.web.admin import admin
from fieldapp.web.admin.audit_words import EVENT_GROUPS, VALUE_WORDS, detail_words, event_words

FILTER_NAMES = ("event", "actor", "subject", "hours")
MOST_HOURS = 24 * 366
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


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
        event=asked.get("event", ""),
        actor_id=_id_of(asked.get("actor", "")),
        subject_id=asked.get("subject", ""),
        since=_hours_ago(asked.get("hours", "")),
    )
    page = page_of(query, request.args.get("page", 1, type=int))
    names = people.names_of({entry.actor_id for entry in page.rows if entry.actor_id})
    labels = people.labels_of(_ids_in(page.rows))
    words = {"groups": EVENT_GROUPS, "event_words": event_words, "detail_words": detail_words}
    words |= {"details_of": queries.details_of, "short": partial(_short, labels)}
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


def _hours_ago(hours: str) -> datetime | None:
    """The moment so many hours ago; none when that cannot be read."""
    if not hours.isdecimal() or len(hours) > 5 or not 0 < int(hours) <= MOST_HOURS:
        return None
    return now() - timedelta(hours=int(hours))


def _audit_address(asked: dict[str, Any], number: int) -> str:
    return url_for("admin.audit_log", page=number, **asked)


def _ids_in(rows: Sequence[AuditEntry]) -> set[str]:
    """What may be ids among the details: of people, organisations and groups, to be shown by their names."""
    values = [value for row in rows for value in queries.details_of(row).values()]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return {one for one in flat if is_uuid(one)}


def _short(labels: Mapping[str, str], value: object) -> str:
    """A detail as it fits into a table: by name, by the Chinese clock, a digest by its ends, many things by number."""
    if isinstance(value, list):
        return f"{len(value)} 项" if len(value) > 3 else "、".join(_short(labels, one) for one in value)
    if value is None:
        return "—"
    words = labels.get(str(value)) or _moment(str(value)) or VALUE_WORDS.get(str(value), str(value))
    return words if len(words) < 32 else f"{words[:6]}…{words[-6:]}"


def _moment(text: str) -> str | None:
    """A moment as the chain writes it, on the Chinese clock; none for what is no moment."""
    if not _MOMENT.fullmatch(text):
        return None
    return day_and_time(parse_rfc3339(text))
