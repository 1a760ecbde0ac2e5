"""访谈 as a kind of filing: what is judged, written and shown of it beside what all filings have."""

from collections.abc import Mapping
from typing import Any

from fieldapp.access import FIELD_ROLES
from fieldapp.errors import Fault
from fieldapp.evidence import batch_parts as evidence_parts
from fieldapp.filing.kinds import Kind, register
from fieldapp.filing.parts import Held
from fieldapp.filing.wire import Filed
from fieldapp.interviews.models import Interview, InterviewRevision
from fieldapp.interviews.queries import visible_to
from fieldapp.interviews.rules import STATES, TRANSITIONS, evidence_named, gaps
from fieldapp.interviews.wire import InterviewShape
from fieldapp.visits import batch_parts as visit_parts


def _faults(held: Held, author_id: str, filed: Filed) -> list[Fault]:
    of_visit = visit_parts.faults(held, author_id, filed)
    return of_visit or (gaps(filed.body) if filed.state == "submitted" else [])


def _repeats(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"level": body.get("level"), "wants_call": body.get("callback") is True}


INTERVIEW = register(
    Kind(
        name="interview",
        address="interviews",
        words="访谈",
        place=2,
        row=Interview,
        revision=InterviewRevision,
        shape=InterviewShape,
        person_field="respondent",
        person_words="受访人",
        person_is_open=False,
        filers=frozenset(FIELD_ROLES),
        filers_words="只有监督员和组长可以填报监督记录。",
        states=STATES,
        transitions=TRANSITIONS,
        locked_words="访谈已提交，不能再改。",
        is_reviewed=False,
        number_prefix=None,
        parts=(*visit_parts.PARTS, *evidence_parts.PARTS),
        evidence_named=evidence_named,
        faults=_faults,
        repeats=_repeats,
        follows=visit_parts.reopen,
        visible_to=visible_to,
        is_sealed=True,
        blanked={"level": None, "wants_call": False},
    )
)
