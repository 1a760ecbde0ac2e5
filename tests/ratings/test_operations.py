"""Rating, in the database: a slip is one rating, what waits is joined, suspects are marked and never refused."""

import json
import threading
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from citizens import Citizen, a_mark, later, loaded, make_poster, make_slip, rated, receipt_in
from factories import make_visit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from fieldapp.audit.models import AuditEntry
from fieldapp.clock import CHINA, as_if_at, china, now
from fieldapp.errors import FieldappError, TooMany
from fieldapp.extensions import db
from fieldapp.keeping.verification import verify
from fieldapp.rating_codes import operations as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.rating_codes.queries import CodeClosed
from fieldapp.ratings import operations, retention, totals
from fieldapp.ratings.choices import current
from fieldapp.ratings.models import Addendum, FollowUp, NetworkKey, Rating
from fieldapp.ratings.page_loads import Sending
from fieldapp.ratings.rules import TAG_DAYS, Wish
from fieldapp.ratings.suspicion_signals import Sender
from fieldapp.ratings.taking import Sent, take_together

GOOD = Wish(level="5", facts={}, reasons=(), comment="", name="", phone="", may_call=False)
BAD = Wish(level="1", facts={}, reasons=("rude",), comment="", name="", phone="", may_call=False)
REAL_NAME = Wish(level="1", facts={}, reasons=("rude",), comment="", name="王五", phone="000-0000-0001", may_call=True)


def rate(code, wish=GOOD, **given) -> Rating:
    return rated(code, wish, **given)


def fresh(rating: Rating) -> Rating:
    return db.session.get(Rating, rating.id, populate_existing=True)


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def poster(county):
    return make_poster(county.wu, agency_id=county.work_safety_agency.id)


def test_a_rating_that_comes_three_days_before_its_visit_is_joined_then(county):
    slip = make_slip(county.zhang_san)
    waiting = rate(slip, BAD)
    assert (waiting.visit_id, waiting.agency_id) == (None, None)
    shown_at = now()

    with later(days=3):
        visit = make_visit(group=county.first_group, agency=county.work_safety_agency, is_ad_hoc=True)
        codes.bind_slip(county.zhang_san, slip.id, visit_id=visit.id, bound_at=shown_at)

    joined = fresh(waiting)
    assert (joined.visit_id, joined.agency_id, joined.domain) == (visit.id, visit.agency_id, visit.domain)
    assert joined.locality_id == visit.locality_id
    assert joined.joined_at - joined.submitted_at > timedelta(days=2)


def test_the_same_device_again_on_a_poster_is_marked_and_counted_apart(county, poster):
    rate(poster, mark=a_mark(1))
    with later(hours=2):
        again = rate(poster, mark=a_mark(1))
    with later(hours=3):
        stranger = rate(poster, mark=a_mark(2), address="203.0.113.99")

    assert again.suspect_reasons == "same_device"
    assert stranger.suspect_reasons == ""
    found = totals.totals(county.zhou)
    assert (found.everything.count, found.counted.count, found.suspect_reasons["same_device"]) == (3, 2, 1)


def test_a_day_later_the_same_device_is_no_longer_suspect(poster):
    rate(poster, mark=a_mark(1))

    with later(hours=25):
        assert rate(poster, mark=a_mark(1)).suspect_reasons == ""


def test_who_rates_many_slips_from_one_device_is_marked(county, visit):
    reasons = [
        rate(make_slip(county.zhang_san, visit=visit), mark=a_mark(1), address=f"203.0.113.{n}").suspect_reasons
        for n in range(4)
    ]

    assert reasons == ["", "", "", "many_codes"]


def test_a_page_sent_within_three_seconds_is_marked_and_counts(poster):
    assert rate(poster, seconds_ago=1).suspect_reasons == "too_fast"
    assert rate(poster, seconds_ago=4, address="203.0.113.8").suspect_reasons == ""


def test_a_burst_marks_its_own_beginning_too(poster):
    for minute in range(6):
        with later(minutes=minute):
            rate(poster, mark=a_mark(minute))

    marks = [
        rating.suspect_reasons
        for rating in db.session.scalars(select(Rating).execution_options(populate_existing=True))
    ]
    assert marks == ["burst"] * 6


def test_around_midnight_the_same_network_is_still_recognised(poster):
    today = china(now()).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), CHINA)
    with as_if_at(midnight - timedelta(seconds=5)):
        rate(poster)
    with as_if_at(midnight + timedelta(seconds=5)):
        assert rate(poster).suspect_reasons == "same_network"


def test_addresses_are_kept_only_as_hashes_under_a_key_that_changes_daily(poster):
    first = rate(poster, address="198.51.100.77")
    with later(days=1):
        second = rate(poster, address="198.51.100.77")

    assert first.network_tag != second.network_tag
    assert "198.51" not in first.network_tag + second.network_tag
    assert db.session.scalar(select(func.count()).select_from(NetworkKey)) == 2


