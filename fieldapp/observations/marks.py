"""What stands against a record: read at its filing with everything else, kept in its row, looked at anew where it may
be lifted.

A mark is decided when a revision is submitted, from the facts of that moment, and stays: a certificate revoked later
marks no old record, one renewed later clears none. Only what is said of the pair (不足两人 and who of it holds which
certificate) is a statement about the visit, which can become true later: when a second supervisor's record of the
visit, or confirmation of one, comes in, or somebody is added to the group of a planned visit. So these two are looked
at anew, and their lifting needs no writing: it follows from the filing or the change of the group, which are in the
audit chain.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Date, Subquery, bindparam, func, null, or_, select, union

from fieldapp.bulk import among
from fieldapp.clock import china, now
from fieldapp.extensions import db
from fieldapp.filing.parts import Held, Part
from fieldapp.observations import rules
from fieldapp.observations.models import Observation
from fieldapp.officers.batch_parts import AGENCIES
from fieldapp.people import kinship
from fieldapp.people.models import Certificate, GroupMember, User
from fieldapp.visits import recusal
from fieldapp.visits.batch_parts import ASKED
from fieldapp.visits.models import VisitAttendance

_observation, _asked, _member = Observation.__table__.c, ASKED.c, GroupMember.__table__.c
_attendance = VisitAttendance.__table__.c
_user, _certificate = User.__table__.c, Certificate.__table__.c
_TODAY = bindparam("today", type_=Date)
_IS_VALID = (
    (_certificate.holder_id == _user.id)
    & (_certificate.state == "valid")
    & (_certificate.issued_on <= _TODAY)
    & (_certificate.valid_until >= _TODAY)
)


def _went() -> Subquery:
    """Pairs (visit, user) of who goes along on the visits in the parameter `visits`, as far as anything here tells; and
    those in `authors`, with no visit.

    On a planned visit the group that was sent, and who has filed or confirmed a record. On an ad-hoc one who opened it,
    and who has filed or confirmed: its group is whatever the phone offered first, and says nothing of who was there.
    """
    return union(
        select(_asked.id.label("visit"), _member.user_id.label("person"))
        .join_from(ASKED, GroupMember.__table__, _member.group_id == _asked.group_id)
        .where(_asked.is_ad_hoc.is_(False)),
        select(_asked.id, _asked.lead_id).where(_asked.is_ad_hoc.is_(False)),
        select(_asked.id, _asked.created_by_id).where(_asked.is_ad_hoc.is_(True)),
        select(_observation.visit_id, _observation.author_id).where(
            among(_observation.visit_id, "visits"), *(_observation.state != state for state in rules.UNFILED)
        ),
        select(_attendance.visit_id, _attendance.user_id).where(among(_attendance.visit_id, "visits")),
        select(null(), _user.id).where(among(_user.id, "authors")),
    ).subquery()


# Everybody of these once for each valid certificate: its kind, none when there is none. Who is disabled goes nowhere,
# but may be an author: of what a rescue package brings.
_PAIRED = _went()
_WHO_GOES = (
    select(
        _PAIRED.c.visit,
        _PAIRED.c.person,
        _user.organisation_id.label("organisation"),
        _user.recusals,
        _certificate.kind.label("certificate"),
    )
    .join_from(_PAIRED, User.__table__, _user.id == _PAIRED.c.person)
    .outerjoin(Certificate.__table__, _IS_VALID)
    .where(or_(_user.disabled_at.is_(None), _PAIRED.c.visit.is_(None)))
)
_LINES = kinship.lineage(
    union(
        select(_user.organisation_id).where(among(_user.id, "authors")),
        select(func.coalesce(_asked.agency_id, _asked.named_agency_id)),
        AGENCIES,
    )
)
PARTS = (Part("going", _WHO_GOES), Part("lines", select(_LINES.c.start, _LINES.c.above)))


@dataclass
class Facts:
    """Who goes along on which visit, who holds which valid certificates, whose organisation stands above which."""

    going: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    certificates: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    organisations: dict[str, str] = field(default_factory=dict)
    recusals: dict[str, set[str]] = field(default_factory=dict)
    lines: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, held: Held) -> "Facts":
        """What a batch's look has found of these."""
        return cls.of_rows(held.rows["going"], held.rows["lines"])

    @classmethod
    def of_rows(cls, going: Iterable[Any], lines: Iterable[Any]) -> "Facts":
        """What the queries of PARTS have found, in their order."""
        facts = cls()
        facts.take_going(going)
        for row in lines:
            facts.lines[row["start"]].add(row["above"])
        return facts

    def take_going(self, rows: Iterable[Any]) -> None:
        """Takes over who goes along: `visit` (none of an author), `person`, `organisation`, `recusals` (ids between
        blanks), the kind of one valid `certificate` or none.
        """
        for row in rows:
            self.organisations[row["person"]] = row["organisation"]
            self.recusals[row["person"]] = set(row["recusals"].split())
            if row["visit"] is not None:
                self.going[row["visit"]].add(row["person"])
            self._hold(row["person"], row["certificate"])

    def note_filing(self, visit_id: str, author_id: str) -> None:
        """A filing of the same batch: who files goes along."""
        self.going[visit_id].add(author_id)

    def marks_of(self, author_id: str, visit_id: str, visited_id: str | None) -> tuple[str, ...]:
        """What stands against a record that the author submits of this visit now."""
        people = self.going[visit_id] | {author_id}
        return rules.marks(
            is_own=self.is_own(author_id, visited_id),
            has_certificate=bool(self.certificates[author_id]),
            pair=self._pair_marks(people),
        )

    def is_own(self, author_id: str, visited_id: str | None) -> bool:
        """Whether the author belongs to the organisation that is visited, or keeps away from it."""
        if visited_id is None:
            return False
        own, above = self.organisations.get(author_id, ""), self.lines[visited_id]
        is_recused = not above.isdisjoint(self.recusals.get(author_id, ()))
        return visited_id in self.lines[own] or own in above or is_recused

    def pair_marks_of(self, visit_id: str) -> tuple[str, ...]:
        """What is to be said of the pair on this visit."""
        return self._pair_marks(self.going[visit_id])

    def _pair_marks(self, people: set[str]) -> tuple[str, ...]:
        inspectors = sum("inspector" in self.certificates[person] for person in people)
        return rules.pair_marks(people=len(people), inspectors=inspectors)

    def _hold(self, person: str, kind: str | None) -> None:
        if kind is not None:
            self.certificates[person].add(kind)


