"""座谈 as a kind of filing: what is judged, written and shown of it beside what all filings have."""

from collections.abc import Mapping
from typing import Any

from fieldapp.access import ACTS
from fieldapp.errors import Fault
from fieldapp.evidence import batch_parts as evidence_parts
from fieldapp.filing.kinds import Kind, register
from fieldapp.filing.parts import Held
from fieldapp.filing.wire import Filed
from fieldapp.roundtables import batch_parts
from fieldapp.roundtables.models import Roundtable, RoundtableRevision
from fieldapp.roundtables.queries import visible_to
from fieldapp.roundtables.rules import STATES, TRANSITIONS, evidence_named, gaps, present_count, registered
from fieldapp.roundtables.wire import RoundtableShape
from fieldapp.visits import batch_parts as visit_parts


def _faults(held: Held, author_id: str, filed: Filed) -> list[Fault]:
    known, faults = batch_parts.register_of(held), []
    if filed.visit_id and not visit_parts.may_file(held, author_id, filed):
        faults.append(Fault("/visit", "没有这次监督活动，或您不在该组。可以不选活动，座谈照样保存。"))
    for pointer, one in registered(filed.body):
        wanted, words = ("locality", "区镇") if pointer == "/locality" else ("agency", "行政执法机关")
        if one not in known or known[one]["kind"] != wanted:
            faults.append(Fault(pointer, f"名册里没有这个{words}，请重新选择"))
    return faults or (gaps(filed.body) if filed.state == "submitted" else [])


def _repeats(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "topic": body.get("topic") or "",
        "place": body.get("place") or "",
        "present_count": present_count(body),
        "actions_count": len(body.get("actions") or []),
    }


def _taken_over(held: Held, filed: Filed) -> dict[str, Any]:
    """Whose it is: the visit says so where there is one; else what was written, and the agency's 区镇."""
    if filed.visit_id:
        visit = visit_parts.visit_of(held, filed)
        return {
            "agency_id": visit["agency_id"] or visit["named_agency_id"] or filed.body.get("agency"),
            "locality_id": visit["locality_id"] or filed.body.get("locality"),
            "group_id": visit["group_id"],
        }
    agency_id = filed.body.get("agency")
    of_agency = batch_parts.register_of(held)[agency_id]["locality_id"] if agency_id else None
    return {"agency_id": agency_id, "locality_id": filed.body.get("locality") or of_agency, "group_id": None}


ROUNDTABLE = register(
    Kind(
        name="roundtable",
        address="roundtables",
        words="座谈",
        place=4,
        row=Roundtable,
        revision=RoundtableRevision,
        shape=RoundtableShape,
        person_field="people",
        person_words="到场人",
        person_is_open=True,
        filers=frozenset(ACTS["roundtables.file"]),
        filers_words="只有监督员、组长和司法局签发人可以填报座谈。",
        states=STATES,
        transitions=TRANSITIONS,
        locked_words="座谈已提交，不能再改。要补充的，请另记一次座谈。",
        is_reviewed=False,
        number_prefix="ZT",
        parts=(*visit_parts.PARTS, *evidence_parts.PARTS, *batch_parts.PARTS),
        evidence_named=evidence_named,
        faults=_faults,
        repeats=_repeats,
        taken_over=_taken_over,
        follows=visit_parts.reopen,
        visible_to=visible_to,
        is_on_phones=False,
        is_sealed=True,
        blanked={"topic": "", "place": ""},
    )
)
