"""执法人员说明 as a kind of filing. It comes from a public page alone: no role files it."""

from collections.abc import Mapping
from typing import Any

from fieldapp.errors import Fault
from fieldapp.evidence import batch_parts as evidence_parts
from fieldapp.filing.kinds import Accepted, Kind, register
from fieldapp.filing.parts import Held
from fieldapp.filing.wire import Filed
from fieldapp.officer_words.models import OfficerWord, OfficerWordRevision
from fieldapp.officer_words.queries import visible_to
from fieldapp.officer_words.rules import STATES, TRANSITIONS
from fieldapp.officer_words.wire import OfficerWordShape
from fieldapp.visits import batch_parts as visit_parts


def _faults(held: Held, author_id: str, filed: Filed) -> list[Fault]:
    known = filed.visit_id in visit_parts.visits_of(held)
    return [] if known else [Fault("/visit", "服务器上没有这次监督活动。")]


def _repeats(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"observation_id": body["observation"], "observation_revision": body["observation_revision"]}


def _taken_over(held: Held, filed: Filed) -> dict[str, Any]:
    visit = visit_parts.visit_of(held, filed)
    return {name: visit[name] for name in ("group_id", "locality_id", "agency_id")}


def _details(accepted: Accepted) -> dict[str, Any]:
    body = accepted.filed.body
    return {name: body[name] for name in ("observation", "observation_revision", "observation_digest", "code")}


OFFICER_WORD = register(
    Kind(
        name="officer_word",
        address="officer-words",
        words="执法人员说明",
        place=5,
        row=OfficerWord,
        revision=OfficerWordRevision,
        shape=OfficerWordShape,
        person_field="officer",
        person_words="执法人员",
        person_is_open=True,
        filers=frozenset(),
        filers_words="执法人员说明只能由执法人员扫码填写。",
        states=STATES,
        transitions=TRANSITIONS,
        locked_words="说明已提交，不能再改。",
        is_reviewed=False,
        number_prefix=None,
        parts=(*visit_parts.PARTS, *evidence_parts.PARTS),
        evidence_named=lambda body: (),
        faults=_faults,
        repeats=_repeats,
        taken_over=_taken_over,
        told=("observation", "observation_revision", "observation_digest", "code"),
        details=_details,
        visible_to=visible_to,
        is_on_phones=False,
    )
)
