"""群众评价 as the rated agency reads it: closed months, coarse shares, and nobody to be traced."""

import re
from datetime import datetime, timedelta

import pytest
from citizens import a_wish, make_poster, make_slip, rated
from factories import make_visit

from fieldapp.clock import CHINA, as_if_at
from fieldapp.extensions import unit_of_work
from fieldapp.rating_codes import operations as codes
from fieldapp.ratings import disclosure, follow_ups
from fieldapp.ratings.models import Rating

IN_MARCH = datetime(2026, 3, 10, 9, 0, tzinfo=CHINA)


def first_of(month):
    return datetime(2026, month, 1, 1, 0, tzinfo=CHINA)


def close(month):
    """The night in which what came before this month is closed."""
    return disclosure.close_months(first_of(month), minimum=5)


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency, place="示例路7号")


@pytest.fixture
def rate(county, visit):
    """rate(level, comment=…, at=…, of=…): one rating of 郑联络员's agency, by a slip of its own."""
    given = []

    def once(level="5", *, comment="", at=None, of=None, seconds=300.0):
        given.append(level)
        with as_if_at(at or IN_MARCH + timedelta(hours=len(given))):
            target = of or make_slip(county.zhang_san, visit=visit)
            wish = a_wish(level, comment=comment)
            return rated(target, wish, address=f"203.0.113.{len(given)}", seconds_ago=seconds)

    return once


@pytest.fixture
def scores(signed_in, county):
    client = signed_in(county.zheng)

    def read():
        answer = client.get("/agency/scores")
        assert answer.status_code == 200
        return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.get_data(as_text=True))

    return read


def good_share(html):
    found = re.search(r"有效评价 (\d+) 份以上，好评率([^。]+)。", html)
    return found.groups() if found else None


def test_nothing_is_read_of_a_month_that_has_not_ended(rate, scores):
    for _ in range(6):
        rate()
    close(3)

    assert "还没有结算过的月份" in scores()


def test_below_five_slips_the_agency_sees_no_figure_and_no_word_and_they_count_with_the_next_month(
    county, rate, scores
):
    for _ in range(3):
        rate()
    bad = rate("1", comment="没亮证")
    follow_ups.release_comment(county.zhou, bad.id, words="没亮证")
    assert close(4) == 1
    html = scores()
    assert "评价的人不够多" in html
    assert good_share(html) is None
    assert "没亮证" not in html

    rate(at=datetime(2026, 4, 5, 9, 0, tzinfo=CHINA))
    close(5)

    html = scores()
    assert good_share(html) == ("5", "约 80%")
    assert "2026年3月至2026年4月" in html
    assert "没亮证" in html


def test_what_was_closed_never_moves_whatever_comes_or_is_found_later(county, rate, visit, scores):
    rated = [rate("5") for _ in range(5)]
    with as_if_at(IN_MARCH):
        late = codes.issue_slips(county.zhang_san, county.zhang_san, count=1)[0]
    rate("1", of=late)
    close(4)
    before = scores()
    assert good_share(before) == ("5", "95% 以上")

    with as_if_at(datetime(2026, 4, 2, 9, 0, tzinfo=CHINA)):
        codes.bind_slip(county.zhang_san, late.id, visit_id=visit.id, bound_at=IN_MARCH)
        rate("1", at=datetime(2026, 4, 2, 10, 0, tzinfo=CHINA))
    with unit_of_work() as session:
        for one in rated[:2]:
            session.get(Rating, one.id).suspect_reasons = "too_fast"
        session.get(Rating, rated[2].id).misrated_at = first_of(4)
    assert close(4) == 0

    assert scores() == before


def test_a_slip_that_is_bound_late_counts_in_the_month_in_which_it_came(county, rate, visit, scores):
    with as_if_at(IN_MARCH):
        late = codes.issue_slips(county.zhang_san, county.zhang_san, count=1)[0]
    rate("1", of=late)
    for _ in range(5):
        rate("5", at=datetime(2026, 4, 3, 9, 0, tzinfo=CHINA))
    close(4)
    with as_if_at(datetime(2026, 4, 2, 9, 0, tzinfo=CHINA)):
        codes.bind_slip(county.zhang_san, late.id, visit_id=visit.id, bound_at=IN_MARCH)
    close(5)

    assert good_share(scores()) == ("5", "约 85%")


def test_an_agency_that_rates_itself_at_its_own_poster_gets_no_figure_for_it(county, rate, scores):
    poster = make_poster(county.wu, agency_id=county.work_safety_agency.id)
    rate("1")
    for _ in range(4):
        rate("5", of=poster)
    close(4)

    assert good_share(scores()) is None


def test_suspects_do_not_count_for_the_agency(rate, scores):
    for _ in range(4):
        rate()
    for _ in range(3):
        rate(seconds=0.5)
    close(4)

    assert good_share(scores()) is None


def test_levels_and_facts_are_read_from_twenty_slips_on_in_steps_of_five_per_cent(rate, scores):
    for number in range(20):
        rate("1" if number < 3 else "5")
    close(4)

    html = scores()
    assert good_share(html) == ("20", "约 85%")
    assert re.search(r"非常满意</th><td[^>]*>约 85%", html)
    assert re.search(r"满意</th><td[^>]*>不到 5%", html)


def test_a_released_comment_comes_with_its_month_and_nothing_else(county, rate, visit, scores):
    slip = make_slip(county.zhang_san, visit=visit)
    rating = rate("2", comment="打我电话 000-0000-0021", of=slip)
    for _ in range(4):
        rate()
    follow_ups.release_comment(county.qian, rating.id, words="希望先亮证")
    close(4)

    html = scores()

    assert "希望先亮证" in html
    for secret in ("000-0000-0021", rating.id, rating.receipt_code, slip.number, "示例路7号", "张三", slip.visit_id):
        assert secret not in html, secret


def test_other_agencies_and_other_roles_see_nothing_of_it(county, rate, signed_in):
    for _ in range(6):
        rate()
    close(4)

    for user in (county.zhang_san, county.qian, county.wu):
        assert signed_in(user).get("/agency/scores").status_code == 403, user.name