class Marked(Protocol):
    """What a record and a row of a list have in common."""

    id: str
    visit_id: str
    marks: str


def standing(rows: Iterable[Marked]) -> dict[str, tuple[str, ...]]:
    """What stands against each of these records now (keys of rules.MARKS), by id; empty where nothing does.

    One query for all whose pair was in doubt, none where nobody's was.
    """
    kept = {row.id: (row.visit_id, tuple(row.marks.split(",")) if row.marks else ()) for row in rows}
    doubted = sorted({visit_id for visit_id, found in kept.values() if set(found) & rules.LIFTED_LATER})
    if not doubted:
        return {record_id: found for record_id, (_, found) in kept.items()}
    facts = Facts()
    going = db.session.execute(_WHO_GOES, {"visits": doubted, "authors": [], "today": china(now()).date()})
    facts.take_going(going.mappings())
    return {
        record_id: rules.with_pair(found, facts.pair_marks_of(visit_id)) if visit_id in doubted else found
        for record_id, (visit_id, found) in kept.items()
    }


def of(observation: Observation) -> tuple[str, ...]:
    """What stands against one record now.

    The own agency is looked at once more when the visit has been given another agency since the filing.
    """
    found = standing([observation])[observation.id]
    visited = recusal.visited(observation.visit)
    if visited is None or visited == observation.agency_id or "own_agency" in found:
        return found
    return ("own_agency", *found) if recusal.belonging([observation.author], visited) else found


def words_of(found: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The words of the marks of each record."""
    return {record_id: [rules.MARKS[mark] for mark in marks] for record_id, marks in found.items()}
