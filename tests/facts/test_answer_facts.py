"""What was answered, one row an answer: counted is what is approved, in its newest revision, within one's reach."""

import pytest
from factories import filed_observation, make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.audit import projections
from fieldapp.checklists import operations as checklists
from fieldapp.extensions import db
from fieldapp.facts import queries
from fieldapp.facts.projection import PROJECTION
from fieldapp.filing.operations import file_revision
from fieldapp.observations.models import Observation
from fieldapp.reviews import operations as reviews

NO = {"value": "no", "note": "没有看到", "corrected_on_spot": True}


@pytest.fixture
def version(app):
    return make_checklist_version()


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def file(county, version, visit):
    """file(record, state=…, **answers): a further revision of a record by 张三 (a new one without); gives its id."""

    def put(record_id=None, *, state="submitted", at=None, **answers):
        found = db.session.get(Observation, record_id, populate_existing=True) if record_id else None
        revision = found.head_revision + 1 if found else 1
        record_id = record_id or ids.mint()
        body = observation_body(at or visit, version, revision=revision, state=state, answers=answers)
        file_revision(county.zhang_san, filed_observation(record_id, body))
        return record_id

    return put


@pytest.fixture
def beside(county, version, visit):
    """李四 has filed too: there are two of them, so records can be approved."""
    file_revision(county.li_si, filed_observation(ids.mint(), observation_body(visit, version)))


def noes(user, **wanted):
    list(projections.until_caught_up(PROJECTION))
    return queries.counts(user, ("item",), value="no", **wanted)


def test_an_answer_waits_until_its_record_is_approved(county, file, beside):
    record = file(B01=NO)
    assert noes(county.qian) == {}
    assert noes(county.qian, states=("submitted",)) == {("B01",): 1}

    reviews.approve(county.qian, record, revision=1)

    assert noes(county.qian) == {("B01",): 1}
    assert noes(county.qian, states=("submitted",)) == {}


def test_what_is_submitted_again_stands_in_the_place_of_what_was_returned(county, file, beside):
    record = file(B01=NO, B02=NO)
    reviews.return_to_author(county.qian, record, revision=1, comment="再看看", items={})
    file(record, state="draft", B03=NO)
    assert noes(county.qian, states=("returned",)) == {("B01",): 1, ("B02",): 1}

    file(record, B02=NO)
    reviews.approve(county.qian, record, revision=3)

    assert noes(county.qian) == {("B02",): 1}
    assert queries.counts(county.qian, ("record", "revision"), value="no") == {(record, 3): 1}


def test_a_draft_is_nobody_elses_and_is_not_in_it(county, file):
    file(state="draft", B01=NO)

    assert noes(county.qian, states=("draft", "submitted", "returned", "approved")) == {}


def test_every_dimension_and_moment_of_an_answer_is_there(county, version, visit, file, beside):
    record = file(B01=NO)
    reviews.approve(county.qian, record, revision=1)
    list(projections.until_caught_up(PROJECTION))

    wanted = queries.facts(county.zhou).where(queries.DIMENSIONS["record"] == record)
    rows = {row.item: row for row in db.session.execute(wanted)}

    assert len(rows) == 5
    row = rows["B01"]
    assert (row.visit, row.author, row.group) == (visit.id, county.zhang_san.id, county.first_group.id)
    assert (row.agency, row.locality) == (county.work_safety_agency.id, county.liuwan.id)
    assert (row.domain, row.mode, row.source) == ("work_safety", "on_site", "routine")
    assert (row.checklist, row.state, row.revision) == (version.id, "approved", 1)
    assert (row.value, row.corrected_on_spot, row.critical) == ("no", True, True)
    assert row.weight > 0
    assert row.stage
    assert row.started_at < row.submitted_at <= row.received_at <= row.decided_at


def test_nobody_counts_what_they_may_not_see(county, version, file, beside):
    record = file(B01=NO)
    reviews.approve(county.qian, record, revision=1)
    noes(county.zhou)

    reached = {name: sum(noes(getattr(county, name)).values()) for name in
               ("zhou", "wu", "qian", "sun", "zhang_san", "li_si", "wang_wu", "chen", "zheng", "feng")}  # fmt: skip

    assert reached == {
        "zhou": 1, "wu": 1, "qian": 1, "sun": 0, "zhang_san": 1, "li_si": 0, "wang_wu": 0, "chen": 0, "zheng": 0,
        "feng": 0,
    }  # fmt: skip


def test_the_most_frequent_comes_first_and_each_number_is_that_of_its_list(county, version, file, beside, signed_in):
    for answers in ({"B01": NO, "B02": NO}, {"B02": NO}, {"B02": NO, "C01": NO}, {"A02": NO}):
        record = file(**answers)
        if "A02" not in answers:
            reviews.approve(county.qian, record, revision=1)
    lead = signed_in(county.qian)

    often = queries.often_no(county.qian) if noes(county.qian) else None
    page = lead.get("/review/?state=approved").get_data(as_text=True)

    assert [(row.item, row.count) for row in often.rows] == [("B02", 3), ("B01", 1), ("C01", 1)]
    assert often.records == 3
    table = page.partition('id="often-no"')[2].partition("</section>")[0]
    assert "共 3 份已通过的记录" in table
    assert "A02" not in table, "its record waits for review"
    for row in often.rows:
        listed = lead.get(f"/review/?state=approved&item={row.item}").get_data(as_text=True)
        assert f"共 {row.count} 份" in listed
        assert f"{row.count} 份</a>" in table
    assert "最常为否的指标" in signed_in(county.wu).get("/admin/").get_data(as_text=True)
    assert "最常为否的指标" not in lead.get("/review/").get_data(as_text=True), "there the list waits for review"


def test_a_list_of_items_says_that_its_checklist_is_a_draft_until_it_is_approved(county, version, file, beside):
    reviews.approve(county.qian, file(B01=NO), revision=1)
    noes(county.qian)
    assert [row.is_draft for row in queries.often_no(county.qian).rows] == [True]

    checklists.approve(county.wu, version.id)

    assert [row.is_draft for row in queries.often_no(county.qian).rows] == [False]


def test_a_supervisor_sees_nothing_of_it_in_a_page_of_the_desk(county, signed_in):
    assert signed_in(county.zhang_san).get("/review/?state=approved").status_code == 403
