"""Issuing codes and binding slips: whose they are, how long they count, and who hears of a binding."""

from datetime import timedelta

import pytest
from citizens import later, make_slip
from factories import make_visit
from sqlalchemy import select

from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.errors import Conflict, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.rating_codes import operations as codes
from fieldapp.rating_codes import queries
from fieldapp.rating_codes.models import RatingCode
from fieldapp.rating_codes.queries import CodeClosed


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


def test_binding_the_same_again_changes_nothing_and_another_visit_is_a_conflict(county, visit):
    slip = make_slip(county.zhang_san)
    other = make_visit(group=county.first_group)
    bound_at = now()

    first = codes.bind_slip(county.zhang_san, slip.id, visit_id=visit.id, bound_at=bound_at).bound_received_at
    again = codes.bind_slip(county.zhang_san, slip.id, visit_id=visit.id, bound_at=bound_at + timedelta(hours=1))
    with pytest.raises(Conflict):
        codes.bind_slip(county.zhang_san, slip.id, visit_id=other.id, bound_at=bound_at)

    assert (again.bound_at, again.bound_received_at) == (bound_at, first)


def test_nobody_binds_a_strangers_slip_or_to_a_strangers_visit(county, visit):
    slip = make_slip(county.zhang_san)
    strange = make_visit(group=county.second_group)

    with pytest.raises(NotFound):
        codes.bind_slip(county.li_si, slip.id, visit_id=visit.id, bound_at=now())
    with pytest.raises(Refused):
        codes.bind_slip(county.zhang_san, slip.id, visit_id=strange.id, bound_at=now())


@pytest.mark.parametrize("claimed_days", [-4000, 0, 4000])
def test_a_slip_counts_fifteen_days_whatever_the_phones_clock_says(county, visit, claimed_days):
    slip = make_slip(county.zhang_san)

    bound = codes.bind_slip(
        county.zhang_san, slip.id, visit_id=visit.id, bound_at=now() + timedelta(days=claimed_days)
    )  # fmt: skip

    assert abs(bound.expires_at - now() - timedelta(days=15)) < timedelta(minutes=15)
    with later(days=16), pytest.raises(CodeClosed), unit_of_work():
        codes.open_code(bound.id, now())


def test_a_stock_is_filled_up_when_low_and_left_alone_when_not(county, visit):
    first = codes.stock_of(county.zhang_san)
    for slip in first[:10]:
        codes.bind_slip(county.zhang_san, slip.id, visit_id=visit.id, bound_at=now())
    ten_left = codes.stock_of(county.zhang_san)
    codes.bind_slip(county.zhang_san, ten_left[0].id, visit_id=visit.id, bound_at=now())
    refilled = codes.stock_of(county.zhang_san)

    assert (len(first), len(ten_left), len(refilled)) == (20, 10, 20)
    assert {slip.id for slip in ten_left[1:]} <= {slip.id for slip in refilled}


def test_slips_on_paper_never_reach_a_phone(county):
    sheet = codes.issue_slips(county.wu, county.zhang_san, count=8, is_printed=True)

    assert not {slip.id for slip in sheet} & {slip.id for slip in codes.stock_of(county.zhang_san)}


def test_every_code_and_number_is_another(county):
    slips = codes.issue_slips(county.wu, county.zhang_san, count=100)

    assert len({slip.code for slip in slips}) == len({slip.number for slip in slips}) == 100
    assert all(len(slip.code) == 16 for slip in slips)


def test_a_poster_has_exactly_one_target(county):
    with pytest.raises(Refused):
        codes.issue_poster(county.wu)
    with pytest.raises(Refused):
        codes.issue_poster(county.wu, agency_id=county.work_safety_agency.id, locality_id=county.liuwan.id)
    with pytest.raises(Refused):
        codes.issue_poster(county.wu, agency_id=county.liuwan.id)


@pytest.fixture
def listeners():
    """Who hears of bindings; as it was again afterwards."""
    before = list(codes._LISTENERS)
    yield codes._LISTENERS
    codes._LISTENERS[:] = before


def test_who_asked_hears_of_a_binding_once_and_with_its_visit(county, visit, listeners):
    heard = []
    codes.on_bound(lambda slip, bound_to, at: heard.append((slip.id, bound_to.id, at)))
    slip = make_slip(county.zhang_san)

    bound = codes.bind_slip(county.zhang_san, slip.id, visit_id=visit.id, bound_at=now())
    codes.bind_slip(county.zhang_san, slip.id, visit_id=visit.id, bound_at=now())

    assert heard == [(slip.id, visit.id, bound.bound_received_at)]


def test_a_binding_whose_listener_fails_has_not_happened(county, visit, listeners):
    def fail(slip, bound_to, at):
        raise Refused("not now")

    codes.on_bound(fail)
    slip = make_slip(county.zhang_san)

    with pytest.raises(Refused, match="not now"):
        codes.bind_slip(county.zhang_san, slip.id, visit_id=visit.id, bound_at=now())

    assert db.session.get(RatingCode, slip.id, populate_existing=True).visit_id is None
    assert list(db.session.scalars(select(AuditEntry).where(AuditEntry.event == "slip.bound"))) == []


def test_a_list_of_codes_is_narrowed_by_what_they_are_doing(county, visit):
    bound, waiting, revoked = (make_slip(county.zhang_san) for _ in range(3))
    codes.bind_slip(county.zhang_san, bound.id, visit_id=visit.id, bound_at=now())
    codes.revoke(county.wu, revoked.id, "遗失")

    def numbers(state):
        found = db.session.scalars(queries.codes(queries.CodeFilter(state=state), now()))
        return {code.number for code in found}

    assert numbers("bound") == {bound.number}
    assert numbers("stock") == {waiting.number}
    assert numbers("revoked") == {revoked.number}
    assert numbers("") == {bound.number, waiting.number, revoked.number}
