"""监督活动: an ad-hoc visit from a phone."""

from typing import Any

from flask import Response, jsonify

from fieldapp.checklists import queries as checklists
from fieldapp.errors import Fault, Refused
from fieldapp.filing.canonical import digest_of
from fieldapp.visits import ad_hoc
from fieldapp.web.api import request_json
from fieldapp.web.api.door import api, supervisor
from fieldapp.web.api.pack import visit_wire
from fieldapp.web.api.shapes import Reference, VisitShape, check, instant


@api.put("/visits/<string:visit_id>")
def put_visit(visit_id: str) -> Response:
    """Makes or changes an ad-hoc visit of the caller."""
    author, sent = supervisor(), request_json.json_body()
    visit = ad_hoc.file_visit(author, parse(request_json.own_id(visit_id), sent))
    return jsonify({"visit": visit_wire(visit, [])})


def parse(visit_id: str, sent: dict[str, Any]) -> ad_hoc.FiledVisit:
    """An ad-hoc visit as it was sent. Raises Refused with every fault by pointer."""
    shape = check(VisitShape, sent)
    agency = shape.agency if isinstance(shape.agency, Reference) else Reference(id=shape.agency)
    _check_words(shape, agency)
    return ad_hoc.FiledVisit(
        id=visit_id,
        mode=shape.mode,
        domain=shape.domain,
        agency_id=agency.id,
        agency_name=agency.name or "",
        group_id=_id_of(shape.group),
        locality_id=_id_of(shape.locality),
        place=shape.place or "",
        matter=shape.matter or "",
        source=shape.source,
        starts_at=instant(shape.starts_at),
        digest=digest_of(sent),
    )


def _check_words(shape: VisitShape, agency: Reference) -> None:
    faults = []
    if not agency.id and not (agency.name or "").strip():
        faults.append(Fault("/agency", "请选择行政执法机关，或填写名称"))
    current = checklists.current()
    known = {domain.id for domain in checklists.content_of(current.id).domains} if current else set()
    if shape.domain not in known:
        faults.append(Fault("/domain", "没有这个领域"))
    if faults:
        raise Refused(faults=faults)


def _id_of(value: Any) -> str | None:
    return value.id if isinstance(value, Reference) else value
