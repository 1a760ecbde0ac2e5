"""Hearing the voices of visits: read on a record's page as they are now, kept in visit_voices for lists and figures.

What is kept follows the audit chain: every filing, joining and conclusion has its entry there, in the order of the
transactions, so nothing can be missed and whoever files pays nothing. See docs/decisions.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, case, func, select

from fieldapp.audit import projections
from fieldapp.audit.projections import Heard, Projection
from fieldapp.checklists import queries as checklists
from fieldapp.extensions import db
from fieldapp.filing import kinds
from fieldapp.interviews.models import Interview, InterviewRevision
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.queries import newest_submitted
from fieldapp.people.models import Organisation, User
from fieldapp.people.scope import reach_of
from fieldapp.ratings.models import Rating
from fieldapp.ratings.rules import FACTS
from fieldapp.reviews import three_voices
from fieldapp.reviews.models import VisitVoices
from fieldapp.reviews.three_voices import Voice
from fieldapp.visits import queries as visits
from fieldapp.visits import recusal
from fieldapp.visits.models import Visit

_OF_RATINGS = frozenset({"rating.received", "rating.joined", "follow_up.moved"})
MISRATED = "misrated"


@dataclass(frozen=True)
class Agreement:
    """How far the voices of an agency's visits agree. `share`: 0–1 of the visits compared; None for too few."""

    agency: Organisation
    compared: int
    contradicted: int

    @property
    def share(self) -> float | None:
        return three_voices.share_without(compared_visits=self.compared, contradicted_visits=self.contradicted)


def of_visit(user: User, visit_id: str) -> list[Voice]:
    """The voices of one visit as they are now. The caller has checked that the user may see the visit.

    Who recorded it is named only where the user may read that record. Of the user's own agency nobody else's voice is
    heard: who was there once with the record of the visit in hand must not learn what citizens said.
    """
    reach = reach_of(user)
    found = _supervisors([visit_id], lambda row: reach.covers(
        author_id=row.author_id, group_id=row.group_id, locality_id=row.locality_id))  # fmt: skip
    if reach.recused_from and db.session.scalar(recusal.own_visits(reach).where(Visit.id == visit_id)):
        own = select(Observation.id).where(Observation.visit_id == visit_id, Observation.author_id == user.id)
        mine = set(db.session.scalars(own))
        return [voice for voice in found[visit_id] if voice.source_id in mine]
    return [*found[visit_id], *_parties([visit_id])[visit_id], *_citizens([visit_id])[visit_id]]


def marks(visit_ids: Iterable[str]) -> dict[str, list[str]]:
    """The contradicted facts of these visits, those without any left out."""
    rows = db.session.execute(
        select(VisitVoices.visit_id, VisitVoices.contradictions).where(
            VisitVoices.visit_id.in_(list(visit_ids)),
            VisitVoices.contradiction_count > 0,
            VisitVoices.rule == three_voices.RULE,
        )
    )
    return {row.visit_id: row.contradictions.split() for row in rows}


def agreements(user: User) -> list[Agreement]:
    """For each agency in the user's reach whose visits could be compared, by name: witnesses who disagree are no
    fault of the agency, so nothing is ranked.
    """
    seen = visits.visible_to(user).with_only_columns(Visit.id)
    not_own = recusal.not_of(reach_of(user), Visit.__table__.c.id)
    contradicted = func.sum(case((VisitVoices.contradiction_count > 0, 1), else_=0))
    rows = db.session.execute(
        select(Organisation, func.count().label("compared"), contradicted.label("contradicted"))
        .join(Visit, Visit.agency_id == Organisation.id)
        .join(VisitVoices, VisitVoices.visit_id == Visit.id)
        .where(VisitVoices.compared_count > 0, VisitVoices.rule == three_voices.RULE, Visit.id.in_(seen), *not_own)
        .group_by(Organisation.id)
    )
    found = [Agreement(row[0], row.compared, int(row.contradicted)) for row in rows]
    return sorted(found, key=lambda one: one.agency.name)


def _row(visit_id: str, voices: list[Voice]) -> dict[str, object]:
    contradicted = three_voices.contradictions(voices)
    return {
        "visit_id": visit_id,
        "rule": three_voices.RULE,
        "contradictions": " ".join(contradicted),
        "contradiction_count": len(contradicted),
        "compared_count": len(three_voices.compared(voices)),
    }


