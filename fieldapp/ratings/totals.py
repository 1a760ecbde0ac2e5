"""Totals of ratings from the database: one pass over an index for each question."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from fieldapp.extensions import db
from fieldapp.people.models import User
from fieldapp.ratings import queries, rules, tallies
from fieldapp.ratings.models import Rating
from fieldapp.ratings.tallies import Totals

COUNTED = (Rating.suspect_reasons == "") & Rating.misrated_at.is_(None)


def totals(
    user: User,
    *,
    agency_id: str = "",
    locality_id: str = "",
    contact_point_id: str = "",
    domain: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Totals:
    """Both totals of the ratings in a lead's or an admin's reach, narrowed to what is given."""
    seen = Rating.id.in_(queries.visible_to(user).with_only_columns(Rating.id))
    narrowed = [
        column == value
        for column, value in (
            (Rating.agency_id, agency_id), (Rating.locality_id, locality_id),
            (Rating.contact_point_id, contact_point_id), (Rating.domain, domain),
        )
        if value
    ]  # fmt: skip
    return _totals([seen, *narrowed, *_between(since, until)])


def of_agency(agency_id: str, *within: ColumnElement[bool]) -> Totals:
    """Both totals of an agency's ratings, whoever asks. Only disclosure.py decides what of them leaves the bureau."""
    return _totals([Rating.agency_id == agency_id, *within])


def _between(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    bounds = []
    if since is not None:
        bounds.append(Rating.submitted_at >= since)
    if until is not None:
        bounds.append(Rating.submitted_at < until)
    return bounds


def _totals(wanted: Sequence[ColumnElement[bool]]) -> Totals:
    rows = db.session.execute(
        select(Rating.level, Rating.kind, COUNTED.label("is_counted"), func.count().label("how_many"))
        .where(*wanted)
        .group_by(Rating.level, Rating.kind, COUNTED)
    ).all()
    groups = [tallies.Group(row.how_many, row.level, row.kind, bool(row.is_counted)) for row in rows]
    counted = [group for group in groups if group.is_counted]
    return Totals(tallies.tally(groups), tallies.tally(counted), _facts(wanted), _suspicions(wanted))


def _facts(wanted: Sequence[ColumnElement[bool]]) -> dict[str, dict[str, int]]:
    found = tallies.no_answers()
    for fact in rules.FACTS:
        column = getattr(Rating, fact)
        rows = db.session.execute(select(column, func.count()).where(*wanted, COUNTED).group_by(column)).all()
        found[fact].update({value: count for value, count in rows if value in rules.FACT_ANSWERS})
    return found


def _suspicions(wanted: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    rows = db.session.execute(
        select(Rating.suspect_reasons, func.count()).where(*wanted, Rating.suspect_reasons != "")
        .group_by(Rating.suspect_reasons)
    ).all()  # fmt: skip
    found = dict.fromkeys(rules.SUSPICIONS, 0)
    for reasons, count in rows:
        for reason in reasons.split():
            found[reason] = found.get(reason, 0) + count
    return found
