"""How a record stands with what others said of it. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.confirmations import rules
from fieldapp.confirmations.rules import Said

START = datetime(2026, 11, 23, tzinfo=UTC)


def said(person="b", *, minute=0, deviates=False, marks=(), is_newest=True):
    deviations = [{"item": "B01", "reason": "亮了证"}] if deviates else []
    at = START + timedelta(minutes=minute)
    return Said(f"{person}{minute}", "record", 1, person, person, deviations, "", at, marks, is_newest)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], "waiting"),
        ([said()], "confirmed"),
        ([said(deviates=True)], "deviates"),
        ([said(), said("c", deviates=True)], "deviates"),
        ([said(deviates=True), said(minute=5)], "confirmed"),  # the last word of one person
        ([said(is_newest=False)], "again"),
        ([said(is_newest=False, deviates=True), said(minute=5)], "confirmed"),
        ([said(marks=("outsider",))], "waiting"),
        ([said(is_newest=False), said("c", marks=("own_agency",))], "again"),
    ],
)
def test_a_record_stands_as_the_last_words_on_its_newest_revision_say(given, expected):
    assert rules.standing(given, is_paired=True) == expected


def test_nobody_is_waited_for_where_nobody_else_went_along():
    assert rules.standing([], is_paired=False) == ""


def test_the_author_and_who_read_other_words_do_not_count():
    assert rules.marks(kept="outsider", is_author=True, fits=False) == ("author", "outsider", "other_words")
    assert rules.marks(kept="", is_author=False, fits=True) == ()


def test_each_deviation_has_its_reason_and_its_item_once():
    given = [{"item": "B01", "reason": " "}, {"item": "B02", "reason": "没有"}, {"item": "B02", "reason": "还是没有"}]

    faults = rules.gaps({"deviations": given})

    assert [fault.pointer for fault in faults] == ["/deviations/0/reason", "/deviations/1/item", "/deviations/2/item"]
