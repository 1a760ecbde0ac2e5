"""The pack: everything that a phone needs to work offline."""

import base64
from datetime import timedelta
from typing import Any

from flask import Response, current_app, json, request, url_for

from fieldapp.checklists import queries as checklists
from fieldapp.clock import china, now, rfc3339
from fieldapp.filing import kinds, records
from fieldapp.filing.canonical import parse, sha256_hex
from fieldapp.filing.kinds import Kind
from fieldapp.interviews import rules as interview_rules
from fieldapp.observations import queries as observations
from fieldapp.observations.queries import FiledBy
from fieldapp.people import queries as people
from fieldapp.people.models import CERTIFICATE_KINDS, MEMBER_ORIGINS, Certificate, User
from fieldapp.people.rules import CERTIFICATE_WORDS, certificate_state
from fieldapp.qr import qr_svg
from fieldapp.reviews import queries as reviews
from fieldapp.visits import queries as visits
from fieldapp.visits.models import VISIT_SOURCES, Visit
from fieldapp.web.api import api, signed_in, slips, wire

DAYS_BACK = 60
_HASH_DIGITS = 16


@api.get("/pack")
def pack() -> Response:
    """The whole pack, or with `?since=CURSOR` only the sections that changed since; 304 when the ETag is known.

    A cursor is the list of section hashes, so a phone that holds any older pack gets exactly what it lacks.
    """
    sections = _sections(signed_in())
    hashes = {name: _hash_of(section) for name, section in sections.items()}
    known = _read_cursor(request.args.get("since", ""))
    body = {"cursor": _write_cursor(hashes)}
    body |= {name: section for name, section in sections.items() if known.get(name) != hashes[name]}
    response = Response(json.dumps(body, ensure_ascii=False, sort_keys=True), content_type="application/json")
    response.set_etag(_hash_of([hashes, known]))
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _hash_of(value: Any) -> str:
    """What tells two editions of a section apart. Only this server compares it, so plain sorted JSON will do."""
    return sha256_hex(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())[:_HASH_DIGITS]


def visit_wire(visit: Visit, filed: list[FiledBy]) -> dict[str, Any]:
    """One visit as a phone shows it; `filed`: who has filed a record of it."""
    group = visit.group
    return {
        "id": visit.id,
        "mode": visit.mode,
        "domain": visit.domain,
        "agency": {"id": visit.agency_id, "name": visit.agency_name},
        "starts_at": rfc3339(visit.starts_at),
        "place": visit.place,
        "matter": visit.matter,
        "source": visit.source,
        "source_label": VISIT_SOURCES.get(visit.source, visit.source),
        "group": group
        and {
            "id": group.id,
            "name": group.name,
            "lead": {"id": group.lead_id, "name": group.lead.name},
            "members": [
                {
                    "id": member.user_id,
                    "name": member.user.name,
                    "origin_label": MEMBER_ORIGINS.get(member.user.origin or "", ""),
                }
                for member in group.members
            ],
        },
        "locality": visit.locality and {"id": visit.locality.id, "name": visit.locality.name},
        "is_ad_hoc": visit.is_ad_hoc,
        "cancelled": visit.cancelled_at is not None,
        "cancelled_reason": visit.cancelled_reason,
        "filed": [{"author": {"id": row.author_id, "name": row.author_name}, "state": row.state} for row in filed],
    }


