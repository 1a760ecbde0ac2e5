"""The reviewer's list in pages: every record once and in its order, and few questions to the database."""

from types import SimpleNamespace

import pytest
from factories import make_checklist_version, make_visit
from sqlalchemy import event, select

from benchmarks.seeding import seed
from fieldapp.extensions import db
from fieldapp.observations.models import Observation
from fieldapp.reviews.inbox import ROWS_PER_PAGE, Filters, inbox

RECORDS = 230
MOST_STATEMENTS = 12


@pytest.fixture
def many(app, county):
    """RECORDS records in every state, three of each visit."""
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    engine = db.engine.dialect.name
    seed(SimpleNamespace(engine=engine, county=county, version=make_checklist_version(), visits=[visit]), RECORDS)


def in_order(*, state=None, newest_first=True):
    order = (Observation.submitted_at, Observation.id)
    query = select(Observation.id).order_by(*(column.desc() if newest_first else column for column in order))
    return list(db.session.scalars(query.where(Observation.state == state) if state else query))


@pytest.mark.parametrize("state", ["", "submitted", "approved"])
def test_the_pages_one_after_the_other_are_every_record_once_and_in_order(county, many, state):
    wanted = in_order(state=state, newest_first=state != "submitted")
    first = inbox(county.zhou, Filters(state=state))

    pages = [inbox(county.zhou, Filters(state=state), page=number + 1) for number in range(first.pages)]

    assert [row.id for page in pages for row in page.rows] == wanted
    assert {len(page.rows) for page in pages[:-1]} <= {ROWS_PER_PAGE}
    assert {(page.total, page.pages) for page in pages} == {(len(wanted), -(-len(wanted) // ROWS_PER_PAGE))}
    assert {page.waiting for page in pages} == {len(in_order(state="submitted"))}


def test_how_many_wait_does_not_depend_on_what_is_asked_for(county, many):
    waiting = len(in_order(state="submitted"))

    for filters in (Filters(state="submitted"), Filters(state="submitted", has_no=True), Filters(text="没有这个地方")):
        assert inbox(county.zhou, filters).waiting == waiting
    assert inbox(county.sun, Filters(state="submitted")).waiting == 0, "nothing in reach of another 区镇"


def test_a_page_that_does_not_exist_is_the_nearest_one(county, many):
    assert inbox(county.zhou, Filters(), page=999).number == -(-RECORDS // ROWS_PER_PAGE)
    assert inbox(county.zhou, Filters(text="没有这个地方"), page=9).rows == []


@pytest.mark.parametrize("address", ["/review/", "/review/?state=all&page=3"])
def test_a_page_of_the_list_asks_the_database_few_times_however_many_rows_it_shows(
    county, many, signed_in, worker_caught_up, address
):
    worker_caught_up()
    desk, asked = signed_in(county.zhou), []
    desk.get(address)
    note = lambda *given: asked.append(given[2])  # noqa: E731 one listener
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page = desk.get(address).get_data(as_text=True)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert page.count('class="list__row"') > 40
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