def test_an_ipv6_household_is_one_network(poster):
    rate(poster, address="2001:db8:1:2::5")

    assert rate(poster, address="2001:db8:1:2:ffff::9").suspect_reasons == "same_network"


def test_after_thirty_days_no_tag_and_no_key_is_left(poster):
    old = rate(poster, mark=a_mark(1))
    with later(days=TAG_DAYS + 1):
        removed = retention.remove_due(now())
        new = rate(poster, mark=a_mark(2))

    assert (fresh(old).network_tag, fresh(old).device_tag) == (None, None)
    assert fresh(new).network_tag
    assert (removed.tags, removed.keys) == (1, 1)


def test_a_telephone_is_deleted_ninety_days_after_it_was_needed(poster):
    bad = rate(poster, REAL_NAME)
    good = rate(poster, Wish("5", {}, (), "", "", "000-0000-0002", True), address="203.0.113.8")

    with later(days=91):
        retention.remove_due(now())

    assert fresh(bad).has_contact, "its follow-up is still open"
    assert not fresh(good).has_contact


def test_an_absurd_rate_from_one_network_is_asked_to_wait_and_others_are_not(app, poster):
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"rating_per_minute": 5})
    for number in range(5):
        rate(poster, mark=a_mark(number))

    with pytest.raises(TooMany):
        rate(poster)
    rate(poster, address="203.0.113.200")


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
@pytest.mark.parametrize("many", [200, pytest.param(1_000, marks=pytest.mark.long)])
def test_scripted_ratings_by_the_hundred_are_counted_marked_and_the_server_is_alive(app, county, poster, many):
    robot = Citizen(app, "198.51.100.1")
    receipts = {receipt_in(robot.rate(poster.code, level="1", reason="rude")) for _ in range(many)}

    found = totals.totals(county.zhou, agency_id=county.work_safety_agency.id)
    assert len(receipts) == found.everything.count == many
    assert found.left_out >= 0.99 * many, "at least 99 % are marked"
    assert Citizen(app, "203.0.113.50").open(f"/r/{poster.code}").status_code == 200
    assert app.test_client().get("/healthz").status_code == 200


def test_fifty_people_behind_one_network_are_all_taken(app, poster):
    for _ in range(50):
        receipt_in(Citizen(app, "198.51.100.1").rate(poster.code))


def test_every_rating_is_in_the_audit_chain_without_a_word_of_it(poster):
    rating = rate(poster, Wish("1", {}, ("rude",), "秘密的话", "王五", "000-0000-0001", True))

    entries = list(db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == rating.id)))
    assert [entry.event for entry in entries] == ["rating.received", "follow_up.opened"]
    assert not any(word in entry.details for entry in entries for word in ("秘密", "王五", "0000", "203.0"))


def test_a_slip_raced_by_many_phones_at_the_same_moment_is_one_rating(app, county, visit):
    slip = make_slip(county.zhang_san, visit=visit)
    pages = [loaded(slip) for _ in range(6)]
    pages += pages  # each page also sent twice
    outcomes = race(app, [lambda page=page: rate(slip, BAD, page=page).receipt_code for page in pages])

    assert db.session.scalar(select(func.count()).select_from(Rating)) == 1
    assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 1
    receipts = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(receipts) == 2
    assert len(set(receipts)) == 1, "the same page sent twice gets the same receipt"
    assert all(isinstance(outcome, CodeClosed) for outcome in outcomes if not isinstance(outcome, str))


def test_the_same_page_raced_on_a_poster_is_one_rating_and_strangers_are_many(app, poster):
    pages = [loaded(poster) for _ in range(4)] * 3
    outcomes = race(app, [lambda page=page: rate(poster, page=page).receipt_code for page in pages])

    assert db.session.scalar(select(func.count()).select_from(Rating)) == 4
    assert len(set(outcomes)) == 4


def test_thirty_two_phones_with_one_slip_at_the_same_moment_are_one_rating_and_a_lost_answer_is_asked_again(
    app, county, visit
):
    slip = make_slip(county.zhang_san, visit=visit)
    pages = [loaded(slip) for _ in range(32)]

    outcomes = race(app, [lambda page=page: rate(slip, BAD, page=page).receipt_code for page in pages])

    (receipt,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert [outcome.fault for outcome in outcomes if not isinstance(outcome, str)] == ["used"] * 31
    assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 1
    assert rate(slip, BAD, page=pages[outcomes.index(receipt)]).receipt_code == receipt
    assert db.session.scalars(select(Rating)).one().visit_id == visit.id


def test_at_an_absurd_rate_no_more_than_so_many_get_in_at_the_same_moment(app, poster):
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"rating_per_minute": 5})

    outcomes = race(app, [lambda: rate(poster).receipt_code for _ in range(12)])

    assert [type(outcome) for outcome in outcomes].count(TooMany) == 7
    assert count_on(poster) == 5