def _sections(user: User) -> dict[str, Any]:
    since = now() - timedelta(days=DAYS_BACK)
    known = [kind for kind in kinds.every() if kind.is_on_phones]
    all_mine = [(kind, row) for kind in known for row in records.mine_since(kind, user, since)]
    mine = [(kind, row) for kind, row in all_mine if row.state != "discarded"]
    going = _still_shown(visits.going_along(user, since=since), recorded={row.visit_id for _, row in mine})
    filed = observations.who_filed([visit.id for visit in going])
    settings = current_app.config["SETTINGS"]
    used = {getattr(row, "checklist_version_id", None) for _, row in mine}  # of the kinds that have a checklist
    versions = checklists.for_phones({version for version in used if version})
    return {
        "user": _user(user),
        "visits": [_labelled(visit_wire(visit, filed.get(visit.id, [])), versions) for visit in going],
        "checklist_versions": versions,
        "agencies": [
            {
                "id": row.id,
                "name": row.name,
                "short_name": row.short_name,
                "domains": row.domain_ids,
                "locality_id": row.locality_id,
            }
            for row in people.agencies()
        ],
        "localities": [{"id": row.id, "name": row.name} for row in people.localities()],
        "slips": slips.stock_wire(user),
        "returned": [
            _returned(kind, records.find(kind, user, row.id)) for kind, row in mine if row.state == "returned"
        ],
        "records": [_standing(kind, row) for kind, row in mine],
        # Apart: phones of before show whatever stands in `records`.
        "discarded": [
            {"kind": kind.name, "id": row.id, "revision": row.head_revision}
            for kind, row in all_mine
            if row.state == "discarded"
        ],
        "limits": {"photo_bytes": settings.photo_limit_bytes, "file_bytes": settings.file_limit_bytes},
        "consent": {
            "version": interview_rules.CONSENT_VERSION,
            "title": interview_rules.CONSENT_TITLE,
            "text": interview_rules.CONSENT_TEXT,
        },
    }


def _still_shown(going: list[Visit], *, recorded: set[str]) -> list[Visit]:
    """Without what a group that has ended had planned and what was opened by mistake, but for what this user has a
    record of.
    """
    return [visit for visit in going if visit.id in recorded or not _is_over(visit)]


def _is_over(visit: Visit) -> bool:
    if visit.is_ad_hoc:
        return visit.cancelled_at is not None
    return visit.group is not None and visit.group.ended_at is not None


def _labelled(visit: dict[str, Any], versions: list[dict[str, Any]]) -> dict[str, Any]:
    words = {
        one["id"]: one["title"] for version in versions[:1] for key in ("modes", "domains") for one in version[key]
    }
    return visit | {
        "mode_label": words.get(visit["mode"], visit["mode"]),
        "domain_label": words.get(visit["domain"], visit["domain"]),
    }


def _user(user: User) -> dict[str, Any]:
    certificate = people.certificate_of(user)
    return {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        **wire.roles(user),
        "role_label": user.role_words,
        "origin": user.origin,
        "origin_label": MEMBER_ORIGINS.get(user.origin or "", ""),
        "organisation": {"id": user.organisation_id, "name": user.organisation.name},
        "certificate": _certificate(certificate) if certificate else None,
    }


def _certificate(certificate: Certificate) -> dict[str, Any]:
    state = certificate_state(
        certificate.state,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        today=china(now()).date(),
    )
    address = url_for("public.verify_certificate", code=certificate.verify_code, _external=True)
    return {
        "number": certificate.number,
        "kind": certificate.kind,
        "kind_label": CERTIFICATE_KINDS[certificate.kind],
        "state": state,
        "state_label": CERTIFICATE_WORDS[state],
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "verify_url": address,
        "qr_svg": qr_svg(address),
    }


def _standing(kind: Kind, row: Any) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "id": row.id,
        "visit": row.visit_id,
        "state": row.state,
        "revision": row.head_revision,
        "number": row.number if kind.number_prefix else None,
        "evidence_named": row.evidence_named,
        "evidence_arrived": row.evidence_arrived,
    }


def _returned(kind: Kind, record: Any) -> dict[str, Any]:
    head = records.revisions_of(kind, record.id)[-1]
    body = records.body_of(head)
    wire.with_person(body, kind.person_field, record.id, head.revision)
    return {
        "kind": kind.name,
        "id": record.id,
        "revision": record.head_revision,
        "digest": head.digest,
        "number": record.number if kind.number_prefix else None,
        "body": wire.to_edit(body, kind.person_field),
        "visit": visit_wire(record.visit, []),
        "checklist_version": getattr(record, "checklist_version_id", None),
        "review": reviews.last_wire(record),
        "evidence": wire.evidence_of(kind.name, record.id, record.author_id),
    }


def _write_cursor(hashes: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(hashes, sort_keys=True).encode()).decode()


def _read_cursor(cursor: str) -> dict[str, str]:
    """Section hashes of an older pack; nothing for a cursor that cannot be read, so the phone gets everything."""
    try:
        known = parse(base64.urlsafe_b64decode(cursor))
    except ValueError:
        return {}
    if not isinstance(known, dict):
        return {}
    return {name: digits for name, digits in known.items() if isinstance(digits, str) and digits.isascii()}
