"""Many rows in one statement are the same rows as one by one, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from fieldapp.bulk import among, insert_rows
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.models import NumberSeries, SealedPerson

TEXTS = ["张三", "𠮷龘😀", 'say "no"', "back\\slash", "line\nbreak\ttab", "a: b, {c} [d]", "%s :name ${x}", ""]
MOMENT = datetime(2026, 11, 24, 23, 59, 59, 123456, tzinfo=UTC)


@pytest.mark.parametrize("count", [0, 1, 8])
def test_rows_are_read_back_as_they_were_written(app: object, count: int) -> None:
    rows = [
        {
            "owner_id": TEXTS[place] + str(place),
            "revision": place + 1,
            "owner_kind": TEXTS[place],
            "sealed": bytes(range(place, place + 40)),
            "key": None if place % 2 else b"\x00\xff\\'\"",
            "erased_at": (MOMENT + timedelta(days=place)) if place % 2 else None,
        }
        for place in range(count)
    ]
    with unit_of_work() as session:
        insert_rows(session.connection(), SealedPerson.__table__, rows)

    found = db.session.execute(select(*SealedPerson.__table__.c).order_by(SealedPerson.revision)).mappings()
    assert [dict(row) for row in found] == rows


def test_a_moment_without_a_zone_is_refused(app: object) -> None:
    row = {"owner_id": "a", "owner_kind": "observation", "sealed": b"", "key": None, "erased_at": datetime(2026, 1, 1)}
    with pytest.raises(Exception, match="without a zone"), unit_of_work() as session:
        insert_rows(session.connection(), SealedPerson.__table__, [row | {"revision": n} for n in (1, 2)])

    assert db.session.scalars(select(SealedPerson)).all() == []


def test_one_bad_row_takes_all_back(app: object) -> None:
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), unit_of_work() as session:
        insert_rows(session.connection(), NumberSeries.__table__, [{"name": "JD-2026", "last": n} for n in (1, 2)])

    assert db.session.scalars(select(NumberSeries)).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rows_are_found_by_their_keys_without_reading_the_table(app):
    found = select(SealedPerson.owner_id).where(among(SealedPerson.__table__.c.owner_id, "ids"))
    plan = []

    @event.listens_for(db.engine, "before_cursor_execute", retval=True)
    def explain(_connection, _cursor, statement, parameters, _context, _many):
        return f"EXPLAIN QUERY PLAN {statement}" if statement.startswith("SELECT") else statement, parameters

    try:
        plan = [row[-1] for row in db.session.connection().execute(found, {"ids": ["a", "b"]}).cursor.fetchall()]
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)

    assert any(step.startswith("SEARCH sealed_person USING") for step in plan), plan
