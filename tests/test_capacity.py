"""What a column cannot hold is refused in words before it is written, on both databases alike."""

import pytest
from factories import make_organisation, make_user

from fieldapp.capacity import characters_of, fits_integer
from fieldapp.errors import Refused
from fieldapp.extensions import unit_of_work
from fieldapp.people.models import User


@pytest.mark.parametrize("name", ["长" * 61, "a\x00b", "\ud800"])
def test_a_text_that_no_column_holds_is_refused_by_its_name_and_nothing_is_written(app, name):
    with pytest.raises(Refused) as refusal:
        make_user(name, username="one")

    assert [fault.pointer for fault in refusal.value.faults] == ["/name"]
    assert User.query.filter_by(username="one").count() == 0


def test_a_change_is_looked_at_like_a_new_row(app):
    office = make_organisation("某局")

    with pytest.raises(Refused), unit_of_work():
        office.position = 2**31


def test_limits_are_those_of_the_tables(app):
    assert (characters_of(User, "name"), characters_of(User, "nothing")) == (60, None)
    assert fits_integer(2**31 - 1)
    assert not fits_integer(2**31)
