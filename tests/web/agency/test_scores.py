"""群众评价 as the rated agency reads it: totals from five on, in steps, and nobody to be traced."""

import re
from datetime import timedelta

import pytest
from citizens import make_poster, make_slip
from factories import make_visit
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.clock import as_if_at, now
from fieldapp.ratings import choices, follow_ups, operations, page_loads
from fieldapp.ratings.page_loads import Sending
from fieldapp.ratings.rules import Wish
from fieldapp.ratings.suspicion_signals import Sender
from fieldapp.ratings.tallies import published_count


@pytest.fixture
def rate(county):
    """rate(level, comment=…): one rating of the agency of 郑联络员, each from elsewhere and an hour later."""
    code = make_poster(county.wu, agency_id=county.work_safety_agency.id)
    given: list[str] = []

    def once(level="5", *, comment="", seconds=30.0, of=None):
        given.append(level)
        hours = len(given) - 48
        with as_if_at(now() + timedelta(hours=hours)):
            target = of or code
            page = page_loads.read_token(page_loads.new_token(target.id, now() - timedelta(seconds=seconds)), target.id)
            wish = Wish(level, {}, ("rude",) if level in "12" else (), comment, "", "", False)
            sender = Sender(f"203.0.113.{len(given)}")
            return operations.rate(target, Sending(page, sender), wish, reasons=choices.current())

    return once


@pytest.fixture
def scores(signed_in, county):
    client = signed_in(county.zheng)

    def read():
        answer = client.get("/agency/scores")
        assert answer.status_code == 200
        return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.get_data(as_text=True))

    return read


def figure(html):
    found = re.search(r'figure__value">(\d+)</span><span class="figure__label">有效评价', html)
    return int(found[1]) if found else None


def test_below_five_the_agency_sees_no_figure_and_no_word(county, rate, scores):
    for _ in range(3):
        rate()
    bad = rate("1", comment="没亮证")
    follow_ups.release_comment(county.zhou, bad.id, words="没亮证")

    html = scores()

    assert "样本不足" in html
    assert figure(html) is None
    assert "没亮证" not in html


def test_the_figures_move_only_in_steps_so_that_no_single_rating_shows(rate, scores):
    seen = []
    for number in range(1, 12):
        rate("1" if number == 7 else "5")
        seen.append(figure(scores()))

    assert seen == [None] * 4 + [5] * 5 + [10] * 2


def test_a_bad_rating_is_not_seen_on_the_day_it_comes(rate, scores):
    for _ in range(5):
        rate("5")
    before = scores()

    rate("1")

    assert scores() == before


def test_suspects_do_not_count_for_the_agency(rate, scores):
    for _ in range(4):
        rate()
    for _ in range(3):
        rate(seconds=0.5)

    assert figure(scores()) is None


def test_a_released_comment_comes_with_its_month_and_nothing_else(county, rate, scores):
    slip = make_slip(
        county.zhang_san,
        visit=make_visit(group=county.first_group, agency=county.work_safety_agency, place="示例路7号"),
    )
    rating = rate("2", comment="打我电话 000-0000-0021", of=slip)
    for _ in range(4):
        rate()
    follow_ups.release_comment(county.qian, rating.id, words="希望先亮证")

    html = scores()

    assert "希望先亮证" in html
    for secret in ("000-0000-0021", rating.id, rating.receipt_code, slip.number, "示例路7号", "张三", slip.visit_id):
        assert secret not in html, secret


def test_other_agencies_and_other_roles_see_nothing_of_it(county, rate, signed_in):
    for _ in range(6):
        rate()

    for user in (county.zhang_san, county.qian, county.wu):
        assert signed_in(user).get("/agency/scores").status_code == 403, user.name


def test_a_share_needs_ten(rate, scores):
    for _ in range(5):
        rate()
    assert "样本不足，不算比率" in scores()

    for _ in range(5):
        rate()
    assert "100.0%" in scores()


@given(count=st.integers(0, 500), minimum=st.integers(1, 20))
def test_a_step_is_never_smaller_than_the_minimum(count, minimum):
    shown, after = published_count(count, minimum=minimum), published_count(count + 1, minimum=minimum)

    assert shown <= count < shown + minimum
    assert after - shown in (0, minimum)
