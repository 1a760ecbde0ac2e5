"""What reviewers send: filters in the address, decisions in a form."""

import re
from datetime import date, datetime, timedelta

from werkzeug.datastructures import MultiDict

from fieldapp.clock import CHINA
from fieldapp.folding import as_meant
from fieldapp.reviews.inbox import Filters

_YEARS = range(1900, 2201)
_ITEM_FIELD = re.compile(r"item-([A-Z][0-9]{2,3})")


def filters_from(args: "MultiDict[str, str]") -> Filters:
    """The filters that an address asks for; what cannot be read asks for nothing."""
    since, until = days_from(args)
    return Filters(
        state=args.get("state", "submitted") if args.get("state") != "all" else "",
        locality_id=args.get("locality", ""),
        agency_id=args.get("agency", ""),
        domain=args.get("domain", ""),
        mode=args.get("mode", ""),
        since=since,
        until=until,
        has_no=args.get("no") == "1",
        has_critical=args.get("critical") == "1",
        is_contradicted=args.get("voices") == "1",
        text=as_meant(args.get("q", ""))[:80],
        no_item=as_meant(args.get("item", "")).strip().upper()[:20],
    )


def reversed_dates(args: "MultiDict[str, str]") -> str | None:
    """What to say of a period that ends before it begins; None for one that does not."""
    since, until = day_from(args.get("since", "")), day_from(args.get("until", ""))
    if since is None or until is None or since <= until:
        return None
    return f"日期前后颠倒：从 {since:%Y-%m-%d} 到 {until:%Y-%m-%d}，所以一条也没有。请对调后再筛选。"


def comments_from(form: "MultiDict[str, str]") -> dict[str, str]:
    """The comments by item code: fields named item-B01."""
    return {match[1]: text for name, text in form.items() if (match := _ITEM_FIELD.fullmatch(name))}


def revision_from(form: "MultiDict[str, str]") -> int:
    """The revision that the reviewer read; 0, which no record has, when the field is broken."""
    digits = form.get("revision", "")
    return int(digits) if digits.isdecimal() and len(digits) < 8 else 0


def shown_revision_from(args: "MultiDict[str, str]") -> int | None:
    """The revision that an address asks for; None, which means the newest, when it names none."""
    digits = args.get("revision", "")
    return int(digits) if digits.isdecimal() and len(digits) < 8 else None


def days_from(args: "MultiDict[str, str]") -> tuple[datetime | None, datetime | None]:
    """The period that `since` and `until` name, from the first moment to that after its last day; in either order."""
    first, last = day_from(args.get("since", "")), day_from(args.get("until", ""))
    if first and last and last < first:
        first, last = last, first
    return first, last + timedelta(days=1) if last else None


def day_from(text: str) -> datetime | None:
    """The beginning of the day that an address names, on a Chinese calendar; None when it cannot be read."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if day.year not in _YEARS:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)
