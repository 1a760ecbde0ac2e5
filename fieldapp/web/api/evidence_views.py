"""Looking at evidence that has arrived: the original as it came, a display copy with its caption, a thumbnail."""

from typing import Any
from uuid import UUID

from flask import Response, request

from fieldapp.errors import NotFound
from fieldapp.evidence import operations, queries, rules, thumbnails
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.rules import Caption
from fieldapp.filing import kinds, records
from fieldapp.people.models import User
from fieldapp.web import file_responses
from fieldapp.web.api import api, signed_in


@api.get("/evidence/<uuid:evidence_id>/original")
def evidence_original(evidence_id: UUID) -> Response:
    """The bytes as they came. That they were looked at enters the chain, once for a recording played in pieces."""
    viewer = signed_in()
    evidence, _ = queries.in_reach(viewer, str(evidence_id))
    if not evidence.is_stored:
        raise NotFound("原件还没有送达。")
    answer = file_responses.original(evidence)
    if request.method == "GET" and file_responses.is_from_the_start(answer):
        operations.note_original_viewed(viewer, evidence)
    return answer


@api.get("/evidence/<uuid:evidence_id>/display")
def evidence_display(evidence_id: UUID) -> Response:
    """A copy of up to 1600 pixels, with its source, record, time and place written on it."""
    viewer = signed_in()
    evidence, record = queries.in_reach(viewer, str(evidence_id))
    return file_responses.view(thumbnails.view_of(evidence, "display", _caption(viewer, evidence, record)))


@api.get("/evidence/<uuid:evidence_id>/marked")
def evidence_marked(evidence_id: UUID) -> Response:
    """The same copy with what was drawn over the photo burnt in."""
    viewer = signed_in()
    evidence, record = queries.in_reach(viewer, str(evidence_id))
    layer = queries.standing_of(evidence).layer
    return file_responses.view(thumbnails.view_of(evidence, "display", _caption(viewer, evidence, record), layer=layer))


@api.get("/evidence/<uuid:evidence_id>/thumbnail")
def evidence_thumbnail(evidence_id: UUID) -> Response:
    """A copy of up to 320 pixels."""
    evidence, _ = queries.in_reach(signed_in(), str(evidence_id))
    return file_responses.view(thumbnails.view_of(evidence, "thumbnail"))


def _caption(viewer: User, evidence: Evidence, record: Any) -> Caption:
    kind = kinds.of(evidence.owner_kind)
    number = record.number if record and kind.number_prefix else None
    return rules.caption(
        source=evidence.source,
        record=number or f"{kind.words} {evidence.owner_id[-8:]}",
        item=_item(viewer, evidence, record),
        taken_at=evidence.taken_at,
        place=_place(record),
        coordinates=(evidence.latitude, evidence.longitude, evidence.accuracy_m)
        if evidence.latitude is not None and evidence.longitude is not None
        else None,
    )


def _item(viewer: User, evidence: Evidence, record: Any) -> str | None:
    """Where the photo belongs: as its record says now, for it may have been moved since it was sent; what no record
    names yet, as it was announced. A copy belongs where its photo does.
    """
    places = records.places_of(kinds.of(evidence.owner_kind), viewer, record) if record else {}
    return places.get(evidence.of_id or evidence.id, evidence.item)


def _place(record: Any) -> str:
    """Where it was recorded, as somebody wrote: at the visit, or what is of no visit says so itself."""
    if record is None:
        return ""
    return str(record.visit.place if record.visit else record.place)
