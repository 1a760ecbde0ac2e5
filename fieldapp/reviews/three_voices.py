"""三方印证: what supervisors, the party and citizens said of the same four facts, and where they contradict. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldapp.interviews.rules import FACTS

# The items of the checklist that ask a supervisor about a fact. Codes stay the same over versions.
# Source: domain.md 2.4 (B01 主动出示执法证件, B03 告知权利义务, C01 全过程音像记录, B07 使用文明用语).
ITEM_OF_FACT = {"show_credentials": "B01", "inform_rights": "B03", "full_recording": "C01", "civil_language": "B07"}
KINDS = {"supervisor": "监督员", "party": "当事人", "citizen": "群众"}
SAYINGS = {"yes": "是", "no": "否"}


@dataclass(frozen=True)
class Voice:
    """One who said something of a visit. `kind`: a key of KINDS; `source_id`: the record, interview or rating.

    `said`: fact → yes or no; what was not asked, not seen or not clear is left out. `apart`: why this voice is shown
    but not counted (keys of ratings.rules.SUSPICIONS, or misrated); empty for one that counts.
    """

    kind: str
    source_id: str
    who: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        return not self.apart


@dataclass(frozen=True)
class FactLine:
    """One fact across all voices. `by_kind`: every voice under its kind, with yes, no, or none for nothing said."""

    fact: str
    by_kind: Mapping[str, list[tuple[Voice, str | None]]]
    is_contradicted: bool

    @property
    def words(self) -> str:
        return FACTS[self.fact]


def said_by_supervisor(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What a record's answers say of the four facts: only 是 and 否 speak, 不适用 and 未观察到 do not."""
    return _speaking({fact: (answers.get(item) or {}).get("value") for fact, item in ITEM_OF_FACT.items()})


def said_of_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """What an interview or a rating says of the four facts: 不清楚 does not speak."""
    return _speaking({fact: facts.get(fact) for fact in FACTS})


def compared(voices: Iterable[Voice]) -> tuple[str, ...]:
    """The facts of which at least two counted voices spoke, so that they could contradict each other."""
    sayings = _sayings(voices)
    return tuple(fact for fact in FACTS if len(sayings[fact]) > 1)


def contradictions(voices: Iterable[Voice]) -> tuple[str, ...]:
    """The facts of which one counted voice says yes and another no, whether of the same kind or not."""
    sayings = _sayings(voices)
    return tuple(fact for fact in FACTS if len(set(sayings[fact])) > 1)


def lines(voices: Iterable[Voice]) -> list[FactLine]:
    """The four facts, each with what everybody said."""
    voices = list(voices)
    contradicted = contradictions(voices)
    return [
        FactLine(
            fact,
            {kind: [(voice, voice.said.get(fact)) for voice in voices if voice.kind == kind] for kind in KINDS},
            fact in contradicted,
        )
        for fact in FACTS
    ]


def share_without(*, compared_visits: int, contradicted_visits: int) -> float | None:
    """Share (0–1) of the visits that could contradict themselves and do not; None when there is no such visit."""
    return (compared_visits - contradicted_visits) / compared_visits if compared_visits else None


def _speaking(values: Mapping[str, Any]) -> dict[str, str]:
    return {fact: value for fact, value in values.items() if value in SAYINGS}


def _sayings(voices: Iterable[Voice]) -> dict[str, list[str]]:
    counted = [voice for voice in voices if voice.is_counted]
    return {fact: [voice.said[fact] for voice in counted if fact in voice.said] for fact in FACTS}
