"""A phone that an administrator has shut out sends nothing any more; its owner goes on with another one."""

from typing import Any

import pytest
from factories import make_checklist_version, make_photo, make_visit, observation_body
from flask import Flask

from fieldapp import ids
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.filing import devices
from fieldapp.observations.models import Observation

LOST = "01910000-0000-7000-8000-00000000dead"


@pytest.fixture
def lost(app: Flask, county, signed_in) -> Any:
    """张三's browser, its session still open, and its device revoked behind its back."""
    browser = signed_in(county.zhang_san)
    assert browser.api_put(f"/api/v1/devices/{LOST}", json={}).status_code == 200
    devices.revoke(county.wu, LOST)
    browser.environ_base["HTTP_X_DEVICE_ID"] = LOST
    return browser


def test_nothing_that_a_revoked_phone_sends_is_taken(lost, county):
    version, visit = make_checklist_version(), make_visit(group=county.first_group)

    record = lost.api_put(f"/api/v1/observations/{ids.mint()}", json=observation_body(visit, version))
    photo = lost.send_file(make_photo(64, 48), evidence_id=ids.mint(), observation=ids.mint())
    heartbeat = lost.api_put(f"/api/v1/devices/{LOST}", json={})

    assert [answer.status_code for answer in (record, photo, heartbeat)] == [403, 403, 403]
    assert all("停用" in answer.json["title"] for answer in (record, photo, heartbeat))
    assert db.session.query(Observation).count() == db.session.query(Evidence).count() == 0


def test_nobody_signs_in_on_a_revoked_phone_and_the_owner_does_on_another(app: Flask, county, lost):
    other = app.test_client()

    refused = lost.sign_in("zhangsan")

    assert refused.status_code == 403
    assert "停用" in refused.json["title"]
    assert other.sign_in("zhangsan").status_code == 200
