"""三方印证: what supervisors, the party and citizens said of the same facts, and where they contradict. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FACTS = {
    "show_credentials": "出示执法证件",
    "inform_rights": "告知权利义务",
    "recorded": "全过程记录",
    "told_of_recording": "告知正在录音录像",
    "civil_language": "使用文明用语",
}
# Raised whenever the rules below find something else than before: what was kept under an older one is found anew.
RULE = 3

# What an item of the checklist that asks a supervisor about a fact says it stands for (checklists.meanings.FACTS):
# never its code, which means another thing in another list.
IN_CHECKLIST = {
    "show_credentials": "credential_shown",
    "inform_rights": "rights_told",
    "recorded": "recorded",
    "told_of_recording": "told_of_recording",
    "civil_language": "civil_language",
}
# Under which name an interview and a rating have spoken of a fact ever since. Both have a full_recording, and asked two
# different things by it: 看到执法记录仪在记录吗? (a party), 告诉您在全程录音录像了吗? (a citizen).
_SAME = {fact: fact for fact in ("show_credentials", "inform_rights", "civil_language")}
IN_INTERVIEW = {**_SAME, "recorded": "full_recording", "told_of_recording": "told_of_recording"}
IN_RATING = {**_SAME, "told_of_recording": "full_recording"}
LEAST_COMPARED = 5  # visits: below it no rate is printed. Source: corrections.md 3

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
    """One fact across all voices. `by_kind`: every voice under its kind, with yes, no, or none for nothing said.

    `verdict`: contradicted, agreed, alone (only one side spoke: nothing to compare it with) or silent.
    """

    fact: str
    by_kind: Mapping[str, list[tuple[Voice, str | None]]]
    verdict: str

    @property
    def words(self) -> str:
        return FACTS[self.fact]

    @property
    def is_contradicted(self) -> bool:
        return self.verdict == "contradicted"


def said_by_supervisor(answers: Mapping[str, Mapping[str, Any]], code_of_fact: Mapping[str, str]) -> dict[str, str]:
    """What a record's answers say of the facts: only 是 and 否 speak, 不适用 and 未观察到 do not.

    `code_of_fact`: which item of the record's own checklist version asks about what (Content.code_of_fact).
    """
    asked = {fact: code_of_fact[meant] for fact, meant in IN_CHECKLIST.items() if meant in code_of_fact}
    return _speaking({fact: (answers.get(code) or {}).get("value") for fact, code in asked.items()})


def said_in_interview(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the facts of an interview say: 不清楚 does not speak."""
    return _speaking({fact: facts.get(name) for fact, name in IN_INTERVIEW.items()})


def said_in_rating(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the facts of a rating say: 不清楚 does not speak."""
    return _speaking({fact: facts.get(name) for fact, name in IN_RATING.items()})


def compared(voices: Iterable[Voice]) -> tuple[str, ...]:
    """The facts that could be compared: two sides spoke of them, or two of one side contradict each other."""
    verdicts = _verdicts(voices)
    return tuple(fact for fact in FACTS if verdicts[fact] in ("agreed", "contradicted"))


def contradictions(voices: Iterable[Voice]) -> tuple[str, ...]:
    """The facts of which one counted voice says yes and another no, whether of the same kind or not."""
    verdicts = _verdicts(voices)
    return tuple(fact for fact in FACTS if verdicts[fact] == "contradicted")


def lines(voices: Iterable[Voice]) -> list[FactLine]:
    """All facts, each with what everybody said."""
    voices = list(voices)
    verdicts = _verdicts(voices)
    return [
        FactLine(
            fact,
            {kind: [(voice, voice.said.get(fact)) for voice in voices if voice.kind == kind] for kind in KINDS},
            verdicts[fact],
        )
        for fact in FACTS
    ]


def share_without(*, compared_visits: int, contradicted_visits: int) -> float | None:
    """Share (0–1) of the visits that could contradict themselves and do not; None below LEAST_COMPARED visits."""
    if compared_visits < LEAST_COMPARED:
        return None
    return (compared_visits - contradicted_visits) / compared_visits


def _speaking(values: Mapping[str, Any]) -> dict[str, str]:
    return {fact: value for fact, value in values.items() if value in SAYINGS}


def _verdicts(voices: Iterable[Voice]) -> dict[str, str]:
    counted = [voice for voice in voices if voice.is_counted]
    return {fact: _verdict([voice for voice in counted if fact in voice.said], fact) for fact in FACTS}


def _verdict(speaking: list[Voice], fact: str) -> str:
    if len({voice.said[fact] for voice in speaking}) > 1:
        return "contradicted"
    sides = {voice.kind for voice in speaking}
    return "agreed" if len(sides) > 1 else "alone" if sides else "silent"
