"""The form of a roundtable: from what was typed to the body that is filed, and back. Rows are fields of one name."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from werkzeug.datastructures import MultiDict

from fieldapp.clock import CHINA, china, parse_rfc3339
from fieldapp.errors import Fault
from fieldapp.roundtables.rules import ORIGINS

Form = MultiDict[str, str]
Row = dict[str, str]
# Each section of rows: (field, name in the body), and how many empty rows a page offers.
SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "present": (("present-origin", "origin"), ("present-count", "count"), ("present-unit", "unit")),
    "people": (("person-name", "name"), ("person-unit", "unit"), ("person-origin", "origin")),
    "points": (("point-origin", "origin"), ("point-text", "text")),
    "consensus": (("consensus", "text"),),
    "actions": (("action-what", "what"), ("action-agency", "agency"), ("action-who", "who"), ("action-due", "due")),
}
_OFFERED = {"present": 0, "people": 2, "points": 4, "consensus": 2, "actions": 2}
_MORE = {"present": 1, "people": 3, "points": 4, "consensus": 2, "actions": 2}
_ALONE = frozenset({"origin"})  # what says nothing by itself: a row that holds only this is empty
_LINES = ("topic", "place", "chair")
_LINKS = ("visit", "agency", "locality")
WORDS = {
    "topic": "主题", "started_at": "时间", "place": "地点", "chair": "主持人", "visit": "监督活动",
    "agency": "行政执法机关", "locality": "区镇", "present": "到场人数", "people": "到场人姓名", "points": "发言要点",
    "consensus": "共识", "actions": "待办", "photos": "照片", "consent": "告知",
}  # fmt: skip


def content_of(form: Form, salt: str) -> tuple[dict[str, Any], list[Fault]]:
    """What was typed as the body has it, and what of it cannot be read, by JSON pointer."""
    started_at, faults = _started_at(form)
    present, uncounted = _present(form)
    people = [_without_blanks(row) for row in filled(form, "people")]
    named = [row for row in people if row.get("name")]
    if len(named) < len(people):
        uncounted.append(Fault("/people", "有一行只有单位，没有姓名：请填姓名，或把单位写到人数那一行"))
    return {
        **{name: form.get(name, "").strip() for name in _LINES},
        **{name: form.get(name) or None for name in _LINKS},
        "started_at": started_at,
        "present": present,
        "people": {"salt": salt, "named": named} if named else None,
        "points": [{"origin": row["origin"], "text": row["text"].strip()} for row in filled(form, "points")],
        "consensus": [row["text"].strip() for row in filled(form, "consensus")],
        "actions": [
            {"what": row["what"].strip(), "agency": row["agency"] or None, "who": row["who"].strip(),
             "due": row["due"].strip() or None}
            for row in filled(form, "actions")
        ],
        "photos": list(dict.fromkeys(form.getlist("photos"))),
        "consent": {"version": form["consent"], "given": True} if form.get("consent") else None,
    }, [*faults, *uncounted]  # fmt: skip


def typed_of(body: Mapping[str, Any], person: Mapping[str, Any] | None) -> Form:
    """What a form shows of a body that is stored; `person`: the names in clear, none when there are none."""
    started = china(parse_rfc3339(body["started_at"]))
    form: Form = MultiDict({name: body.get(name) or "" for name in (*_LINES, *_LINKS)})
    form["started_at"] = body["started_at"]
    form["day"], form["time"] = started.strftime("%Y-%m-%d"), started.strftime("%H:%M")
    consensus = [{"text": text} for text in body.get("consensus") or []]
    stored = {**body, "consensus": consensus, "people": (person or {}).get("named") or []}
    for section, columns in SECTIONS.items():
        for row in stored.get(section) or []:
            for field, name in columns:
                form.add(field, str(row.get(name) if row.get(name) is not None else ""))
    form.setlist("photos", list(body.get("photos") or []))
    consent = body.get("consent") or {}
    if consent.get("given") is True:
        form["consent"] = consent["version"]
    return form


def blank(moment: datetime, locality_id: str | None) -> Form:
    """The form of a roundtable that begins now, with a row for each 界别."""
    local = china(moment)
    form: Form = MultiDict({"day": local.strftime("%Y-%m-%d"), "time": local.strftime("%H:00")})
    form["locality"] = locality_id or ""
    for origin in ORIGINS:
        form.add("present-origin", origin)
    return form


def rows_of(form: Form, section: str, *, add: str = "") -> list[Row]:
    """The rows of a section as they stand, and the empty ones that are offered after them; `add`: more in this one."""
    rows = _rows(form, section)
    more = _MORE[section] if add == section else max(0, _OFFERED[section] - len(rows))
    return rows + [dict.fromkeys((name for _, name in SECTIONS[section]), "") for _ in range(more)]


def filled(form: Form, section: str) -> list[Row]:
    """The rows of a section in which something was written."""
    return [
        row for row in _rows(form, section) if any(text.strip() for name, text in row.items() if name not in _ALONE)
    ]


def differences(present: Form, typed: Form) -> list[tuple[str, str, str]]:
    """(what, as it is stored, as it was typed) for every part of the form that differs, in words."""
    stored, wanted = _in_words(present), _in_words(typed)
    return [(WORDS[name], stored[name] or "（空）", wanted[name] or "（空）")
            for name in stored if stored[name] != wanted[name]]  # fmt: skip


def _rows(form: Form, section: str) -> list[Row]:
    columns = [(name, form.getlist(field)) for field, name in SECTIONS[section]]
    longest = max(len(texts) for _, texts in columns)
    return [{name: texts[at] if at < len(texts) else "" for name, texts in columns} for at in range(longest)]


def _present(form: Form) -> tuple[list[dict[str, Any]], list[Fault]]:
    present: list[dict[str, Any]] = []
    for row in filled(form, "present"):
        digits = row["count"].strip() or "0"
        if not (digits.isdecimal() and len(digits) < 6):
            return [], [Fault("/present", f"人数应为数字：“{row['count']}”读不出")]
        present.append({"origin": row["origin"] or "other", "count": int(digits), "unit": row["unit"].strip()})
    return present, []


def _started_at(form: Form) -> tuple[str, list[Fault]]:
    try:
        day, clock = date.fromisoformat(form.get("day", "")), time.fromisoformat(form.get("time", ""))
    except ValueError:
        return "", [Fault("/started_at", "请填写日期（如 2026-11-23）和时间（如 14:30）")]
    minute = datetime.combine(day, clock.replace(second=0, microsecond=0, tzinfo=CHINA))
    before = form.get("started_at", "")  # as it was filed, to the second: an untouched field changes nothing
    return (before if _minute_of(before) == minute else minute.isoformat()), []


def _minute_of(text: str) -> datetime | None:
    try:
        return china(parse_rfc3339(text)).replace(second=0, microsecond=0)
    except (ValueError, OverflowError):
        return None


def _without_blanks(row: Row) -> Row:
    return {name: text.strip() for name, text in row.items()}


def _in_words(form: Form) -> dict[str, str]:
    words = {name: form.get(name, "").strip() for name in (*_LINES, *_LINKS)}
    words["started_at"] = f"{form.get('day', '')} {form.get('time', '')}"
    for section in SECTIONS:
        lines = (" ".join(text.strip() for text in row.values() if text) for row in filled(form, section))
        words[section] = "\n".join(lines)
    words["photos"] = f"{len(set(form.getlist('photos')))} 张"
    words["consent"] = "已告知" if form.get("consent") else ""
    return words
