"""确认 as a kind of filing: what is judged, written and shown of it beside what all filings have."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from fieldapp.access import FIELD_ROLES
from fieldapp.confirmations.models import Confirmation, ConfirmationRevision
from fieldapp.confirmations.queries import visible_to
from fieldapp.confirmations.rules import STATES, TRANSITIONS, gaps
from fieldapp.confirmations.wire import ConfirmationShape
from fieldapp.errors import Fault
from fieldapp.evidence import batch_parts as evidence_parts
from fieldapp.filing.kinds import Accepted, Kind, register
from fieldapp.filing.parts import Held
from fieldapp.filing.wire import Filed
from fieldapp.observations import marks
from fieldapp.visits import batch_parts as visit_parts


def _faults(held: Held, author_id: str, filed: Filed) -> list[Fault]:
    """What is wrong beyond the shape. Who does not go along is heard, and marked (`_decide`)."""
    row = held.records.get(filed.id)
    if filed.visit_id not in visit_parts.visits_of(held):
        return [Fault("/visit", "服务器上没有这次监督活动。确认仍在本机。")]
    if row is not None and row.visit_id != filed.visit_id:
        return [Fault("/visit", "确认不能改到另一次监督活动。")]
    return gaps(filed.body) if filed.state == "submitted" else []


def _repeats(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "observation_id": body["observation"],
        "observation_revision": body["observation_revision"],
        "observation_digest": body["observation_digest"],
        "deviations_count": len(body.get("deviations") or []),
    }


def _taken_over(held: Held, filed: Filed) -> dict[str, Any]:
    visit, before = visit_parts.visit_of(held, filed), held.records.get(filed.id)
    taken = {name: visit[name] for name in ("group_id", "locality_id", "agency_id")}
    return taken | {"marks": getattr(before, "marks", "")}


def _decide(held: Held, accepted: Sequence[Accepted]) -> None:
    """Decides of each submitted one whether who says it may: goes along, and does not belong to the agency."""
    facts = held.once(marks.Facts.of)
    for one in accepted:
        if one.is_submitted:
            visit = visit_parts.visit_of(held, one.filed)
            is_own = facts.is_own(one.author_id, visit["agency_id"] or visit["named_agency_id"])
            goes = visit_parts.goes_along(held, one.author_id, visit["id"])
            found = [*([] if goes else ["outsider"]), *(["own_agency"] if is_own else [])]
            one.also["marks"] = ",".join(found)


def _follow(connection: Connection, held: Held, accepted: Sequence[Accepted]) -> None:
    """Who confirms, and may, was there; a cancelled visit counts again."""
    visit_parts.reopen(connection, held, accepted)
    there = [one for one in accepted if one.is_submitted and not one.also["marks"]]
    visit_parts.attend(connection, [(str(one.filed.visit_id), one.author_id, one.submitted_at) for one in there])


def _details(accepted: Accepted) -> dict[str, Any]:
    body = accepted.filed.body
    found = accepted.also.get("marks", getattr(accepted.before, "marks", ""))
    return {
        "observation": body["observation"],
        "observation_revision": body["observation_revision"],
        "observation_digest": body["observation_digest"],
        "deviations": len(body.get("deviations") or []),
        "marks": found.split(",") if found else [],
    }


CONFIRMATION = register(
    Kind(
        name="confirmation",
        address="confirmations",
        words="确认",
        place=3,
        row=Confirmation,
        revision=ConfirmationRevision,
        shape=ConfirmationShape,
        person_field=None,
        person_words="",
        person_is_open=False,
        filers=frozenset(FIELD_ROLES),
        filers_words="只有监督员和组长可以确认监督记录。",
        states=STATES,
        transitions=TRANSITIONS,
        locked_words="确认已提交，不能再改。要改的，请另作一次确认。",
        is_reviewed=False,
        number_prefix=None,
        parts=(*visit_parts.PARTS, *evidence_parts.PARTS, *marks.PARTS),
        evidence_named=lambda body: (),
        faults=_faults,
        repeats=_repeats,
        taken_over=_taken_over,
        decide=_decide,
        follows=_follow,
        told=("observation", "observation_revision", "observation_digest", "deviations", "marks"),
        details=_details,
        visible_to=visible_to,
        is_on_phones=False,  # of before: they show whatever stands in `records`. Later ones read `confirmed`
    )
)
