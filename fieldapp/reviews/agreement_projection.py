"""The voices of visits: kept one by one as they were filed, and summed up for each visit, for pages, lists and figures.

What is kept follows the audit chain: every filing, joining and conclusion has its entry there, in the order of the
transactions, so nothing can be missed and whoever files pays nothing. The words of a filing are opened once, when its
entry is heard; a visit is summed up from what was taken from them, however many spoke. See docs/decisions/0011.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson
from sqlalchemy import Table, case, func, not_, select

from fieldapp.audit import projections
from fieldapp.audit.projections import Heard, Projection, Row, Summary
from fieldapp.bulk import among
from fieldapp.checklists import queries as checklists
from fieldapp.extensions import db
from fieldapp.filing import bodies
from fieldapp.interviews.kind import INTERVIEW
from fieldapp.interviews.models import Interview, InterviewRevision
from fieldapp.observations.kind import OBSERVATION
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.observations.queries import newest_submitted
from fieldapp.people.models import Organisation, User
from fieldapp.people.scope import Reach, reach_of
from fieldapp.ratings.models import Rating
from fieldapp.ratings.rules import FACTS
from fieldapp.reviews import three_voices
from fieldapp.reviews.models import KeptVoice, VisitVoices
from fieldapp.reviews.three_voices import RULE, Voice
from fieldapp.visits import queries as visits
from fieldapp.visits import recusal
from fieldapp.visits.models import Visit

_OF_RATINGS = frozenset({"rating.received", "rating.marked", "rating.joined", "follow_up.moved"})
_BODIES_AT_ONCE = 100  # however long the words are that came, few of them are in memory
_NAMELESS = {"party": "受访人", "citizen": "评价"}
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
    """The voices of one visit as far as they are kept: supervisors, the party, citizens, each in the order of filing.
    The caller has checked that the user may see the visit.

    Who recorded it is named only where the user may read that record. Of the user's own agency nobody else's voice is
    heard: who was there once with the record of the visit in hand must not learn what citizens said.
    """
    reach = reach_of(user)
    rows = db.session.execute(
        select(KeptVoice.__table__, User.name, Observation.author_id, Observation.group_id, Observation.locality_id)
        .outerjoin(Observation, Observation.id == KeptVoice.source_id)
        .outerjoin(User, User.id == Observation.author_id)
        .where(KeptVoice.visit_id == visit_id, KeptVoice.rule == RULE)
        .order_by(KeptVoice.spoke_at, KeptVoice.source_id)
    ).all()
    if reach.recused_from and db.session.scalar(recusal.own_visits(reach).where(Visit.id == visit_id)):
        rows = [row for row in rows if row.author_id == user.id]
    voices = [
        Voice(row.kind, row.source_id, _who(row, reach), _said(row.said_yes, row.said_no), tuple(row.apart.split()))
        for row in rows
    ]
    return [voice for kind in three_voices.KINDS for voice in voices if voice.kind == kind]


def _who(row: Any, reach: Reach) -> str:
    if row.kind != "supervisor":
        return _NAMELESS[row.kind]
    may_name = reach.covers(author_id=row.author_id, group_id=row.group_id, locality_id=row.locality_id)
    return str(row.name) if may_name else "其他监督员"


def marks(visit_ids: Iterable[str]) -> dict[str, list[str]]:
    """The contradicted facts of these visits, those without any left out."""
    rows = db.session.execute(
        select(VisitVoices.visit_id, VisitVoices.contradictions).where(
            VisitVoices.visit_id.in_(list(visit_ids)),
            VisitVoices.contradiction_count > 0,
            VisitVoices.rule == RULE,
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
        .where(VisitVoices.compared_count > 0, VisitVoices.rule == RULE, Visit.id.in_(seen), *not_own)
        .group_by(Organisation.id)
    )
    found = [Agreement(row[0], row.compared, int(row.contradicted)) for row in rows]
    return sorted(found, key=lambda one: one.agency.name)


def _said(yes: str, no: str) -> dict[str, str]:
    return dict.fromkeys(yes.split(), "yes") | dict.fromkeys(no.split(), "no")


def _sources_of(heard: Sequence[Heard]) -> set[str]:
    return {entry.subject_id for entry in heard}


def _rows_of(source_ids: Collection[str]) -> tuple[list[Row]]:
    """A filing has one id among all kinds: what is found to be a record is not looked for among interviews."""
    rows: list[Row] = []
    wanted = sorted(source_ids)
    for hear in (_supervisors, _parties):
        for first in range(0, len(wanted), _BODIES_AT_ONCE):
            rows.extend(hear(wanted[first : first + _BODIES_AT_ONCE]))
        found = {row["source_id"] for row in rows}
        wanted = [one for one in wanted if one not in found]
    return ([*rows, *_citizens(wanted)],)


def _voice(kind: str, row: Any, said: Mapping[str, str], apart: Iterable[str] = ()) -> Row:
    return {
        "source_id": row.id,
        "visit_id": row.visit_id,
        "kind": kind,
        "said_yes": " ".join(fact for fact, saying in said.items() if saying == "yes"),
        "said_no": " ".join(fact for fact, saying in said.items() if saying == "no"),
        "apart": " ".join(apart),
        "spoke_at": row.submitted_at,
        "rule": RULE,
    }


# Made once: to build a statement takes longer than to run it.
_record, _revision = Observation.__table__.c, ObservationRevision.__table__.c
_RECORDS = (
    select(_record.id, _record.visit_id, _record.submitted_at, _record.checklist_version_id, _revision.body)
    .join_from(Observation, ObservationRevision, _revision.observation_id == _record.id)
    .where(among(_record.id, "ids"), _revision.revision == newest_submitted())
)
_INTERVIEWS = bodies.with_keys(
    select(Interview.id, Interview.visit_id, Interview.submitted_at, InterviewRevision.body).join(
        InterviewRevision,
        (InterviewRevision.interview_id == Interview.id) & (InterviewRevision.revision == Interview.head_revision),
    ),
    INTERVIEW,
).where(among(Interview.__table__.c.id, "ids"), Interview.state == "submitted")
_RATINGS = select(
    Rating.id, Rating.visit_id, Rating.submitted_at, Rating.suspect_reasons, Rating.misrated_at,
    *(getattr(Rating, fact) for fact in FACTS),
).where(among(Rating.__table__.c.id, "ids"), Rating.visit_id.is_not(None))  # fmt: skip


def _supervisors(record_ids: Sequence[str]) -> Iterator[Row]:
    """From each record its newest submitted revision: a returned record still says what was submitted."""
    for row in db.session.execute(_RECORDS, {"ids": record_ids}):
        code_of_fact = checklists.content_of(row.checklist_version_id).code_of_fact
        said = three_voices.said_by_supervisor(orjson.loads(row.body).get("answers") or {}, code_of_fact)
        yield _voice("supervisor", row, said)


def _parties(interview_ids: Sequence[str]) -> Iterator[Row]:
    for row in db.session.execute(_INTERVIEWS, {"ids": interview_ids}):
        text = bodies.opened(row.body, row.body_key)
        if text is not None:  # its erasure is heard next
            yield _voice("party", row, three_voices.said_in_interview(orjson.loads(text).get("facts") or {}))


def _citizens(rating_ids: Sequence[str]) -> Iterator[Row]:
    for row in db.session.execute(_RATINGS, {"ids": rating_ids}) if rating_ids else ():
        said = three_voices.said_in_rating({fact: getattr(row, fact) for fact in FACTS})
        apart = (*row.suspect_reasons.split(), *([MISRATED] if row.misrated_at else []))
        yield _voice("citizen", row, said, apart)


_WHAT_COUNTS = ("visit_id", "kind", "said_yes", "said_no", "apart", "rule")


def _summed_up(visit_ids: Collection[str], made: Sequence[Row], replaced: Collection[str]) -> list[Row]:
    """A row for each visit of which somebody spoke. Who says the same of the same side is heard once: that is enough
    to find agreement and contradiction.
    """
    voice = KeptVoice.__table__.c
    kept = select(*(voice[name] for name in _WHAT_COUNTS)).where(among(voice.visit_id, "visits")).distinct()
    given = {"visits": sorted(visit_ids)}
    if replaced:  # seldom: what is heard is mostly new
        kept, given = kept.where(not_(among(voice.source_id, "replaced"))), given | {"replaced": sorted(replaced)}
    heard: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for visit_id, *said in db.session.execute(kept, given):
        heard[visit_id].add(tuple(said))
    for row in made:
        heard[row["visit_id"]].add(tuple(row[name] for name in _WHAT_COUNTS[1:]))
    return [_sum(visit_id, voices) for visit_id, voices in heard.items()]


def _sum(visit_id: str, heard: Collection[tuple[Any, ...]]) -> Row:
    """As old as the oldest of its voices: while some wait to be taken anew under another rule, it is not shown."""
    voices = [Voice(kind, "", "", _said(yes, no), tuple(apart.split())) for kind, yes, no, apart, _ in heard]
    contradicted = three_voices.contradictions(voices)
    return {
        "visit_id": visit_id,
        "rule": min(rule for *_, rule in heard),
        "contradictions": " ".join(contradicted),
        "contradiction_count": len(contradicted),
        "compared_count": len(three_voices.compared(voices)),
    }


PROJECTION = projections.register(
    Projection(
        name="voices",
        words="三方印证",
        events=_OF_RATINGS | {OBSERVATION.event, INTERVIEW.event, "filing.erased"},
        key="source_id",
        tables=(cast(Table, KeptVoice.__table__),),
        rule=RULE,
        touched=_sources_of,
        rows_of=_rows_of,
        summary=Summary(cast(Table, VisitVoices.__table__), "visit_id", _summed_up),
    )
)
