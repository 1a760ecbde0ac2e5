"""What judging a batch needs to know, named: which rows each room is asked for, and what was found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Select

from fieldapp.audit.chain import GENESIS
from fieldapp.filing.models import Receipt

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of one room that judging a batch needs; every column is named, and holds text, numbers or yes and no.

    `rows` may use these parameters: `ids` of the filings, their `visits`, `authors`, `devices`, the evidence that is
    `named`, what their kinds have `looked_for` in their words (lists, for bulk.among), and `today`, a day in China. No
    IN: see FrequentQuery.
    """

    name: str
    rows: Select[Any]


@dataclass
class Held:
    """What the server holds of everything that a batch touches.

    `rows`: by part. `records`: the rows of records that are here already, by id; `receipts` of these, by id and
    revision. `chain_end`: sequence and chain value of the newest entry in the audit chain.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)
    receipts: dict[tuple[str, int], Receipt] = field(default_factory=dict)
    chain_end: tuple[int, str] = (0, GENESIS)
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def once(self, make: Callable[["Held"], T]) -> T:
        """What `make` makes of this, made at the first asking."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def arrived_of(self, author_id: str, named: Iterable[str]) -> list[str]:
        """Which of the named evidence is here and the author's own, in the order of naming."""
        here = self.once(_authors_of_arrived)
        return [evidence_id for evidence_id in named if here.get(evidence_id) == author_id]

    def take_in(self, evidence_id: str, author_id: str) -> None:
        """From now on a file of this author counts as here: it is written with what is judged."""
        self.once(_authors_of_arrived)[evidence_id] = author_id

    def bearer(self, record_id: str, kind: str) -> str | None:
        """What bears this id already and is of another kind; None when nothing does."""
        found = self.bearers.get(record_id)
        return found if found != kind else None


ARRIVED = "arrived"  # the part that says of named evidence whose it is: columns `id` and `author`


def _authors_of_arrived(held: Held) -> dict[str, str]:
    return {row["id"]: row["author"] for row in held.rows.get(ARRIVED, ())}