def test_ratings_that_come_together_are_judged_as_one_after_the_other(county, poster, visit):
    """Also of several slips and senders: what a batch finds suspect is what each alone would have been."""
    slips = [make_slip(county.zhang_san, visit=visit) for _ in range(4)]
    sent = [(poster, "203.0.113.9", a_mark(number)) for number in range(7)]
    sent += [(slip, f"203.0.113.{number}", a_mark(99)) for number, slip in enumerate(slips)]
    sent += [(poster, "203.0.113.77", a_mark(0))]

    together = take_together([sent_by(*one) for one in sent])

    found = [fresh_by(one.rating_id).suspect_reasons for one in together]
    assert found[:7] == ["burst", *["same_network burst"] * 6]
    assert found[7:11] == ["", "", "", "many_codes"]
    assert found[11] == "same_device"
    told = {entry.subject_id: json.loads(entry.details)["suspect"] for entry in db.session.scalars(select(AuditEntry))
            if entry.event == "rating.received"}  # fmt: skip
    assert [told[one.rating_id] for one in together[:7]] == ["", *["same_network"] * 4, *["same_network burst"] * 2]


def test_one_that_cannot_be_taken_takes_no_other_down(county, poster, visit):
    used, revoked = make_slip(county.zhang_san, visit=visit), make_poster(county.wu, locality_id=county.liuwan.id)
    rate(used)
    codes.revoke(county.wu, revoked.id, "换新")

    outcomes = take_together([sent_by(code) for code in (poster, used, revoked, poster)])

    assert [getattr(one, "fault", "taken") for one in outcomes] == ["taken", "used", "revoked", "taken"]
    assert count_on(poster) == 2
    assert verify().first is None


def sent_by(code, address="203.0.113.7", mark="", wish=GOOD) -> Sent:
    return Sent(code.id, Sending(loaded(code), Sender(address, mark)), wish, current())


def fresh_by(rating_id) -> Rating:
    return db.session.get(Rating, rating_id, populate_existing=True)


def race(app, actions) -> list:
    """What each action gave or raised, all started at the same moment, each in a thread and context of its own."""
    gate = threading.Barrier(len(actions))
    outcomes: list = [None] * len(actions)

    def run(place: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                outcomes[place] = actions[place]()
            except FieldappError as refusal:
                outcomes[place] = refusal
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return outcomes


def test_the_first_rating_of_a_day_forgets_what_is_thirty_days_old_even_if_nobody_tidies(poster):
    old = rate(poster, mark=a_mark(1))

    with later(days=TAG_DAYS + 1):
        rate(poster, mark=a_mark(2))

    assert (fresh(old).network_tag, fresh(old).device_tag) == (None, None)
    assert db.session.scalar(select(func.count()).select_from(NetworkKey)) == 1


def test_after_three_years_the_words_are_gone_and_the_level_stays(county, poster):
    spoken = rate(poster, replace(GOOD, comment="讲得很清楚"))
    unfinished = rate(poster, replace(BAD, comment="至今没有答复"), address="203.0.113.8")
    operations.add_to(spoken.receipt_code, "再说一句")

    with later(days=3 * 365 + 1):
        assert retention.remove_due(now()).words == 1
        assert retention.remove_due(now()).is_nothing

    assert (fresh(spoken).comment, fresh(spoken).level) == ("", 5)
    assert db.session.scalar(select(func.count()).select_from(Addendum)) == 0
    assert fresh(unfinished).comment == "至今没有答复"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(st.integers(0, 4), min_size=1, max_size=14))
def test_pages_sent_in_any_order_and_number_are_one_rating_each_on_a_poster_and_one_on_a_slip(county, sent):
    poster = make_poster(county.wu, agency_id=county.work_safety_agency.id)
    slip = make_slip(county.zhang_san)
    on_poster, on_slip = [loaded(poster) for _ in range(5)], [loaded(slip) for _ in range(5)]
    receipts: dict[int, set[str]] = {}

    for number in sent:
        receipts.setdefault(number, set()).add(rate(poster, page=on_poster[number]).receipt_code)
        if number == sent[0]:
            rate(slip, page=on_slip[number])
        else:
            with pytest.raises(CodeClosed):
                rate(slip, page=on_slip[number])

    assert all(len(codes_of_page) == 1 for codes_of_page in receipts.values())
    assert count_on(poster) == len(set(sent))
    assert count_on(slip) == 1


def count_on(code: RatingCode) -> int:
    return db.session.scalar(select(func.count()).select_from(Rating).where(Rating.code_id == code.id))
