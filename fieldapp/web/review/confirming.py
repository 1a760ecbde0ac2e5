"""确认 as it is written on the reviewer's pages: what other supervisors of the visit said of a record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fieldapp.confirmations import queries as confirmations
from fieldapp.confirmations.rules import SETTLED, STANDINGS, Said, standing

_SHOWN_ONCE_DECIDED = SETTLED  # a record that was decided on waits for nobody


@dataclass(frozen=True)
class Side:
    """What is shown beside one record. `standing`: a key of STANDINGS, "" for nothing to say; `said`: oldest first."""

    standing: str
    said: list[Said]

    @property
    def words(self) -> str:
        return STANDINGS.get(self.standing, "")

    @property
    def is_good(self) -> bool:
        return self.standing == "confirmed"


def of_rows(rows: Iterable[Any], marks: Mapping[str, tuple[str, ...]]) -> dict[str, Side]:
    """For each record what other supervisors said of it. `marks`: what stands against each, by id."""
    rows = list(rows)
    said = confirmations.of_observations([row.id for row in rows])
    return {row.id: _side(row, said.get(row.id, []), marks[row.id]) for row in rows}


def _side(row: Any, said: list[Said], marks: tuple[str, ...]) -> Side:
    found = standing(said, is_paired="single" not in marks)
    is_open = row.state in ("submitted", "returned")
    return Side(found if is_open or found in _SHOWN_ONCE_DECIDED else "", said)
