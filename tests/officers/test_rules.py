"""What the register says of an officer whom somebody wrote down."""

from datetime import date

import pytest

from fieldapp.officers.rules import Entry, finding, key_of, last_day, tail_of

DAY = date(2026, 11, 23)
ENTRIES = [
    Entry("32050012345", "陈一", "here", date(2026, 11, 23)),
    Entry("32050022345", "陈一", "there", date(2030, 1, 1)),
    Entry("32050016666", "林二", "here", date(2026, 11, 22)),
    Entry("32050017777", "王三", "there", date(2030, 1, 1)),
    Entry("昆A8888", "赵四", "here", date(2030, 1, 1)),
]


def said(number, name="", *, is_known=True):
    return finding(
        number, name, entries=ENTRIES, is_of_visited=lambda agency: agency == "here", day=DAY, is_known=is_known
    )


@pytest.mark.parametrize(
    ("number", "name", "result"),
    [
        ("32050012345", "陈一", "registered"),  # on its last day
        ("３２０５００-12 345", "陈 一", "registered"),  # as people type it
        ("32050012345", "", "registered"),
        ("2345", "陈一", "registered"),  # of two of that name, the one of this agency
        ("2345", "", ""),  # four digits are no person
        ("2345", "林二", "not_found"),
        ("345", "陈一", ""),
        ("", "陈一", ""),
        ("32050016666", "林二", "expired"),  # the day after its last
        ("32050017777", "王三", "other_agency"),
        ("32050017777", "陈一", "other_name"),
        ("32050019999", "陈一", "not_found"),
        ("昆a8888", "赵四", "registered"),
    ],
)
def test_a_number_means_one_certificate_and_the_register_says_how_it_stands(number, name, result):
    assert said(number, name) == result


def test_a_register_without_the_visited_agency_does_not_say_that_somebody_is_missing_in_it():
    assert said("32050019999", "陈一", is_known=False) == ""
    assert said("32050012345", "陈一", is_known=False) == "registered"


def test_an_ended_certificate_is_good_until_the_day_before():
    assert last_day(date(2030, 1, 1), None) == date(2030, 1, 1)
    assert last_day(date(2030, 1, 1), date(2026, 11, 24)) == DAY
    assert last_day(date(2020, 1, 1), date(2026, 11, 24)) == date(2020, 1, 1)


def test_numbers_are_compared_by_letters_and_digits():
    assert key_of("苏 e-０１２３/４５") == "苏E012345"
    assert tail_of("苏 e-０１２３/４５") == "2345"
