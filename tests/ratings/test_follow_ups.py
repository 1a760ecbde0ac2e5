"""差评办理: from the opening to the closing, who may do what, and what cannot be skipped."""

from datetime import date, timedelta

import pytest
from calendars import NOTICE_2027, SOURCE
from citizens import Citizen, later, make_poster, make_slip, receipt_in
from factories import make_visit
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from fieldapp.audit.models import AuditEntry
from fieldapp.calendar import operations
from fieldapp.calendar.notices import read_notice
from fieldapp.clock import CHINA, as_if_at, china, datetime, now
from fieldapp.errors import Conflict, NotAllowed, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.matters import operations as matters
from fieldapp.matters.queries import overdue
from fieldapp.ratings import follow_ups, inbox, queries, totals
from fieldapp.ratings.models import FollowUp, Rating

TUESDAY = datetime(2026, 10, 20, 10, tzinfo=CHINA)
A_CALL = {"phone": "000-0000-0001", "name": "王五", "may_call": "1"}


def rated(app, county, *, visit=None, level="1", **form) -> Rating:
    """A rating of a slip shown at `visit`; by default one of the first group in 柳湾镇."""
    slip = make_slip(county.zhang_san, visit=visit or make_visit(group=county.first_group))
    reason = {"reason": "rude"} if level in "12" else {}
    receipt = receipt_in(Citizen(app).rate(slip.code, level=level, **reason, **form))
    return queries.by_receipt(receipt)


def of(rating: Rating) -> FollowUp:
    found = select(FollowUp).where(FollowUp.rating_id == rating.id).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def events_of(rating: Rating) -> list[str]:
    return list(
        db.session.scalars(
            select(AuditEntry.event).where(AuditEntry.subject_id == rating.id).order_by(AuditEntry.sequence)
        )
    )


@pytest.fixture
def bad(app, county):
    return rated(app, county)


@pytest.fixture
def real_name(app, county):
    return rated(app, county, **A_CALL)


@pytest.mark.parametrize("level", ["1", "2"])
def test_a_bad_rating_opens_it_with_both_terms(app, county, level):
    with as_if_at(TUESDAY):
        follow_up = of(rated(app, county, level=level))

    assert (follow_up.accept_by, follow_up.close_by) == (date(2026, 10, 21), date(2026, 10, 27))
    assert [entry.action for entry in follow_up.entries] == ["opened"]


def test_the_whole_course_is_logged_with_who_and_what(county, real_name):
    lead, rating_id = county.qian, real_name.id
    follow_ups.triage(lead, rating_id, owner=county.qian)
    follow_ups.log_call(lead, rating_id, words="已通话，说明情况")
    follow_ups.conclude(lead, rating_id, outcome="verified", words="记录仪显示未亮证")
    follow_ups.rectify(lead, rating_id, words="已批评教育，重新培训")
    follow_ups.reply(lead, rating_id, words="经核实确有不当，已整改，谢谢您")
    follow_ups.close(lead, rating_id)

    follow_up = of(real_name)
    assert follow_up.state == "closed"
    assert [entry.action for entry in follow_up.entries] == [
        "opened", "triage", "call", "conclude", "rectify", "reply", "close"]  # fmt: skip
    assert {entry.actor_id for entry in follow_up.entries[1:]} == {lead.id}
    assert events_of(real_name) == ["rating.received", "follow_up.opened", *["follow_up.moved"] * 6]


def test_the_citizen_reads_the_answer_only_after_the_closing(app, county, bad):
    page = f"/r/status/{bad.receipt_code}"
    follow_ups.triage(county.qian, bad.id, owner=county.qian)
    follow_ups.conclude(county.qian, bad.id, outcome="unfounded", words="视频显示全程文明")
    follow_ups.reply(county.qian, bad.id, words="已核看全程视频")
    before = Citizen(app).open(page).get_data(as_text=True)
    follow_ups.close(county.qian, bad.id)
    after = Citizen(app).open(page).get_data(as_text=True)

    assert "已核看全程视频" not in before
    assert "已核看全程视频" in after
    assert "视频显示全程文明" not in after, "the log is internal"
    assert "评价已办结" in after


def test_who_left_a_number_is_called_before_it_can_be_closed(county, real_name):
    follow_ups.triage(county.qian, real_name.id, owner=county.qian)
    follow_ups.conclude(county.qian, real_name.id, outcome="unfounded", words="查无此事")
    follow_ups.reply(county.qian, real_name.id, words="答复")

    with pytest.raises(Refused, match="回访"):
        follow_ups.close(county.qian, real_name.id)
    follow_ups.log_call(county.qian, real_name.id, words="两次未接")

    assert follow_ups.close(county.qian, real_name.id).state == "closed"


