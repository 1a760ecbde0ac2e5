"""How the parts of a record are written on the reviewer's pages."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_login import current_user

from fieldapp.checklists import articles, labels
from fieldapp.evidence.models import SOURCES
from fieldapp.evidence.queries import exif_time
from fieldapp.filing.erasures import GROUNDS
from fieldapp.interviews.models import RESPONDENT_KINDS
from fieldapp.interviews.rules import CONSENT_METHODS
from fieldapp.officers.rules import RESULTS
from fieldapp.people import queries as people
from fieldapp.people.scope import own_agencies
from fieldapp.promises import days_of
from fieldapp.web.review.forms import reversed_dates

FIELDS = {
    "summary": "总体情况",
    "officers_statement": "执法人员说明",
    "officers": "执法人员",
    "case_no": "案号",
    "timeline": "时间线",
    "circumstances": "适用情形",
    "location": "定位",
}
PARTY_KINDS = {
    "citizen": "个人",
    "enterprise": "企业",
    "individual_business": "个体工商户",
    "vessel": "船舶",
    **RESPONDENT_KINDS,
}
_NOTEWORTHY_SKEW_MS = 60_000


def register(app: Flask) -> None:
    """Makes the words known to Jinja."""
    every = (
        source_label,
        exif_time,
        place_words,
        clock_words,
        officer_words,
        officers_checked,
        party_words,
        named,
        recused_from,
        reversed_dates,
    )
    for words in every:
        app.add_template_global(words)
    app.jinja_env.globals["consent_methods"] = CONSENT_METHODS
    app.jinja_env.globals["officer_results"] = RESULTS
    app.jinja_env.globals["erasure_grounds"] = GROUNDS
    app.add_template_global(days_of, "days_promised")
    app.add_template_global(articles.resolve, "articles_cited")
    app.add_template_global(lambda law: articles.laws().get(law), "law_on_record")
    app.add_template_global(labels.mode_label)
    app.add_template_global(labels.domain_label)
    app.add_template_filter(labels.circumstance_label, "circumstance_words")
    app.add_template_filter(lambda name: FIELDS.get(name, name), "field_words")
    app.add_template_filter(after_ms)
    app.add_template_filter(list_with)


def source_label(source: str) -> str:
    """现场拍摄，相册选取，录音 or 手写签名."""
    return SOURCES.get(source, source)


def place_words(location: Mapping[str, Any] | None) -> str | None:
    """Coordinates with their accuracy; None when there is no fix."""
    if not location:
        return None
    words = f"{location['latitude']:.5f}, {location['longitude']:.5f}"
    return words + (f" ±{location['accuracy']:.0f} 米" if location.get("accuracy") is not None else "")


def clock_words(offset_ms: float | None) -> str | None:
    """How far the phone's clock was off, when that matters to a reader."""
    if offset_ms is None:
        return None
    if abs(offset_ms) < _NOTEWORTHY_SKEW_MS:
        return "与服务器一致（1 分钟内）"
    return f"比服务器{'慢' if offset_ms > 0 else '快'} {abs(offset_ms) / 60_000:.0f} 分钟"


def officer_words(officer: Mapping[str, Any]) -> str:
    """A name with the certificate number."""
    number = officer.get("certificate_no")
    return f"{officer['name']}（{number}）" if number else str(officer["name"])


def officers_checked(
    officers: Iterable[Mapping[str, Any]] | None, found: str
) -> list[tuple[Mapping[str, Any], str, str]]:
    """Each officer with what the register said when the record came in (a key of RESULTS, or ""), and in words what
    the phone had said. `found`: the record's `officers_found`, "" for a revision that it is not about.
    """
    rows, results = list(officers or []), json.loads(found) if found else []
    results += [""] * (len(rows) - len(results))
    return [
        (one, result, RESULTS.get(str(one.get("register")), "")) for one, result in zip(rows, results, strict=False)
    ]


def party_words(party: Mapping[str, Any]) -> str:
    """What kind of party, and the name when one was given."""
    kind = PARTY_KINDS.get(str(party.get("kind")), str(party.get("kind")))
    return " · ".join(part for part in (kind, party.get("name"), party.get("contact")) if part)


def named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """(id, name) of rows, for a list to choose from."""
    return [(row.id, row.name) for row in rows]


def recused_from() -> list[str]:
    """The names of the agencies that are the user's own: what concerns them is not shown on this desk."""
    own = own_agencies(current_user)
    if not own:
        return []
    return [agency.name for agency in people.organisations("agency", with_disabled=True) if agency.id in own]


def after_ms(moment: datetime, elapsed_ms: int) -> datetime:
    """The moment `elapsed_ms` milliseconds after `moment`."""
    return moment + timedelta(milliseconds=elapsed_ms)


def list_with(asked: Mapping[str, str], **changes: str) -> dict[str, str]:
    """What stands in the address, with some of it changed."""
    return {**asked, **changes}
