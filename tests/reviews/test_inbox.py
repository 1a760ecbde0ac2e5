"""The reviewer's lists."""

from datetime import timedelta

import pytest
from factories import make_checklist_version, make_visit
from sqlalchemy import insert

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.extensions import unit_of_work
from fieldapp.observations.models import Observation
from fieldapp.reviews import operations
from fieldapp.reviews.inbox import Filters, inbox, neighbours

WAITING = Filters(state="submitted")
START = now() - timedelta(days=30)


@pytest.fixture
def many(county):
    """120 records of the first group, two of each at the same moment; every second one is approved."""
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    rows = []
    for place in range(120):
        at = START + timedelta(minutes=place // 2)
        rows.append(
            {
                "id": ids.mint(),
                "number": f"JD-2026-{place + 1:06d}",
                "visit_id": visit.id,
                "author_id": county.zhang_san.id,
                "checklist_version_id": version.id,
                "state": "approved" if place % 2 else "submitted",
                "head_revision": 1,
                "group_id": visit.group_id,
                "locality_id": visit.locality_id,
                "agency_id": visit.agency_id,
                "domain": "work_safety",
                "mode": "on_site",
                "started_at": at,
                "submitted_at": at,
                "created_at": at,
                "changed_at": at,
            }
        )
    with unit_of_work() as session:
        session.execute(insert(Observation), rows)
    return sorted(rows, key=lambda row: (row["submitted_at"], row["id"]))


def numbers(page):
    return [row.number for row in page.rows]


def test_every_page_follows_the_one_before_whatever_the_order(county, many):
    newest_first = [row["number"] for row in reversed(many)]
    pages = [inbox(county.qian, Filters(), page=number) for number in (1, 2, 3)]

    assert [(len(page.rows), page.number, page.pages, page.total) for page in pages] == [
        (50, 1, 3, 120), (50, 2, 3, 120), (20, 3, 3, 120),
    ]  # fmt: skip
    assert [number for page in pages for number in numbers(page)] == newest_first

    oldest_first = [row["number"] for row in many if row["state"] == "submitted"]
    pages = [inbox(county.qian, WAITING, page=number) for number in (1, 2)]
    assert [number for page in pages for number in numbers(page)] == oldest_first


def test_a_page_that_does_not_exist_is_the_nearest_one(county, many):
    assert inbox(county.qian, Filters(), page=99).number == 3
    assert inbox(county.qian, Filters(), page=-1).number == 1
    empty = inbox(county.sun, Filters(), page=5)
    assert (empty.rows, empty.number, empty.pages, empty.total) == ([], 1, 1, 0)


def test_the_reach_of_each_is_the_reach_of_the_list(county, many):
    totals = {
        name: inbox(getattr(county, name), Filters()).total
        for name in ("qian", "zhou", "wu", "sun", "zhang_san", "li_si", "chen", "zheng")
    }

    assert totals == {
        "qian": 120, "zhou": 120, "wu": 120, "sun": 0, "zhang_san": 120, "li_si": 0, "chen": 0, "zheng": 0,
    }  # fmt: skip
    assert (inbox(county.qian, Filters()).waiting, inbox(county.sun, Filters()).waiting) == (60, 0)


def test_stepping_through_visits_every_record_once_in_the_order_of_the_list(county, many):
    from fieldapp.extensions import db

    for filters in (WAITING, Filters()):
        listed = [row.id for number in (1, 2, 3) for row in inbox(county.qian, filters, page=number).rows]
        listed = list(dict.fromkeys(listed))
        for place in (0, 1, len(listed) // 2, len(listed) - 2, len(listed) - 1):
            record = db.session.get(Observation, listed[place])
            before, after = neighbours(county.qian, filters, record)
            assert before == (listed[place - 1] if place else None)
            assert after == (listed[place + 1] if place + 1 < len(listed) else None)


def test_filters_narrow_the_list_and_combine(county, file_record):
    plain = file_record(county.zhang_san)
    bad = file_record(county.li_si, answers={"B01": {"value": "no", "note": "未亮证"}})
    other = file_record(
        county.wang_wu, visit=make_visit(group=county.second_group, mode="ledger", place="石桥镇100%路")
    )
    draft = file_record(county.zhang_san, state="draft")
    approved = file_record(county.li_si)
    operations.approve(county.qian, approved, revision=1)

    def found(**asked):
        return {row.id for row in inbox(county.zhou, Filters(**asked)).rows}

    assert found() == {plain, bad, other, approved}
    assert draft not in found()
    assert found(state="approved") == {approved}
    assert found(state="returned") == set()
    assert found(locality_id=county.shiqiao.id) == {other}
    assert found(agency_id=county.work_safety_agency.id) == {plain, bad, approved}
    assert found(mode="ledger") == {other}
    assert found(domain="astronomy") == set()
    assert found(has_no=True) == {bad}
    assert found(has_critical=True) == {bad}, "B01 is a critical item"
    assert found(text="100%") == {other}
    assert found(text="100_") == set(), "what is typed is taken literally"
    assert found(text="应急") == {plain, bad, approved}
    assert found(state="submitted", agency_id=county.work_safety_agency.id, has_no=True) == {bad}
    number = next(row.number for row in inbox(county.zhou, Filters()).rows if row.id == plain)
    assert found(text=number) == {plain}


def test_the_days_asked_for_are_counted_from_the_first_to_the_last_inclusive_moment(county, many):
    since, until = many[10]["submitted_at"], many[20]["submitted_at"]

    shown = inbox(county.qian, Filters(since=since, until=until)).rows

    assert {row.submitted_at for row in shown} == {
        row["submitted_at"] for row in many if since <= row["submitted_at"] < until
    }
