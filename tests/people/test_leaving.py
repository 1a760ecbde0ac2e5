"""Who has left holds nothing that is still valid."""

import pytest
from factories import make_group

from fieldapp.audit import queries as audit
from fieldapp.errors import Refused
from fieldapp.people import leaving, queries
from fieldapp.people.leaving import Leaving


@pytest.mark.parametrize(("state", "numbers"), [("suspended", 1), ("revoked", 1), ("", 0)])
def test_with_the_account_go_the_certificate_and_the_seats_in_groups(county, state, numbers):
    own = queries.certificate_of(county.zhang_san)

    left = leaving.let_go(county.wu, county.zhang_san.id, Leaving("调离", certificate=state))

    assert not left.user.is_active
    assert len(left.certificates) == numbers
    assert queries.find_certificate(own.id).state == (state or "valid")
    assert queries.groups_of(county.zhang_san) == []
    assert county.first_group.id in {group.id for group in queries.groups_of(county.li_si)}
    assert audit.of_subject(county.first_group.id)[-1].event == "group.changed"


def test_a_lead_who_leaves_is_named_so_that_somebody_decides_who_follows(county):
    own = make_group(county.qian, [county.chen], name="待定组长的组")

    left = leaving.let_go(county.wu, county.qian.id, Leaving("退休"))

    assert left.leads == sorted([own.name, county.first_group.name])


def test_seats_stay_when_asked_and_nothing_happens_without_a_reason(county):
    with pytest.raises(Refused):
        leaving.let_go(county.wu, county.li_si.id, Leaving(" "))
    assert county.li_si.is_active
    assert queries.certificate_of(county.li_si).state == "valid"

    leaving.let_go(county.wu, county.li_si.id, Leaving("借调", certificate="", leaves_groups=False))

    assert [group.id for group in queries.groups_of(county.li_si)] == [county.first_group.id]
