"""Which phones hold something unsent for too long, and which of them stand first."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing import devices, queries
from fieldapp.filing.devices import Heartbeat
from fieldapp.filing.models import Device

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def phone(county):
    """phone(…): the id of a phone that reported that it holds this; `revoked` shuts it out afterwards."""

    def report(*, records=0, files=0, since=None, revoked=False, seen_at=AT):
        device_id = ids.mint()
        devices.report(county.zhang_san, device_id, Heartbeat(records, files, since, 0, "1", {}, []))
        db.session.execute(update(Device).where(Device.id == device_id).values(seen_at=seen_at))
        db.session.commit()
        if revoked:
            devices.revoke(county.wu, device_id)
        return device_id

    return report


DAY_AGO = AT - timedelta(hours=24)
BEFORE = DAY_AGO - timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("holds", "late"),
    [
        ({"records": 1, "since": BEFORE}, True),
        ({"files": 1, "since": BEFORE}, True),
        ({"records": 2, "files": 3, "since": BEFORE}, True),
        ({"records": 1, "since": DAY_AGO}, False),
        ({"records": 1, "since": AT}, False),
        ({"records": 1}, False),
        ({"since": BEFORE}, False),
        ({"records": 1, "since": BEFORE, "revoked": True}, False),
    ],
)
def test_a_phone_is_late_when_it_has_held_something_for_more_than_a_day_and_the_count_says_the_same(
    phone, holds, late
):  # fmt: skip
    device = db.session.get(Device, phone(**holds))

    assert queries.is_late(device, AT) is late
    assert queries.count_late(AT) == int(late)


def test_nothing_to_count_is_nought_and_more_are_counted(phone):
    assert queries.count_late(AT) == 0
    for _ in range(2):
        phone(records=1, since=BEFORE)
    assert queries.count_late(AT) == 2


def test_the_oldest_unsent_thing_stands_first_then_who_was_heard_of_last_and_the_shut_out_at_the_end(county, phone):
    shut_out = phone(records=1, since=AT - timedelta(days=9), revoked=True)
    heard_before = phone(seen_at=AT - timedelta(hours=2))
    heard_of = phone(seen_at=AT - timedelta(hours=1))
    newer = phone(records=1, since=AT - timedelta(days=1))
    older = phone(files=1, since=AT - timedelta(days=3))

    found = queries.phones()

    assert [device.id for device, _ in found] == [older, newer, heard_of, heard_before, shut_out]
    assert {user.id for _, user in found} == {county.zhang_san.id}