def test_who_took_the_number_back_need_not_be_called(app, county, real_name):
    Citizen(app).post(f"/r/status/{real_name.receipt_code}/contact-erasure")
    follow_ups.triage(county.qian, real_name.id, owner=county.qian)
    follow_ups.conclude(county.qian, real_name.id, outcome="unfounded", words="查无此事")
    follow_ups.reply(county.qian, real_name.id, words="答复")

    assert follow_ups.close(county.qian, real_name.id).state == "closed"


def test_a_step_that_is_skipped_is_refused_and_leaves_nothing(county, bad):
    before = events_of(bad)

    for step in (
        lambda: follow_ups.close(county.qian, bad.id),
        lambda: follow_ups.rectify(county.qian, bad.id, words="整改"),
        lambda: follow_ups.reply(county.qian, bad.id, words="答复"),
        lambda: follow_ups.log_call(county.qian, bad.id, words="通话"),
    ):
        with pytest.raises(Conflict):
            step()

    follow_up = of(bad)
    assert (follow_up.state, follow_up.calls, follow_up.reply, follow_up.closed_at) == ("received", 0, "", None)
    assert events_of(bad) == before


@pytest.mark.parametrize("words", ["", "  ", "长" * 2001])
def test_no_step_is_without_words(county, bad, words):
    follow_ups.triage(county.qian, bad.id, owner=county.qian)

    for step in (
        lambda: follow_ups.log_call(county.qian, bad.id, words=words),
        lambda: follow_ups.conclude(county.qian, bad.id, outcome="verified", words=words),
        lambda: follow_ups.extend(county.qian, bad.id, words=words),
    ):
        with pytest.raises(Refused):
            step()


def test_a_lead_extends_once_counted_from_the_opening(app, county):
    with as_if_at(TUESDAY):
        bad = rated(app, county)
    with as_if_at(TUESDAY + timedelta(days=6)):
        follow_ups.extend(county.qian, bad.id, words="须调取三家企业的记录")
        with pytest.raises(Conflict):
            follow_ups.extend(county.qian, bad.id, words="再延")

    assert of(bad).close_by == date(2026, 11, 10)


def test_an_admin_handles_it_but_only_a_lead_extends_and_closes(county, bad):
    follow_ups.triage(county.wu, bad.id, owner=county.qian)
    follow_ups.conclude(county.wu, bad.id, outcome="misrated", words="评价人说点错了")
    follow_ups.reply(county.wu, bad.id, words="已更正")

    with pytest.raises(NotAllowed):
        follow_ups.extend(county.wu, bad.id, words="理由")
    with pytest.raises(NotAllowed):
        follow_ups.close(county.wu, bad.id)


def test_out_of_reach_there_is_nothing(county, bad):
    for stranger in (county.sun, county.zhang_san, county.zheng, county.chen, county.feng):
        with pytest.raises(NotFound):
            follow_ups.triage(stranger, bad.id, owner=county.qian)
        with pytest.raises(NotFound):
            follow_ups.unmask_contact(stranger, bad.id, "好奇")
        assert list(db.session.scalars(queries.visible_to(stranger))) == []
        assert list(db.session.scalars(queries.follow_ups_visible_to(stranger))) == []


def test_leads_and_admins_see_what_lies_in_their_reach(app, county, bad):
    elsewhere = rated(app, county, visit=make_visit(group=county.first_group, locality=county.shiqiao))

    assert set(db.session.scalars(queries.visible_to(county.zhou))) == {bad, elsewhere}
    assert set(db.session.scalars(queries.visible_to(county.wu))) == {bad, elsewhere}
    assert set(db.session.scalars(queries.visible_to(county.sun))) == {elsewhere}
    assert set(db.session.scalars(queries.visible_to(county.qian))) == {bad, elsewhere}, "visits of the group one leads"


def test_before_the_binding_a_rating_is_seen_by_who_leads_the_holder(app, county):
    slip = make_slip(county.zhang_san)
    Citizen(app).rate(slip.code)

    assert len(list(db.session.scalars(queries.visible_to(county.qian)))) == 1
    assert list(db.session.scalars(queries.visible_to(county.sun))) == []


def test_nobody_of_the_rated_agency_becomes_the_owner(county, bad):
    with pytest.raises(Refused):
        follow_ups.triage(county.qian, bad.id, owner=county.zheng)


def test_each_look_at_a_number_is_remembered_with_its_reason(county, real_name):
    shown = follow_ups.unmask_contact(county.qian, real_name.id, "回访")
    follow_ups.unmask_contact(county.qian, real_name.id, "再次回访")
    with pytest.raises(Refused):
        follow_ups.unmask_contact(county.qian, real_name.id, "  ")

    assert shown == {"name": "王五", "phone": "000-0000-0001"}
    assert events_of(real_name).count("rating.contact_unmasked") == 2
    assert [entry.words for entry in of(real_name).entries if entry.action == "unmask"] == ["回访", "再次回访"]


def test_a_number_taken_back_cannot_be_shown(app, county, real_name):
    Citizen(app).post(f"/r/status/{real_name.receipt_code}/contact-erasure")

    assert follow_ups.unmask_contact(county.qian, real_name.id, "回访") is None


