"""A query that is asked often answers as any other, on both engines."""

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.exc import DBAPIError, StatementError

from fieldapp.bulk import among, insert_rows
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.models import NumberSeries, SealedPerson
from fieldapp.frequent_query import FrequentQuery

AWKWARD = ["张三", "%s :name $1 ${x}", "it's", "{1,2}", '"', "NULL", "back\\slash", ""]
_series, _sealed = NumberSeries.__table__.c, SealedPerson.__table__.c


@pytest.mark.parametrize("name", AWKWARD)
def test_whatever_text_a_parameter_holds_it_is_a_text(app: object, name: str) -> None:
    with unit_of_work() as session:
        insert_rows(session.connection(), NumberSeries.__table__, [{"name": name, "last": 7}])
    query = FrequentQuery(select(_series.name, literal("$2 %s").label("own")).where(among(_series.name, "names")))

    with unit_of_work() as session:
        row = query.one(session.connection(), {"names": [*AWKWARD], "nobody's": 1})

    assert tuple(row) == (name, "$2 %s")


def test_moments_and_choices_are_given_as_elsewhere(app: object) -> None:
    moment = datetime(2026, 11, 24, 23, 59, 59, 123456, tzinfo=UTC)
    kept = {"owner_id": "a", "revision": 1, "owner_kind": "observation", "sealed": b"", "key": None}
    with unit_of_work() as session:
        insert_rows(session.connection(), SealedPerson.__table__, [kept | {"erased_at": moment}])
    query = FrequentQuery(
        select(_sealed.revision).where(_sealed.erased_at >= bindparam("since"), among(_sealed.owner_kind, "kinds"))
    )

    with unit_of_work() as session:
        assert tuple(query.one(session.connection(), {"since": moment, "kinds": ["observation"]})) == (1,)


def test_a_list_that_is_another_statement_for_each_length_is_refused_where_it_would_cost(app: object) -> None:
    query = FrequentQuery(select(func.count()).where(_sealed.owner_kind.in_(("interview", "roundtable"))))
    is_refused = db.engine.dialect.name == "postgresql"

    with pytest.raises(ValueError, match="bulk.among") if is_refused else nullcontext(), unit_of_work() as session:
        assert tuple(query.one(session.connection(), {})) == (0,)


def test_a_database_that_refuses_says_so_as_elsewhere_and_the_work_can_go_on(app: object) -> None:
    query = FrequentQuery(select(bindparam("number", type_=_series.last.type) / literal(0)))

    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError), unit_of_work() as session:
            query.one(session.connection(), {"number": 1})
    with pytest.raises((KeyError, StatementError)), unit_of_work() as session:
        query.one(session.connection(), {})
    with unit_of_work() as session:
        assert session.scalars(select(NumberSeries)).all() == []
