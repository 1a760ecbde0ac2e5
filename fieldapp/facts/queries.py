"""Counting answers. Every count starts at the records that the user may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from fieldapp.checklists import queries as checklists
from fieldapp.extensions import db
from fieldapp.facts.models import AnswerFact, RecordFact
from fieldapp.observations.models import Observation
from fieldapp.observations.queries import filed_visible_to
from fieldapp.people.models import User

COUNTED = ("approved",)
DIMENSIONS: dict[str, Any] = {
    "record": RecordFact.observation_id, "revision": RecordFact.revision, "visit": RecordFact.visit_id,
    "author": RecordFact.author_id, "group": RecordFact.group_id, "agency": RecordFact.agency_id,
    "locality": RecordFact.locality_id, "domain": RecordFact.domain, "mode": RecordFact.mode,
    "source": RecordFact.source, "checklist": RecordFact.checklist_version_id, "state": RecordFact.state,
    "stage": AnswerFact.stage, "item": AnswerFact.item, "critical": AnswerFact.critical, "weight": AnswerFact.weight,
    "value": AnswerFact.value, "corrected_on_spot": AnswerFact.corrected_on_spot,
}  # fmt: skip


@dataclass(frozen=True)
class OftenNo:
    """An item and how often it was answered 否. `is_draft`: a checklist version that it comes from is 拟定."""

    item: str
    title: str
    count: int
    is_draft: bool


@dataclass(frozen=True)
class OftenNos:
    """The items most often answered 否, most often first, and of how many approved records."""

    rows: list[OftenNo]
    records: int


def facts(user: User) -> Select[Any]:
    """One row an answer with all that is known of it, by the names of DIMENSIONS and the four moments, in the user's
    reach; records that wait for review or were returned are among them (`state`).
    """
    columns = [column.label(name) for name, column in DIMENSIONS.items()]
    moments = (RecordFact.started_at, RecordFact.submitted_at, RecordFact.received_at, RecordFact.decided_at)
    return _answers(user).with_only_columns(*columns, *moments)


def counts(
    user: User, by: Sequence[str], *, states: Collection[str] = COUNTED, **wanted: Any
) -> dict[tuple[Any, ...], int]:
    """How many answers there are for each combination of the dimensions in `by`, in the user's reach.

    `wanted`: dimension=value, e.g. value="no". Raises KeyError for no dimension of ours.
    """
    columns = [DIMENSIONS[name] for name in by]
    narrowed = [DIMENSIONS[name] == value for name, value in wanted.items()]
    rows = db.session.execute(
        _answers(user)
        .where(RecordFact.state.in_(states), *narrowed)
        .with_only_columns(*columns, func.count())
        .group_by(*columns)
    )
    return {tuple(row[:-1]): row[-1] for row in rows}


def often_no(user: User, *, limit: int = 5) -> OftenNos:
    """The items most often answered 否 in approved records; corrected on the spot or not."""
    found: dict[str, int] = {}
    versions: dict[str, set[str]] = {}
    for (item, version), count in counts(user, ("item", "checklist"), value="no").items():
        found[item] = found.get(item, 0) + count
        versions.setdefault(item, set()).add(version)
    first = sorted(found, key=lambda item: (-found[item], item))[:limit]
    rows = [_often(item, found[item], versions[item]) for item in first]
    return OftenNos(rows, _number_of_records(user))


def often_no_by_agency(user: User, *, limit: int = 3) -> dict[str, OftenNos]:
    """The same of each agency in the register that the user has approved records of, by its id; in two queries."""
    counted = (
        select(RecordFact.agency_id, func.count())
        .where(RecordFact.state.in_(COUNTED), RecordFact.agency_id.is_not(None), _in_reach(user))
        .group_by(RecordFact.agency_id)
    )
    found: dict[str, dict[str, tuple[int, set[str]]]] = {}
    for (agency, item, version), count in counts(user, ("agency", "item", "checklist"), value="no").items():
        before, versions = found.setdefault(agency, {}).get(item, (0, set()))
        found[agency][item] = (before + count, versions | {version})
    rows = db.session.execute(counted)
    return {agency: OftenNos(_first(found.get(agency, {}), limit), records) for agency, records in rows if agency}


def _first(found: dict[str, tuple[int, set[str]]], limit: int) -> list[OftenNo]:
    items = sorted(found, key=lambda item: (-found[item][0], item))[:limit]
    return [_often(item, *found[item]) for item in items]


def _often(item: str, count: int, versions: Collection[str]) -> OftenNo:
    newest = checklists.content_of(max(versions)).by_code.get(item)
    is_draft = any(checklists.is_draft(version) for version in versions)
    return OftenNo(item, newest.title if newest else item, count, is_draft)


def _number_of_records(user: User) -> int:
    counted = select(func.count()).select_from(RecordFact).where(RecordFact.state.in_(COUNTED), _in_reach(user))
    return db.session.scalar(counted) or 0


def _answers(user: User) -> Select[Any]:
    joined = select(AnswerFact).join_from(
        AnswerFact, RecordFact, RecordFact.observation_id == AnswerFact.observation_id
    )
    return joined.where(_in_reach(user))


def _in_reach(user: User) -> Any:
    return RecordFact.observation_id.in_(filed_visible_to(user).with_only_columns(Observation.id))
