"""The ladder of a term is climbed every night: each rung that is reached is said once, and at last to those above."""

import contextvars
import json
from datetime import date, datetime, timedelta

import pytest
from citizens import Citizen, make_slip
from factories import make_user, make_visit
from sqlalchemy import select

from fieldapp.audit.models import AuditEntry
from fieldapp.clock import CHINA, as_if_at
from fieldapp.commands.worker import serve
from fieldapp.extensions import db, unit_of_work
from fieldapp.jobs.models import Job
from fieldapp.matters import operations
from fieldapp.matters.models import Matter, MatterEntry
from fieldapp.ratings import follow_ups
from fieldapp.ratings.models import FollowUp, Rating

# A Tuesday with two ordinary weeks behind it. 受理 within 1 working day, 办结 within 5, extended 15.
TUESDAY = datetime(2026, 10, 20, 10, tzinfo=CHINA)


@pytest.fixture
def rating(app, county):
    """A bad rating of that Tuesday, in the 区镇 of 钱组长."""
    with as_if_at(TUESDAY):
        Citizen(app).rate(make_slip(county.zhang_san, visit=make_visit(group=county.first_group)).code, level="1")
        return db.session.scalars(select(Rating)).one()


def climbs_at(day, hour=2):
    """The rungs that a night notes; `day` of October 2026."""
    before = len(rungs())
    with as_if_at(datetime(2026, 10, day, hour, tzinfo=CHINA)):
        operations.climb()
    return rungs()[before:]


def rungs():
    db.session.expire_all()
    wanted = select(MatterEntry).where(MatterEntry.action.in_(("soon", "due", "overdue", "raised")))
    return [(one.action, one.words) for one in db.session.scalars(wanted.order_by(MatterEntry.position))]


def test_every_rung_is_noted_once_and_the_last_one_names_those_above(county, rating):
    follow_up = rating.follow_up
    assert (follow_up.accept_by, follow_up.close_by) == (date(2026, 10, 21), date(2026, 10, 27))

    nights = {day: climbs_at(day) for day in range(20, 31)}

    said = {day: found for day, found in nights.items() if found}
    assert said == {
        20: [("soon", "受理还剩 1 个工作日（限 2026-10-21）")],
        21: [("due", "今天须受理（限 2026-10-21）")],
        22: [("overdue", "受理超期 1 个工作日（限 2026-10-21）")],
        26: [("raised", "受理超期 3 个工作日（限 2026-10-21），已报周局长")],
    }, "a weekend is no working day, and no rung comes twice"
    assert climbs_at(30, hour=3) == []


def test_another_term_is_climbed_from_its_own_beginning(county, rating):
    assert [name for name, _ in climbs_at(27)] == ["raised"], "rungs that passed unseen are left out"
    with as_if_at(datetime(2026, 10, 27, 9, tzinfo=CHINA)):
        follow_ups.triage(county.qian, rating.id, owner=county.li_si)
    assert climbs_at(27) == [("due", "今天须办结（限 2026-10-27）")]
    with as_if_at(datetime(2026, 10, 27, 10, tzinfo=CHINA)):
        follow_ups.triage(county.qian, rating.id, owner=county.zhang_san)
    assert climbs_at(27, hour=11) == [], "another owner is no other term"
    assert [name for name, _ in climbs_at(30)] == ["raised"]

    with as_if_at(datetime(2026, 10, 30, 9, tzinfo=CHINA)):
        follow_ups.extend(county.qian, rating.id, words="须调看录像")

    assert rating.follow_up.rung is None
    assert climbs_at(30) == []


def test_an_extension_before_the_matter_was_accepted_does_not_repeat_what_was_said(county, rating):
    climbs_at(23)
    with as_if_at(datetime(2026, 10, 23, 9, tzinfo=CHINA)):
        follow_ups.extend(county.qian, rating.id, words="须调看录像")

    assert climbs_at(23) == [], "the term for accepting runs on"


def test_a_term_that_moves_is_climbed_anew(county, rating):
    climbs_at(23)
    with unit_of_work():
        matter = db.session.get(Matter, rating.follow_up.id)
        matter.accept_by, matter.close_by, matter.is_term_provisional = date(2026, 10, 20), date(2026, 10, 26), True

    operations.move_provisional_terms()

    assert climbs_at(21) == [("due", "今天须受理（限 2026-10-21）")]


def test_a_closed_matter_climbs_no_more(county, rating):
    with unit_of_work():
        db.session.get(FollowUp, rating.follow_up.id).closed_at = TUESDAY

    assert climbs_at(30) == []


def test_each_rung_is_in_the_chain_under_the_rating(county, rating):
    climbs_at(23)

    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "follow_up.rung_reached"))
    assert (entry.subject_kind, entry.subject_id, entry.actor_id) == ("rating", rating.id, None)
    assert json.loads(entry.details) == {"rung": "overdue", "last_day": "2026-10-21"}


@pytest.mark.parametrize(("above", "words"), [("zhou", "已报周局长"), ("nobody", "没有可报的上级")])
def test_it_is_raised_to_who_may_judge_it_and_says_when_there_is_nobody(county, rating, above, words):
    make_user("吕机关", role="lead", organisation=rating.agency)  # of the rated agency, so recused
    if above == "nobody":
        with unit_of_work():
            county.zhou.disabled_at = TUESDAY

    ((name, said),) = climbs_at(30)

    assert (name, said.partition("，")[2]) == ("raised", words)


def test_the_worker_does_it_by_night_and_the_desk_shows_it(app, county, rating, signed_in):
    def work(moment):
        def there():
            with as_if_at(moment):
                serve(app, once=True)

        db.session.rollback()
        contextvars.Context().run(there)

    work(datetime(2026, 10, 27, 0, 30, tzinfo=CHINA))
    work(datetime(2026, 10, 28, 6, tzinfo=CHINA))

    assert [name for name, _ in rungs()] == ["raised"]
    done = db.session.scalars(select(Job).where(Job.kind == "ladder", Job.done_at.is_not(None))).one()
    assert done.progress == "记下了 1 件差评的到期或超期"
    with as_if_at(datetime(2026, 10, 28, 9, tzinfo=CHINA)):
        desk = signed_in(county.zhou)
        listed = desk.get("/review/ratings?view=raised").get_data(as_text=True)
        page = desk.get(f"/review/ratings/{rating.id}").get_data(as_text=True)
    assert rating.id in listed
    assert listed.count("已报上级</span>") >= 1
    assert "受理超期 5 个工作日（限 2026-10-21），已报周局长" in page
    with as_if_at(TUESDAY + timedelta(days=8)):
        follow_ups.triage(county.qian, rating.id, owner=county.li_si)
        assert rating.id not in desk.get("/review/ratings?view=raised").get_data(as_text=True)
