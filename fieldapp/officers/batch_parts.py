"""What judging a batch of filings asks of the register of officers, and what it finds."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Text, cast, exists, func, select

from fieldapp.bulk import among
from fieldapp.filing.parts import Held, Part
from fieldapp.officers import rules
from fieldapp.officers.models import Officer
from fieldapp.visits.batch_parts import ASKED

_officer, _visited = Officer.__table__.c, func.coalesce(ASKED.c.agency_id, ASKED.c.named_agency_id)
_MEANT = among(_officer.tail, "looked_for")
# The agencies of those who could be meant: whoever asks for lines of organisations asks for theirs, too.
AGENCIES = select(_officer.organisation_id).where(_MEANT)
PARTS = (
    Part(
        "officers",
        select(
            _officer.number_key,
            _officer.name,
            _officer.organisation_id.label("organisation"),
            cast(_officer.valid_until, Text).label("valid_until"),
            cast(_officer.ended_on, Text).label("ended_on"),
        ).where(_MEANT),
    ),
    # The visits to agencies whose officers the register knows.
    Part("visits_to_known", select(ASKED.c.id).where(exists().where(_officer.organisation_id == _visited))),
)


def looked_for(body: Mapping[str, Any]) -> list[str]:
    """The last four of each number that a body writes beside an officer: what the parts ask by."""
    return [rules.tail_of(one.get("certificate_no") or "") for one in body.get("officers") or []]


@dataclass
class Register:
    """The officers whom a batch could mean. `lines`: each organisation with all that stand above it, itself too."""

    lines: Mapping[str, Set[str]]
    entries: list[rules.Entry] = field(default_factory=list)
    known_visits: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, held: Held, lines: Mapping[str, Set[str]]) -> "Register":
        """What a batch's look has found of these."""
        return cls(
            lines,
            [_entry(row) for row in held.rows["officers"]],
            {row["id"] for row in held.rows["visits_to_known"]},
        )

    def findings(
        self, officers: Iterable[Mapping[str, Any]], *, visit_id: str, visited_id: str | None, day: date
    ) -> list[str]:
        """For each officer of a body a key of rules.RESULTS, or "". `visited_id`: none while the agency is unknown."""

        def is_of_visited(organisation_id: str) -> bool:
            if visited_id is None:
                return True
            return visited_id in self.lines[organisation_id] or organisation_id in self.lines[visited_id]

        return [
            rules.finding(
                one.get("certificate_no") or "", one.get("name") or "", entries=self.entries,
                is_of_visited=is_of_visited, day=day, is_known=visit_id in self.known_visits,
            )
            for one in officers
        ]  # fmt: skip


def _entry(row: Mapping[str, Any]) -> rules.Entry:
    ended_on = date.fromisoformat(row["ended_on"]) if row["ended_on"] else None
    last = rules.last_day(date.fromisoformat(row["valid_until"]), ended_on)
    return rules.Entry(row["number_key"], row["name"], row["organisation"], last)
