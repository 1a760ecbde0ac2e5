"""What stands in the pack: each section with its rows, written."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import orjson
from flask import current_app, url_for
from sqlalchemy import Row

from fieldapp.checklists import queries as checklists
from fieldapp.clock import china, now
from fieldapp.facts import queries as facts
from fieldapp.filing import kinds, records
from fieldapp.filing.kinds import Kind
from fieldapp.interviews import rules as interview_rules
from fieldapp.observations import cautions
from fieldapp.observations import queries as observations
from fieldapp.observations.rules import CAUTIONS
from fieldapp.officers import queries as officers
from fieldapp.officers.rules import last_day
from fieldapp.people import queries as people
from fieldapp.people.models import CERTIFICATE_KINDS, MEMBER_ORIGINS, Certificate, User, WorkingGroup
from fieldapp.people.rules import CERTIFICATE_WORDS, certificate_state, counts_as_valid
from fieldapp.people.scope import own_agencies
from fieldapp.qr import qr_svg
from fieldapp.reviews import queries as reviews
from fieldapp.visits import queries as visits
from fieldapp.web.api import confirming, officer_words, slips, wire
from fieldapp.web.api.stretches import Section

DAYS_BACK = 60


def sections(user: User) -> dict[str, Section]:
    """The pack of `user` as it is now, by the names of its sections."""
    since = now() - timedelta(days=DAYS_BACK)
    known = [kind for kind in kinds.every() if kind.is_on_phones]
    all_mine = [(kind, row) for kind in known for row in records.mine_since(kind, user, since)]
    mine = [(kind, row) for kind, row in all_mine if row.state != "discarded"]
    used = {getattr(row, "checklist_version_id", None) for _, row in mine}  # of the kinds that have a checklist
    asked = confirming.to_confirm(user)
    used |= {one["checklist_version"] for one in asked}
    versions = checklists.for_phones({version for version in used if version})
    settings = current_app.config["SETTINGS"]
    return {
        "user": _value(_user(user)),
        "visits": _list(
            _visits(user, visits.rows_going_along(user, since=since), {row.visit_id for _, row in mine}, versions)
        ),
        "checklist_versions": _list(versions),
        "agencies": _list(
            {
                "id": row.id,
                "name": row.name,
                "short_name": row.short_name,
                "domains": row.domain_ids,
                "locality_id": row.locality_id,
                "parent": row.parent_id,
            }
            for row in people.agencies()
        ),
        "officers": _list(
            (
                {
                    "number": row.number,
                    "name": row.name,
                    "agency": row.organisation_id,
                    "until": last_day(row.valid_until, row.ended_on).isoformat(),
                }
                for row in officers.for_phone(user)
            ),
            key="number",
        ),
        "briefs": _list(
            {
                "id": agency,
                "records": often.records,
                "no": [{"code": row.item, "title": row.title, "count": row.count} for row in often.rows],
            }
            for agency, often in sorted(facts.often_no_by_agency(user).items())
        ),
        "localities": _list({"id": row.id, "name": row.name} for row in people.localities()),
        "slips": _list(slips.stock_wire(user)),
        "returned": _list(
            _returned(kind, records.find(kind, user, row.id)) for kind, row in mine if row.state == "returned"
        ),
        "records": _list(_standing(kind, row) for kind, row in mine),
        # Apart: phones of before show whatever stands in `records`.
        "discarded": _list(
            {"kind": kind.name, "id": row.id, "revision": row.head_revision}
            for kind, row in all_mine
            if row.state == "discarded"
        ),
        "to_confirm": _list(asked),
        "confirmed": _list(confirming.confirmed(user)),
        "officer_words": _list(officer_words.said(user)),
        "limits": _value({"photo_bytes": settings.photo_limit_bytes, "file_bytes": settings.file_limit_bytes}),
        "consent": _value(
            {
                "version": interview_rules.CONSENT_VERSION,
                "title": interview_rules.CONSENT_TITLE,
                "text": interview_rules.CONSENT_TEXT,
            }
        ),
    }


def _list(rows: Iterable[dict[str, Any]], *, key: str = "id") -> Section:
    written = [(row[key], orjson.dumps(row)) for row in rows]
    return Section([content for _, content in written], [row_id for row_id, _ in written])


def _value(value: dict[str, Any]) -> Section:
    return Section([orjson.dumps(value)], [""], is_list=False)


def _visits(
    user: User, going: list[Row[Any]], recorded: set[str], versions: list[dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    """Without what a group that has ended had planned and what was opened by mistake, but for what this user has a
    record of (`recorded`).
    """
    groups = people.groups_with_members({row.group_id for row in going if row.group_id})
    filed, said_before = observations.who_filed([row.id for row in going]), cautions.of_visits(user, going)
    # A group is the same at each of its visits, and the larger part of what is said of them: it is written once.
    written = {group.id: orjson.Fragment(orjson.dumps(wire.group(group))) for group in groups.values()}
    words = {
        one["id"]: one["title"] for version in versions[:1] for key in ("modes", "domains") for one in version[key]
    }
    for row in going:
        group = groups.get(row.group_id)
        if row.id in recorded or not _is_over(row, group):
            its_group, who = written.get(row.group_id), filed.get(row.id, [])
            said = wire.visit_row(row, its_group, row.locality_name, who, said_before.get(row.id, ()))
            said["mode_label"] = words.get(row.mode, row.mode)
            said["domain_label"] = words.get(row.domain, row.domain)
            yield said


def _is_over(visit: Row[Any], group: WorkingGroup | None) -> bool:
    if visit.is_ad_hoc:
        return visit.cancelled_at is not None
    return group is not None and group.ended_at is not None


def _user(user: User) -> dict[str, Any]:
    found = people.certificate_of(user)
    certificate = _certificate(found) if found else None
    is_valid = certificate is not None and counts_as_valid(certificate["state"])
    return {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        **wire.roles(user),
        "role_label": user.role_words,
        "origin": user.origin,
        "origin_label": MEMBER_ORIGINS.get(user.origin or "", ""),
        "organisation": {"id": user.organisation_id, "name": user.organisation.name},
        "certificate": certificate,
        "cautions": [] if is_valid else [CAUTIONS["no_certificate"]],
        "own_agencies": dict.fromkeys(sorted(own_agencies(user)), CAUTIONS["own_agency"]),
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
        "visit": wire.visit(record.visit),
        "checklist_version": getattr(record, "checklist_version_id", None),
        "review": reviews.last_wire(record),
        "evidence": wire.evidence_of(kind.name, record.id, record.author_id),
        "layers": wire.layers_of(kind.name, record.id, record.author_id),
    }
