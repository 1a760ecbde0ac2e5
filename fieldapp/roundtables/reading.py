"""A roundtable laid out for reading: who was there, what was said, agreed and promised, the photos, every revision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.evidence import queries as evidence
from fieldapp.evidence.models import Evidence
from fieldapp.filing import records
from fieldapp.filing.persons import erased_at, person_of
from fieldapp.people import queries as people
from fieldapp.people.models import User
from fieldapp.roundtables import rules
from fieldapp.roundtables.kind import ROUNDTABLE
from fieldapp.roundtables.models import Roundtable, RoundtableRevision


@dataclass(frozen=True)
class Action:
    """What is to be done, by whom in words, by which day (as written; empty for none)."""

    what: str
    who: str
    due: str


@dataclass(frozen=True)
class Reading:
    """Everything that a page shows of one roundtable.

    `present`: (界别, number, unit). `named`: (name, unit, 界别) of those who left a name, `names_erased_at` once they
    are gone. `points`: (界别 or empty, words). `intact`: ids of photos whose bytes are still those that arrived.
    `lacks`: what it should have and has not, in words. `consent_text`: what those present were told; None when unnoted.
    """

    row: Roundtable
    body: dict[str, Any]
    present: list[tuple[str, int, str]]
    named: list[tuple[str, str, str]]
    names_erased_at: datetime | None
    points: list[tuple[str, str]]
    actions: list[Action]
    photos: list[Evidence]
    missing_photos: int
    intact: frozenset[str]
    lacks: list[str]
    consent_text: str | None
    revisions: list[RoundtableRevision]


def read(reader: User, roundtable: Roundtable) -> Reading:
    """The reading of one roundtable, up to what the reader may read. The caller has checked the scope."""
    revisions = records.revisions_for(ROUNDTABLE, reader, roundtable)
    body = records.body_of(revisions[-1])
    person = person_of(roundtable.id, revisions[-1].revision) or {}
    stored = {row.id: row for row in evidence.of_owner("roundtable", roundtable.id, author_id=roundtable.author_id)}
    wanted = rules.evidence_named(body)
    photos = [stored[one] for one in wanted if one in stored]
    return Reading(
        row=roundtable,
        body=body,
        present=[(rules.origin_words(one["origin"]), one["count"], one.get("unit") or "")
                 for one in body.get("present") or []],
        named=[(one["name"], one.get("unit") or "", rules.origin_words(one["origin"]) if one.get("origin") else "")
               for one in person.get("named") or []],
        names_erased_at=erased_at(roundtable.id, revisions[-1].revision),
        points=[(rules.origin_words(one["origin"]) if one.get("origin") else "", one["text"])
                for one in body.get("points") or []],
        actions=_actions(body),
        photos=photos,
        missing_photos=0 if roundtable.state == "discarded" else len(wanted) - len(photos),
        intact=evidence.intact(photos),
        lacks=[rules.MISSING[one] for one in rules.missing(body)],
        consent_text=_told(body),
        revisions=revisions,
    )  # fmt: skip


def _actions(body: dict[str, Any]) -> list[Action]:
    given = body.get("actions") or []
    names = people.labels_of({one["agency"] for one in given if one.get("agency")})
    return [
        Action(
            one["what"],
            "，".join(part for part in (names.get(one.get("agency")), one.get("who")) if part),
            one.get("due") or "",
        )
        for one in given
    ]


def _told(body: dict[str, Any]) -> str | None:
    consent = body.get("consent") or {}
    return rules.CONSENT_TEXTS.get(consent.get("version", "")) if consent.get("given") is True else None
