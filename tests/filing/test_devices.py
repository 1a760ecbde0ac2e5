"""Phones: what they hold, and what the server no longer does."""

from datetime import timedelta

import pytest
from factories import make_checklist_version, make_visit, observation_body
from sqlalchemy import delete, insert, text

from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.errors import NotAllowed, NotFound
from fieldapp.extensions import db
from fieldapp.filing import devices, keys, queries
from fieldapp.filing.devices import Heartbeat
from fieldapp.filing.models import Device, Receipt


def heartbeat(**said):
    blank = {
        "unsent_records": 0,
        "unsent_files": 0,
        "oldest_unsent_at": None,
        "highest_sequence": 0,
        "app_version": "1",
        "storage": {},
        "receipts": [],
    }
    return Heartbeat(**(blank | said))


@pytest.fixture
def receipt(county, signed_in):
    """The receipt of a filed record, as the phone keeps it."""
    visit, version = make_visit(group=county.first_group), make_checklist_version()
    filed = signed_in(county.zhang_san).api_put(f"/api/v1/observations/{ids.mint()}", observation_body(visit, version))
    return filed.json["receipt"]


def forget(receipt):
    """Takes a receipt out of the database, as a restored backup or an insider would."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER receipt_no_delete"))
    else:
        db.session.execute(text("ALTER TABLE receipt DISABLE TRIGGER ALL"))
    db.session.execute(delete(Receipt).where(Receipt.subject_id == receipt["id"]))
    if db.engine.dialect.name != "sqlite":
        db.session.execute(text("ALTER TABLE receipt ENABLE TRIGGER ALL"))
    db.session.commit()


def alarms():
    return db.session.query(AuditEntry).filter_by(event="receipt.missing").all()


def test_what_the_server_still_holds_raises_no_alarm(county, receipt):
    assert devices.report(county.zhang_san, ids.mint(), heartbeat(receipts=[receipt])) == []
    assert alarms() == []


def test_a_record_that_the_server_holds_with_other_words_under_the_same_revision_is_named(county, receipt):
    row = db.session.get(Receipt, (receipt["id"], 1))
    kept = {column.name: getattr(row, column.name) for column in Receipt.__table__.columns}
    forget(receipt)
    db.session.execute(insert(Receipt).values(kept | {"digest": "e" * 64}))
    db.session.commit()

    assert devices.report(county.zhang_san, ids.mint(), heartbeat(receipts=[receipt])) == [receipt["id"]]
    assert [entry.subject_id for entry in alarms()] == [receipt["id"]]


def test_a_record_that_the_server_has_lost_is_named_and_raises_an_alarm_once(county, receipt):
    forget(receipt)
    phone = ids.mint()

    assert devices.report(county.zhang_san, phone, heartbeat(receipts=[receipt])) == [receipt["id"]]
    assert devices.report(county.zhang_san, phone, heartbeat(receipts=[receipt])) == [receipt["id"]]

    assert [entry.subject_id for entry in alarms()] == [receipt["id"]]
    other = ids.mint()
    devices.report(county.li_si, other, heartbeat(receipts=[receipt]))
    assert len(alarms()) == 2, "another phone is another witness"


def test_a_forged_receipt_raises_no_alarm(county, receipt):
    forged = receipt | {"id": ids.mint()}

    assert devices.report(county.zhang_san, ids.mint(), heartbeat(receipts=[forged, {}, {"revision": []}])) == []
    assert alarms() == []


def test_a_phone_belongs_to_whoever_uses_it_and_its_highest_number_never_falls(county):
    phone = ids.mint()
    devices.report(county.zhang_san, phone, heartbeat(highest_sequence=9, unsent_records=2))
    devices.report(county.li_si, phone, heartbeat(highest_sequence=3))

    row = db.session.get(Device, phone)
    assert (row.user_id, row.highest_sequence, row.unsent_records) == (county.li_si.id, 9, 0)


def test_a_revoked_phone_is_refused(county):
    phone = ids.mint()
    devices.report(county.zhang_san, phone, heartbeat())
    assert devices.revoke(county.wu, phone) is db.session.get(Device, phone)

    with pytest.raises(NotAllowed):
        devices.report(county.zhang_san, phone, heartbeat())
    assert devices.is_revoked(phone)
    assert devices.is_revoked(ids.mint()) is False
    assert devices.is_revoked(None) is False
    with pytest.raises(NotFound):
        devices.revoke(county.wu, ids.mint())


def test_the_phone_that_has_held_something_longest_comes_first(county):
    at = now()
    held = {"old": at - timedelta(days=3), "new": at - timedelta(hours=1), "none": None}
    phones = {name: ids.mint() for name in held}
    for name, since in held.items():
        devices.report(county.zhang_san, phones[name], heartbeat(unsent_files=bool(since), oldest_unsent_at=since))

    assert [device.id for device, _ in queries.phones()] == [phones["old"], phones["new"], phones["none"]]
    assert [queries.is_late(device, at) for device, _ in queries.phones()] == [True, False, False]
    assert queries.count_late(at) == 1
    devices.revoke(county.wu, phones["old"])
    assert queries.count_late(at) == 0


def test_a_phone_that_has_filed_nothing_yet_has_no_number(county):
    phone = ids.mint()
    devices.report(county.zhang_san, phone, heartbeat())
    assert db.session.get(Device, phone).highest_sequence == 0
    devices.report(county.zhang_san, phone, heartbeat(highest_sequence=1))
    assert db.session.get(Device, phone).highest_sequence == 1


def unknown_keys():
    return [entry.subject_id for entry in db.session.query(AuditEntry).filter_by(event="receipt.unknown_key")]


def exchange_key(app):
    """What an insider does who wants the phones' receipts to prove nothing: another key under the same name."""
    path = app.config["SETTINGS"].instance / "keys" / "receipt-0001.pem"
    path.unlink()
    keys.forget()
    keys.signing_key(app.config["SETTINGS"].instance)


