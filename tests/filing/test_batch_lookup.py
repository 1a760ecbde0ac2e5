"""What is asked before a batch is judged: numbers, sign-ins, phones and what is here already, in few questions."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from factories import filed_observation, make_checklist_version, make_visit, observation_body
from sqlalchemy import select

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.clock import now, parse_rfc3339
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import devices
from fieldapp.filing.batch_lookup import is_revoked, is_signed_in, last_number, look_up, series_of
from fieldapp.filing.devices import Heartbeat
from fieldapp.filing.operations import file_revision
from fieldapp.filing.parts import Held
from fieldapp.people.models import SignIn


@pytest.fixture
def filed(county):
    """A record of 张三's that is on its way."""
    return filed_observation(
        ids.mint(), observation_body(make_visit(group=county.first_group), make_checklist_version())
    )


def looked_up(*filings):
    with unit_of_work() as session:
        return look_up(session, filings, now())


def test_a_series_is_of_a_kind_with_numbers_and_of_a_year_in_china():
    kind = SimpleNamespace(number_prefix="JD")

    assert series_of(kind, parse_rfc3339("2026-12-31T15:59:59Z")) == "JD-2026"
    assert series_of(kind, parse_rfc3339("2026-12-31T16:00:00Z")) == "JD-2027"
    assert series_of(SimpleNamespace(number_prefix=None), now()) is None


def test_the_last_number_is_that_of_the_series_and_none_before_the_first():
    held = Held({"numbers": [{"name": "JD-2026", "last": 7}, {"name": "JD-2027", "last": 2}]})

    assert [last_number(held, name) for name in ("JD-2026", "JD-2027", "ZF-2026")] == [7, 2, None]


@pytest.mark.parametrize(
    ("sign_in", "user_id", "roles", "counts"),
    [
        (None, "", "", True),
        ("token", "me", "supervisor", True),
        ("token", "me", "auditor supervisor", True),
        ("token", "you", "supervisor", False),
        ("token", "me", "liaison", False),
        ("token", "me", "", False),
        ("other", "me", "supervisor", False),
    ],
)
def test_a_sign_in_counts_for_whom_it_is_and_with_a_role_that_files(sign_in, user_id, roles, counts):
    held = Held({"sign_ins": [{"token_hash": "token", "user_id": user_id, "roles": roles}]})

    assert is_signed_in(held, "me", "observation", sign_in) is counts


def test_who_signed_in_a_moment_ago_files_and_who_is_idle_for_too_long_does_not(app, county, filed, signed_in):
    phone, hours = signed_in(county.zhang_san), app.config["SETTINGS"].session_hours
    answer = phone.api_put(f"/api/v1/observations/{filed.id}", json=filed.body | {"party": None})
    assert answer.status_code == 200, answer.json

    def still_counts(at):
        token = db.session.scalars(select(SignIn.token_hash)).one()
        mine = replace(filed, sign_in=token)
        with unit_of_work() as session:
            held = look_up(session, [(county.zhang_san.id, mine)], at)
            return is_signed_in(held, county.zhang_san.id, mine.kind, token)

    assert still_counts(now())
    assert not still_counts(now() + timedelta(hours=hours, minutes=5))


def test_a_phone_is_revoked_when_it_was_and_a_filing_of_no_phone_never(county, filed):
    phone, other = ids.mint(), ids.mint()
    for one in (phone, other):
        devices.report(county.zhang_san, one, Heartbeat(0, 0, None, 0, "", {}, []))
    devices.revoke(county.wu, phone)
    filings = [replace(filed, id=ids.mint(), device_id=one) for one in (phone, other, None)]

    held = looked_up(*((county.zhang_san.id, one) for one in filings))

    assert [is_revoked(held, one.device_id) for one in filings] == [True, False, False]


def test_of_what_is_new_nothing_is_here_but_the_end_of_the_chain(county, filed):
    held = looked_up((county.zhang_san.id, filed))

    assert (held.records, held.receipts, held.bearer(filed.id, "observation")) == ({}, {}, None)
    assert held.chain_end == (audit.head() or Held().chain_end)


def test_of_what_is_here_the_row_every_receipt_and_its_kind_are_known(county, filed):
    receipt = file_revision(county.zhang_san, filed).receipt
    new = replace(filed, id=ids.mint())

    held = looked_up((county.zhang_san.id, filed), (county.zhang_san.id, new))

    assert list(held.records) == [filed.id]
    assert held.records[filed.id].head_revision == 1
    assert {key: one.digest for key, one in held.receipts.items()} == {(filed.id, 1): filed.digest}
    assert held.chain_end == (receipt.sequence, receipt.chain) == audit.head()
    assert held.bearer(filed.id, "interview") == "observation"
    number = held.records[filed.id].number
    assert last_number(held, number[:7]) == 1


def test_what_a_desk_planned_bears_its_id_too(county, filed):
    visit = make_visit(group=county.first_group)

    held = looked_up((county.zhang_san.id, replace(filed, id=visit.id)))

    assert held.bearer(visit.id, "observation") == "visit"
    assert db.session.is_active