def test_a_misrated_one_is_counted_apart_and_the_first_total_keeps_it(county, bad):
    follow_ups.triage(county.qian, bad.id, owner=county.qian)
    follow_ups.conclude(county.qian, bad.id, outcome="misrated", words="评价人说点错了")

    found = totals.totals(county.zhou)
    assert (found.everything.count, found.counted.count) == (1, 0)


def test_overdue_ones_are_found(app, county, bad):
    today = china(now()).date()

    def late(day):
        return list(db.session.scalars(queries.follow_ups_visible_to(county.zhou).where(overdue(FollowUp, day))))

    assert late(today) == []
    assert late(bad.follow_up.accept_by + timedelta(days=1)) == [of(bad)]
    follow_ups.triage(county.qian, bad.id, owner=county.qian)
    assert late(bad.follow_up.accept_by + timedelta(days=1)) == []
    assert late(bad.follow_up.close_by + timedelta(days=1)) == [of(bad)]


@pytest.mark.parametrize("statement", ["UPDATE matter_entry SET words = 'anders'", "DELETE FROM matter_entry"])
def test_the_log_cannot_be_rewritten_even_in_the_database(bad, statement):
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work() as session:
        session.execute(text(statement))


def test_an_addendum_appears_in_the_log(app, bad):
    Citizen(app).post(f"/r/status/{bad.receipt_code}/addendum", data={"words": "又来了"})

    assert [entry.action for entry in of(bad).entries] == ["opened", "addendum"]


def test_a_rating_given_weeks_ago_can_still_be_looked_up(app, bad):
    with later(days=60):
        assert Citizen(app).open(f"/r/status/{bad.receipt_code}").status_code == 200


def test_a_robots_hundred_do_not_bury_a_persons_one(app, county):
    poster = make_poster(county.wu, agency_id=county.work_safety_agency.id)
    robot = Citizen(app, "198.51.100.1")
    for _ in range(40):
        robot.rate(poster.code, level="1", reason="rude")
    with later(minutes=30):  # the burst is over
        person = receipt_in(Citizen(app, "203.0.113.9").rate(poster.code, level="1", reason="rude"))

    wanted = inbox.follow_ups(county.zhou, inbox.FollowUpFilter(), china(now()).date())
    found = list(db.session.scalars(wanted))
    assert len(found) == 41
    assert found[0].rating.receipt_code == person


BEFORE_THE_FESTIVAL = datetime(2027, 2, 1, 10, tzinfo=CHINA)


def announce_2027(county, text=NOTICE_2027):
    operations.announce_year(
        county.wu, 2027, source=SOURCE, days=read_notice(text, 2027).days, after=matters.move_provisional_terms
    )


def test_a_provisional_term_moves_behind_the_days_off_once_they_are_known(app, county):
    with as_if_at(BEFORE_THE_FESTIVAL):
        rating = rated(app, county)
        closed = rated(app, county)
        of(closed).closed_at = now()
        db.session.commit()
    assert (of(rating).close_by, of(rating).is_term_provisional) == (date(2027, 2, 8), True)

    announce_2027(county)

    assert (of(rating).close_by, of(rating).is_term_provisional) == (date(2027, 2, 15), False)
    assert of(closed).close_by == date(2027, 2, 8), "what is over stays as it was"
    assert [entry.action for entry in of(rating).entries] == ["opened", "term"]
    assert "2027-02-08 → 2027-02-15" in of(rating).entries[-1].words
    assert events_of(rating)[-1] == "follow_up.term_moved"
    announce_2027(county)
    assert len(of(rating).entries) == 2, "once is enough"


def test_a_term_that_was_announced_never_moves_earlier(app, county):
    with as_if_at(datetime(2027, 2, 18, 10, tzinfo=CHINA)):
        rating = rated(app, county)
    before = of(rating).close_by

    announce_2027(county)

    assert before == date(2027, 2, 25)
    assert (of(rating).close_by, of(rating).is_term_provisional) == (before, False)
    assert [entry.action for entry in of(rating).entries] == ["opened"]


def test_an_extended_term_is_set_anew_from_the_longer_one(app, county):
    with as_if_at(BEFORE_THE_FESTIVAL):
        rating = rated(app, county)
        follow_ups.extend(county.qian, rating.id, words="须调取录像")
    assert of(rating).close_by == date(2027, 2, 22)

    announce_2027(county)

    assert of(rating).close_by == date(2027, 2, 25)


def test_terms_are_provisional_again_when_the_year_is_taken_back(app, county):
    announce_2027(county)
    with as_if_at(BEFORE_THE_FESTIVAL):
        rating = rated(app, county)
    assert (of(rating).close_by, of(rating).is_term_provisional) == (date(2027, 2, 15), False)

    operations.withdraw_year(county.wu, 2027, reason="录错了", after=matters.doubt_terms_again)

    assert (of(rating).close_by, of(rating).is_term_provisional) == (date(2027, 2, 15), True)
