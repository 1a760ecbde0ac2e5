"""An ad-hoc visit as a phone sends it."""

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from fieldapp.checklists import queries as checklists
from fieldapp.errors import Fault, Refused
from fieldapp.filing.canonical import digest_of
from fieldapp.filing.shapes import Id, Line, Shape, Time, check, instant
from fieldapp.visits.ad_hoc import FiledVisit


class Reference(Shape):
    """An agency: by its id, or only by the name that was typed."""

    id: Id | None = None
    name: Annotated[str, StringConstraints(max_length=120)] | None = ""


class VisitShape(Shape):
    mode: Literal["on_site", "ledger", "case_file"]
    domain: Line
    agency: Reference | Id
    place: Line | None = ""
    matter: Line | None = ""
    source: Literal["routine", "inspection", "special", "clue"] = "routine"
    starts_at: Time
    group: Id | Reference | None = None
    locality: Id | Reference | None = None
    cancelled: bool | None = None
    cancelled_reason: Line | None = None


def parse(visit_id: str, sent: dict[str, Any]) -> FiledVisit:
    """An ad-hoc visit as it was sent. Raises Refused with every fault by pointer."""
    shape = check(VisitShape, sent)
    agency = shape.agency if isinstance(shape.agency, Reference) else Reference(id=shape.agency)
    _check_words(shape, agency)
    return FiledVisit(
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
        is_cancelled=shape.cancelled is True,
        cancelled_reason=shape.cancelled_reason or "",
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
