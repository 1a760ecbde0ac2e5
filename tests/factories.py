"""Rows and bodies for tests, with honest defaults: give only what the test is about.

Every make_… writes through a unit of work and returns the stored object; it needs an application context (`app`).
"""

import hashlib
import io
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from PIL import Image, ImageDraw

from fieldapp import clock, ids
from fieldapp.extensions import unit_of_work

PASSWORD = "Zhe-jian-shi-36!"
SMALL_CHECKLIST = ("A02", "B01", "B02", "B03", "C01")
_numbers = count(1)


def make_organisation(
    name: str | None = None,
    *,
    kind: str = "agency",
    locality: Any = None,
    parent: Any = None,
    domains: Sequence[str] = (),
) -> Any:
    """An organisation; an agency of the whole county when nothing else is said."""
    from fieldapp.people.models import Organisation

    name = name or f"云川市第{next(_numbers)}局"
    return _store(
        Organisation(
            id=ids.mint(),
            kind=kind,
            name=name,
            short_name=name[:40],
            domains=" ".join(domains),
            parent_id=parent and parent.id,
            locality_id=locality and locality.id,
        )
    )


def make_user(
    name: str = "某人",
    *,
    username: str | None = None,
    role: str = "supervisor",
    organisation: Any = None,
    origin: str | None = "justice_bureau",
    locality: Any = None,
    disabled: bool = False,
) -> Any:
    """A person with the password PASSWORD. `role`: one, or several between blanks."""
    from fieldapp.people.models import User

    organisation = organisation or make_organisation(kind="justice_bureau")
    now = clock.now()
    return _store(
        User(
            id=ids.mint(),
            username=username or f"user{next(_numbers)}",
            name=name,
            roles=frozenset(role.split()),
            origin=origin,
            organisation_id=organisation.id,
            locality_id=locality and locality.id,
            password_hash=_password_hash(),
            password_changed_at=now,
            created_at=now,
            disabled_at=now if disabled else None,
            disabled_reason="调离" if disabled else None,
        )
    )


def make_group(lead: Any, members: Iterable[Any] = (), *, name: str | None = None, locality: Any = None) -> Any:
    """A working group led by `lead`, with `members` in this order."""
    from fieldapp.people.models import GroupMember, WorkingGroup

    group = WorkingGroup(
        id=ids.mint(),
        name=name or f"第{next(_numbers)}监督工作组",
        lead_id=lead.id,
        locality_id=locality and locality.id,
    )
    _store(group)
    for position, member in enumerate(members):
        _store(GroupMember(group_id=group.id, user_id=member.id, position=position))
    return group


def make_certificate(
    holder: Any,
    *,
    number: str | None = None,
    issued_on: date | None = None,
    valid_until: date | None = None,
    state: str = "valid",
    kind: str = "inspector",
) -> Any:
    """A supervisor's certificate, valid for three years from last spring on."""
    from fieldapp.people.models import Certificate

    issued_on = issued_on or clock.now().date() - timedelta(days=200)
    return _store(
        Certificate(
            id=ids.mint(),
            number=number or f"云监字{next(_numbers):06d}",
            kind=kind,
            holder_id=holder.id,
            holder_name=holder.name,
            organisation_id=holder.organisation_id,
            issued_on=issued_on,
            valid_until=valid_until or issued_on + timedelta(days=3 * 365),
            state=state,
            verify_code=secrets.token_urlsafe(16),
        )
    )


def make_checklist_version(version_id: str = "test-2026-1", *, items: Sequence[str] | None = SMALL_CHECKLIST) -> Any:
    """A published checklist version with the items of the default one named in `items`; None for all 48."""
    from fieldapp.checklists import content
    from fieldapp.checklists.models import ChecklistVersion

    whole = checklist_content(version_id, items)
    spelled = content.dump(whole)
    now = clock.now()
    return _store(
        ChecklistVersion(
            id=version_id,
            title=whole.meta.title,
            content=spelled,
            digest=hashlib.sha256(spelled.encode()).hexdigest(),
            created_at=now,
            published_at=now,
        )
    )