def _visits_of(heard: Sequence[Heard]) -> set[str]:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for entry in heard:
        by_kind[entry.subject_kind].add(entry.subject_id)
    found: set[str] = set()
    for kind, subject_ids in by_kind.items():
        row = _rows_under(kind)
        found |= set(db.session.scalars(select(row.visit_id).where(row.id.in_(subject_ids))))
    return {visit_id for visit_id in found if visit_id}


def _rows_under(subject_kind: str) -> Any:
    """The model of what an entry is about: a filing, whatever its kind, or else a rating."""
    kind = kinds.find(subject_kind)
    return kind.row if kind else Rating


def _rows_of(visit_ids: Collection[str]) -> tuple[list[dict[str, Any]]]:
    return ([_row(visit_id, voices) for visit_id, voices in _gather(visit_ids).items()],)


def _gather(visit_ids: Collection[str]) -> dict[str, list[Voice]]:
    if not visit_ids:
        return {}
    supervisors, parties, citizens = _supervisors(visit_ids), _parties(visit_ids), _citizens(visit_ids)
    return {one: [*supervisors[one], *parties[one], *citizens[one]] for one in visit_ids}


def _supervisors(
    visit_ids: Collection[str], may_name: Callable[[Any], bool] = lambda row: True
) -> dict[str, list[Voice]]:
    """From each record its newest submitted revision: a returned record still says what was submitted."""
    newest = newest_submitted()
    rows = db.session.execute(
        select(
            Observation.id, Observation.visit_id, Observation.author_id, Observation.group_id, Observation.locality_id,
            Observation.checklist_version_id, User.name, ObservationRevision.body,
        )
        .join(User, User.id == Observation.author_id)
        .join(ObservationRevision, ObservationRevision.observation_id == Observation.id)
        .where(Observation.visit_id.in_(visit_ids), ObservationRevision.revision == newest)
        .order_by(Observation.submitted_at, Observation.id)
    )  # fmt: skip
    found: dict[str, list[Voice]] = defaultdict(list)
    for row in rows:
        code_of_fact = checklists.content_of(row.checklist_version_id).code_of_fact
        said = three_voices.said_by_supervisor(json.loads(row.body).get("answers") or {}, code_of_fact)
        found[row.visit_id].append(Voice("supervisor", row.id, row.name if may_name(row) else "其他监督员", said))
    return found


def _parties(visit_ids: Collection[str]) -> dict[str, list[Voice]]:
    rows = db.session.execute(
        select(Interview.id, Interview.visit_id, InterviewRevision.body)
        .join(
            InterviewRevision,
            (InterviewRevision.interview_id == Interview.id) & (InterviewRevision.revision == Interview.head_revision),
        )
        .where(Interview.visit_id.in_(visit_ids), Interview.state == "submitted")
        .order_by(Interview.submitted_at, Interview.id)
    )
    found: dict[str, list[Voice]] = defaultdict(list)
    for row in rows:
        said = three_voices.said_in_interview(json.loads(row.body).get("facts") or {})
        found[row.visit_id].append(Voice("party", row.id, "受访人", said))
    return found


def _citizens(visit_ids: Collection[str]) -> dict[str, list[Voice]]:
    rows = db.session.scalars(
        select(Rating).where(Rating.visit_id.in_(visit_ids)).order_by(Rating.submitted_at, Rating.id)
    )
    found: dict[str, list[Voice]] = defaultdict(list)
    for row in rows:
        said = three_voices.said_in_rating({fact: getattr(row, fact) for fact in FACTS})
        apart = (*row.suspect_reasons.split(), *([MISRATED] if row.misrated_at else []))
        found[row.visit_id or ""].append(Voice("citizen", row.id, "评价", said, apart))
    return found


PROJECTION = projections.register(
    Projection(
        name="visit_voices",
        words="三方印证",
        events=_OF_RATINGS | {kind.event for kind in kinds.every()},
        key="visit_id",
        tables=(cast(Table, VisitVoices.__table__),),
        rule=three_voices.RULE,
        touched=_visits_of,
        rows_of=_rows_of,
    )
)
