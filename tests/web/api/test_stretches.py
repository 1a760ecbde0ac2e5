"""Lists cut into stretches: whoever holds any older edition gets exactly what makes the new one of it."""

import json
import random
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp import ids
from fieldapp.web.api.stretches import Outline, Section, cursor_of, read_cursor

ROW = st.tuples(st.integers(0, 300), st.integers(0, 3))  # id, and what its row says
LISTS = st.lists(ROW, max_size=120, unique_by=lambda row: row[0])


def section(rows):
    return Section([json.dumps(row).encode() for row in rows], [str(row[0]) for row in rows])


def rows_after(before, made):
    """What somebody with the rows `before` makes of an answer."""
    found = []
    for one in made:
        found += before[one[0] : one[1]] if isinstance(one, tuple) else [one]
    return found


@given(LISTS, LISTS)
@settings(max_examples=300, deadline=None)
def test_any_edition_is_made_of_any_other(old, new):
    before, after = section(old), section(new)
    (known,) = read_cursor(cursor_of({"visits": before.outline()})).values()

    assert rows_after(before.rows, after.after(known)) == after.rows
    is_same = after.after(known) == ([(0, known.count)] if known.count else [])
    assert is_same == (old == new), "nothing else counts as unchanged"


@given(st.lists(st.tuples(st.sampled_from(["come", "go", "change", "move"]), st.integers(0, 10**6)), max_size=12))
@settings(max_examples=100, deadline=None)
def test_a_few_changes_of_a_long_list_move_a_few_rows(changes):
    rows = [(f"{number:06d}", 0) for number in range(1_000)]
    before, new = section(rows), count(10**6)
    for what, at in changes:
        place = at % len(rows)
        if what == "come":
            rows.insert(place, (str(next(new)), 0))
        elif what == "change":
            rows[place] = (rows[place][0], rows[place][1] + 1)
        else:
            row = rows.pop(place)
            if what == "move":
                rows.insert((place * 7919) % len(rows), row)
    after = section(rows)

    made = after.after(before.outline())

    assert rows_after(before.rows, made) == after.rows
    travelling = sum(isinstance(one, bytes) for one in made)
    # A change touches its stretch (at most 62 of these rows); one that comes or goes may move a border to the next.
    assert travelling <= 4 * 62 * len(changes)


def test_one_changed_row_of_a_thousand_is_one_stretch():
    chance = random.Random(7)
    rows = [(ids.mint(), 0) for _ in range(1_000)]
    travelling = []
    for _ in range(200):
        place = chance.randrange(1_000)
        after = section([*rows[:place], (rows[place][0], 1), *rows[place + 1 :]])
        travelling.append(sum(isinstance(one, bytes) for one in after.after(section(rows).outline())))

    assert max(travelling) <= 62
    assert sum(travelling) / len(travelling) < 50


@pytest.mark.parametrize("length", [0, 1, 2, 5, 50, 1_000, 20_000])
def test_a_cursor_fits_into_an_address_however_long_the_list(length):
    made = section([(ids.mint(), 0) for _ in range(length)])

    cursor = cursor_of({"visits": made.outline(), "limits": Section([b"{}"], [""], is_list=False).outline()})

    assert len(cursor) <= 1_000
    assert read_cursor(cursor)["visits"] == made.outline()
    assert made.after(read_cursor(cursor)["visits"]) == ([(0, length)] if length else [])


@pytest.mark.parametrize(
    "cursor", ["", "x", "~", "visits.1", "visits.0.AAAA", "visits.-1.", "visits.1.AAA", "visits.9999999.", "visits.x.",
               "visits.1.𠮷", "visits.1.AAAAAAAAAAAAAA==~", "\x00.1."],
)  # fmt: skip
def test_what_cannot_be_read_is_known_by_nobody(cursor):
    assert read_cursor(cursor).get("visits") in (None, Outline(1, ()))