def test_a_record_deleted_together_with_its_key_is_named_and_the_unknown_key_is_an_alarm_once(app, county, receipt):
    phone = ids.mint()
    forget(receipt)
    exchange_key(app)

    assert devices.report(county.zhang_san, phone, heartbeat(receipts=[receipt])) == [receipt["id"]]
    assert devices.report(county.zhang_san, phone, heartbeat(receipts=[receipt])) == [receipt["id"]]

    assert unknown_keys() == [phone]
    assert alarms() == [], "what no key of ours vouches for is no entry about a record"
    devices.report(county.li_si, other := ids.mint(), heartbeat(receipts=[receipt]))
    assert unknown_keys() == [phone, other], "another phone is another witness"


def test_an_exchanged_key_is_an_alarm_also_while_the_record_is_still_there(app, county, receipt):
    exchange_key(app)

    assert devices.report(county.zhang_san, phone := ids.mint(), heartbeat(receipts=[receipt])) == []
    assert unknown_keys() == [phone]


def test_many_invented_keys_are_one_alarm_and_what_is_no_receipt_is_none(county, receipt):
    invented = [receipt | {"key_id": f"{number:016x}"} for number in range(50)]
    malformed = [
        receipt | {"key_id": "0" * 16} | wrong
        for wrong in (
            {"key_id": "?"},
            {"id": "x"},
            {"revision": True},
            {"revision": 2**63},
            {"digest": None},
            {"signature": "AA=="},
            {"signature": "长" * 86 + "=="},
        )
    ]
    assert devices.report(county.zhang_san, ids.mint(), heartbeat(receipts=malformed)) == []
    assert unknown_keys() == []

    assert devices.report(county.zhang_san, phone := ids.mint(), heartbeat(receipts=invented)) == []
    assert unknown_keys() == [phone]
