"""Heartbeats by the API."""

from fieldapp import ids
from fieldapp.extensions import db
from fieldapp.filing import devices
from fieldapp.filing.models import Device


def test_a_heartbeat_says_what_the_phone_still_holds(county, signed_in):
    phone, device = signed_in(county.zhang_san), ids.mint()
    answer = phone.api_put(
        f"/api/v1/devices/{device}",
        {
            "unsent_records": 2,
            "unsent_files": 7,
            "oldest_unsent_at": "2026-11-23T09:00:00+08:00",
            "highest_sequence": 12,
            "app_version": "1.0.0",
            "storage": {"quota": 1000, "persisted": True},
        },
    )

    assert answer.status_code == 200
    assert answer.json["missing"] == []
    row = db.session.get(Device, device)
    assert (row.unsent_records, row.unsent_files, row.highest_sequence, row.app_version) == (2, 7, 12, "1.0.0")
    assert row.oldest_unsent_at.isoformat() == "2026-11-23T01:00:00+00:00"


def test_a_revoked_phone_is_told_so_in_words(county, signed_in):
    phone, device = signed_in(county.zhang_san), ids.mint()
    phone.api_put(f"/api/v1/devices/{device}", {})
    devices.revoke(county.wu, device)

    answer = phone.api_put(f"/api/v1/devices/{device}", {})

    assert answer.status_code == 403
    assert "停用" in answer.json["title"]


def test_a_stranger_reports_nothing(client):
    assert client.put(f"/api/v1/devices/{ids.mint()}", json={}).status_code in (400, 401)
    assert db.session.query(Device).count() == 0