def make_visit(
    *,
    group: Any = None,
    created_by: Any = None,
    agency: Any = None,
    mode: str = "on_site",
    domain: str = "work_safety",
    starts_at: datetime | None = None,
    place: str = "云川市柳湾镇工业路1号",
    locality: Any = None,
    matter: str = "日常安全检查",
    is_ad_hoc: bool = False,
) -> Any:
    """A visit of `group` today; its locality is the group's when not given."""
    from fieldapp.visits.models import Visit

    created_by = created_by or (group.lead if group else make_user(role="lead"))
    agency = agency or make_organisation(domains=[domain])
    now = clock.now()
    return _store(
        Visit(
            id=ids.mint(),
            mode=mode,
            domain=domain,
            agency_id=agency.id,
            agency_name=agency.name,
            group_id=group and group.id,
            locality_id=locality.id if locality else group and group.locality_id,
            place=place,
            matter=matter,
            starts_at=starts_at or now,
            created_by_id=created_by.id,
            created_at=now,
            is_ad_hoc=is_ad_hoc,
        )
    )


def observation_body(
    visit: Any,
    version: Any,
    *,
    revision: int = 1,
    state: str = "submitted",
    answers: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A body that PUT /api/v1/observations/{id} accepts: every item that applies to the visit is answered 是.

    `answers` replaces the answers of the items it names (None takes one away); `changes` replace whole fields.
    """
    given = {
        code: {"value": "yes", "note": "", "at_ms": 1000 * place, "evidence": []}
        for place, code in enumerate(applicable_items(version, visit), start=1)
    }
    for code, answer in (answers or {}).items():
        given[code] = {"note": "", "at_ms": 500, "evidence": []} | answer if answer is not None else None
    body = {
        "revision": revision,
        "base_revision": revision - 1,
        "visit": visit.id,
        "checklist_version": version.id,
        "state": state,
        "started_at": "2026-11-23T09:12:04+08:00",
        "ended_at": "2026-11-23T10:40:00+08:00",
        "clock_offset_ms": -1830,
        "location": {"latitude": 31.3846, "longitude": 120.9807, "accuracy": 12.0},
        "officers": [{"name": "陈一", "certificate_no": "32000001"}, {"name": "林二", "certificate_no": "32000002"}],
        "party": {
            "kind": "enterprise",
            "name": "某某五金厂",
            "contact": "000-0000-0001",
            "salt": secrets.token_hex(16),
        },
        "case_no": "云应急检〔2026〕12号",
        "circumstances": [],
        "officers_statement": "",
        "answers": {code: answer for code, answer in given.items() if answer is not None},
        "timeline": [{"at_ms": 61000, "text": "09:13 亮证"}],
        "summary": "全程规范。",
        "signature": {"refused": "执法人员不愿签字", "witness": "陈一"},
    }
    return body | changes


def interview_body(visit: Any, *, revision: int = 1, state: str = "submitted", **changes: Any) -> dict[str, Any]:
    """A body that PUT /api/v1/interviews/{id} accepts: an anonymous party, with consent, satisfied."""
    body = {
        "revision": revision,
        "base_revision": revision - 1,
        "visit": visit.id,
        "state": state,
        "started_at": "2026-11-23T10:50:00+08:00",
        "clock_offset_ms": -1830,
        "consent": {"version": consent_version(), "given": True, "method": "tick", "at_ms": 4000},
        "anonymous": True,
        "is_adult": True,
        "respondent": {"kind": "party", "name": "", "contact": "", "salt": secrets.token_hex(16)},
        "conducted": "in_person",
        "level": 4,
        "facts": {
            "show_credentials": "yes",
            "inform_rights": "yes",
            "full_recording": "unclear",
            "civil_language": "yes",
        },
        "answers": {},
        "opinion": "执法人员态度很好。",
        "suggestion": "",
        "callback": False,
        "recordings": [],
        "signature": {"oral": True},
        "refused": None,
    }
    return body | changes


def roundtable_body(
    *, visit: Any = None, revision: int = 1, state: str = "submitted", **changes: Any
) -> dict[str, Any]:
    """A body that PUT /api/v1/roundtables/{id} accepts: of a visit or of none, three people, one of everything."""
    body = {
        "revision": revision,
        "base_revision": revision - 1,
        "visit": visit.id if visit else None,
        "state": state,
        "started_at": "2026-11-23T14:30:00+08:00",
        "topic": "规范涉企检查座谈",
        "place": "云川市司法局三楼会议室",
        "chair": "钱二",
        "agency": None,
        "locality": None,
        "present": [{"origin": "npc", "count": 1, "unit": ""}, {"origin": "enterprise", "count": 2, "unit": "某厂"}],
        "people": None,
        "points": [{"origin": "enterprise", "text": "检查前最好说一声要看什么。"}],
        "consensus": ["同一企业一个月内不重复查同一事项。"],
        "actions": [{"what": "公布检查计划", "agency": None, "who": "司法局", "due": "2026-12-31"}],
        "photos": [],
        "consent": {"version": "roundtable-2026-1", "given": True},
    }
    return body | changes


def filed_observation(observation_id: str, body: dict[str, Any], *, device_id: str | None = None) -> Any:
    """`body` as the operation that files it takes it: parsed, the party sealed off."""
    from fieldapp.filing import kinds
    from fieldapp.filing.wire import parse

    return parse(kinds.of("observation"), observation_id, body, device_id=device_id)


def make_photo(
    width: int = 640,
    height: int = 480,
    *,
    colour: str = "#3a6ea5",
    text: str = "",
    quality: int = 85,
    picture_format: str = "JPEG",
    exif: Image.Exif | None = None,
) -> bytes:
    """The bytes of a picture. Two calls with the same arguments give the same bytes; vary `text` for another digest."""
    picture = Image.new("RGB", (width, height), colour)
    pen = ImageDraw.Draw(picture)
    for step in range(0, width, max(width // 16, 1)):
        pen.line([(step, 0), (width - step, height)], fill="#e0c080", width=3)
    pen.text((10, 10), text or f"{width}x{height}", fill="white")
    file = io.BytesIO()
    picture.save(file, picture_format, quality=quality, **({"exif": exif} if exif else {}))
    return file.getvalue()


def checklist_content(version_id: str, items: Sequence[str] | None) -> Any:
    """The default checklist under another id, cut down to `items`, its counts and points still right."""
    from fieldapp.checklists import content

    default = content.load_default()
    kept = tuple(item for item in default.items if items is None or item.code in items)
    categories = tuple(
        replace(category, count=len(own), points=sum(item.weight for item in own))
        for category in default.categories
        if (own := [item for item in kept if item.category == category.code and not item.optional])
    )
    meta = replace(default.meta, id=version_id, total_points=sum(item.weight for item in kept))
    return replace(default, meta=meta, items=kept, categories=categories)


def applicable_items(version: Any, visit: Any) -> list[str]:
    """The codes of the items of `version` that a record of `visit` must answer, in the order of the sheet."""
    from fieldapp.checklists import content, rules

    return [item.code for item in rules.items_for(content.load(version.content), visit.mode, visit.domain)]


def consent_version() -> str:
    """The version of the consent text that phones show now."""
    from fieldapp.interviews import rules

    return str(rules.CONSENT_VERSION)


def at(text: str) -> datetime:
    """The instant that `text` (RFC 3339, or without zone in UTC) names."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _store(row: Any) -> Any:
    with unit_of_work() as session:
        session.add(row)
        session.flush()  # in the order of the calls: a row may point at the one before
    return row


@cache
def _password_hash() -> str:
    from fieldapp.people import passwords

    return passwords.hash_password(PASSWORD)
