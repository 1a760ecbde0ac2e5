"""三方印证 as it is written on the reviewer's pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fieldapp.jobs.freshness import Freshness, look
from fieldapp.people.models import User
from fieldapp.ratings.rules import SUSPICIONS
from fieldapp.reviews import agreement_projection, three_voices
from fieldapp.reviews.three_voices import FACTS, FactLine, Voice

_MISRATED = "经核实为误评"


@dataclass(frozen=True)
class Side:
    """All that is shown of one visit. `apart`: citizens' voices that are shown but not counted. `standing`: how new
    it is.
    """

    standing: Freshness
    lines: list[FactLine]
    voices: list[Voice]
    apart: list[Voice]

    @property
    def is_compared(self) -> bool:
        return any(line.verdict == "agreed" for line in self.lines)

    @property
    def contradicted(self) -> list[str]:
        return [line.words for line in self.lines if line.is_contradicted]


def of_visit(user: User, visit_id: str) -> Side:
    """The table of one visit, as far as it has been compared."""
    standing = look(agreement_projection.PROJECTION)
    found = agreement_projection.of_visit(user, visit_id)
    counted = [voice for voice in found if voice.is_counted]
    return Side(standing, three_voices.lines(counted), counted, [voice for voice in found if not voice.is_counted])


def of_rows(rows: Iterable[Any]) -> dict[str, list[str]]:
    """For each row's visit the words of its contradicted facts; an empty list for none."""
    rows = list(rows)
    found = agreement_projection.marks(row.visit_id for row in rows)
    return {row.visit_id: [FACTS[fact] for fact in found.get(row.visit_id, [])] for row in rows}


def apart_words(voice: Voice) -> str:
    """Why a voice is not counted."""
    return "、".join(
        _MISRATED if why == agreement_projection.MISRATED else SUSPICIONS.get(why, why) for why in voice.apart
    )


def said_words(voice: Voice) -> str:
    """What a voice says of each fact, in one line."""
    return "；".join(f"{FACTS[fact]}：{three_voices.SAYINGS[said]}" for fact, said in voice.said.items())
