"""监督记录 as a kind of filing: what is judged, written and shown of it beside what all filings have."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from fieldapp.access import FIELD_ROLES
from fieldapp.checklists import queries as checklists
from fieldapp.checklists.content import Content
from fieldapp.checklists.rules import critical_noes, draft_gaps, gaps
from fieldapp.clock import china
from fieldapp.errors import Fault, NotFound
from fieldapp.evidence import batch_parts as evidence_parts
from fieldapp.filing.kinds import Accepted, Kind, register
from fieldapp.filing.parts import Held
from fieldapp.filing.wire import Filed
from fieldapp.observations import marks
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.queries import visible_to
from fieldapp.observations.rules import MARKS, STATES, TRANSITIONS, count_answers, evidence_named
from fieldapp.observations.wire import ObservationShape
from fieldapp.officers import batch_parts as officer_parts
from fieldapp.visits import batch_parts as visit_parts


def _faults(held: Held, author_id: str, filed: Filed) -> list[Fault]:
    """What is wrong with a filing beyond its form: the visit, the checklist, the answers."""
    if of_visit := visit_parts.faults(held, author_id, filed):
        return of_visit
    body, visit = filed.body, visit_parts.visit_of(held, filed)
    try:
        content = checklists.content_of(body["checklist_version"])
    except NotFound as error:
        return [Fault("/checklist_version", error.title)]
    if filed.state == "discarded":  # a trace, which nobody judges
        return []
    circumstances, answers = body.get("circumstances"), body.get("answers")
    if filed.state == "draft":
        return draft_gaps(content, circumstances=circumstances, answers=answers)
    return gaps(content, mode=visit["mode"], domain=visit["domain"], circumstances=circumstances, answers=answers)


def _repeats(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a record's row repeats of its words, by column."""
    version = body["checklist_version"]
    try:
        content = checklists.content_of(version)
    except NotFound:
        return {"checklist_version_id": version}
    return {"checklist_version_id": version, **_counted(body.get("answers") or {}, content)}


def _counted(answers: Mapping[str, Mapping[str, Any]], content: Content) -> dict[str, Any]:
    counts = count_answers(answers)
    return {
        "yes_count": counts.yes,
        "no_count": counts.no,
        "na_count": counts.na,
        "not_observed_count": counts.not_observed,
        "no_items": " ".join(counts.no_items),
        "critical_no_items": " ".join(critical_noes(content, answers, uncorrected_only=False)),
    }


def _taken_over(held: Held, filed: Filed) -> dict[str, Any]:
    """What a record's row takes from its visit, so that no list has to join it; and what was found of it before."""
    visit, before = visit_parts.visit_of(held, filed), held.records.get(filed.id)
    taken = {name: visit[name] for name in ("group_id", "locality_id", "agency_id", "domain", "mode")}
    return taken | {name: getattr(before, name, "") for name in ("marks", "officers_found")}


def _decide(held: Held, accepted: Sequence[Accepted]) -> None:
    """Decides what stands against each submitted revision, and what the register says of its officers; a draft leaves
    what was found before.
    """
    facts = held.once(marks.Facts.of)
    register = officer_parts.Register.of(held, facts.lines)
    submitted = [one for one in accepted if one.is_submitted]
    for one in submitted:
        facts.note_filing(visit_parts.visit_of(held, one.filed)["id"], one.author_id)
    for one in submitted:
        visit = visit_parts.visit_of(held, one.filed)
        visited = visit["agency_id"] or visit["named_agency_id"]
        one.also["marks"] = ",".join(facts.marks_of(one.author_id, visit["id"], visited))
        officers, day = one.filed.body.get("officers") or [], china(one.filed.started_at).date()
        findings = register.findings(officers, visit_id=visit["id"], visited_id=visited, day=day)
        one.also["officers_found"] = orjson.dumps(findings).decode() if any(findings) else ""


def _details(accepted: Accepted) -> dict[str, Any]:
    before = accepted.before.marks if accepted.before is not None else ""
    kept = accepted.also.get("marks", before)
    return {
        "checklist_version": accepted.filed.body["checklist_version"],
        "marks": kept.split(",") if kept else [],
    }


def _described(observation: Observation) -> dict[str, Any]:
    found = marks.standing([observation])[observation.id]
    return {
        "author": {"id": observation.author.id, "name": observation.author.name},
        "marks": [{"id": mark, "label": MARKS[mark]} for mark in found],
    }


OBSERVATION = register(
    Kind(
        name="observation",
        address="observations",
        words="监督记录",
        place=1,
        row=Observation,
        revision=ObservationRevision,
        shape=ObservationShape,
        person_field="party",
        person_words="当事人",
        person_is_open=True,
        filers=frozenset(FIELD_ROLES),
        filers_words="只有监督员和组长可以填报监督记录。",
        states=STATES,
        transitions=TRANSITIONS,
        locked_words="记录正在审核或已办结，不能再改。",
        is_reviewed=True,
        number_prefix="JD",
        parts=(*visit_parts.PARTS, *evidence_parts.PARTS, *officer_parts.PARTS, *marks.PARTS),
        looked_for=officer_parts.looked_for,
        evidence_named=evidence_named,
        faults=_faults,
        repeats=_repeats,
        taken_over=_taken_over,
        decide=_decide,
        follows=visit_parts.reopen,
        told=("checklist_version", "marks"),
        details=_details,
        visible_to=visible_to,
        described=_described,
    )
)
