"""A whole record made without any network, and what the server holds of it afterwards."""

import hashlib
import re
from typing import Any

import pytest
from playwright.sync_api import expect
from recording_phone import RecordingPhone, photo

from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.filing.signatures import words_digest
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation


@pytest.fixture
def phone(new_phone: Any) -> Any:
    """One that the app has not been on before."""
    return new_phone


def test_a_record_made_offline_reaches_the_server_whole(recording: RecordingPhone, phone: Any, scene: Any) -> None:
    pictures = [photo("亮证"), photo("车间一"), photo("车间二")]
    phone.set_offline(True)

    record_id = recording.start_record()
    recording.page.get_by_role("button", name="涉企行政检查").click()
    recording.page.click("[data-place=circumstances-done]")
    recording.answer("B01", "no")
    recording.item("B01").get_by_role("button", name="未出示证件即开始检查").click()
    recording.photograph("B01", pictures[0])
    recording.answer("B03", "yes")
    recording.photograph("B03", *pictures[1:], album=True)
    recording.page.locator("[data-place=stamps] button", has_text="亮证").click()
    recording.page.locator("[data-place=officers-fold] > summary").click()
    recording.page.fill("#officer-0-1", "陈一")
    recording.page.fill("#officer-1-1", "32000001")
    recording.saved()
    recording.open("check", record_id)
    recording.answer_the_rest()
    recording.sign()
    recording.submit()

    recording.shows("[data-place=headline]", "已提交，待上传")
    recording.shows("[data-place=words]", "已保存在本机")

    phone.set_offline(False)
    recording.wait_until_arrived()

    stored = db.session.get(Observation, record_id)
    body = observations.body_of(observations.revision_of(stored))
    assert (stored.state, stored.is_complete, stored.no_items) == ("submitted", True, "B01")
    assert re.fullmatch(r"\d\d:\d\d，执法人员未出示证件即开始检查", body["answers"]["B01"]["note"])
    assert body["officers"] == [{"name": "陈一", "certificate_no": "32000001"}]
    assert body["timeline"][0]["text"].endswith("亮证")
    assert body["circumstances"] == ["enterprise_inspection"]
    assert body["answers"]["D06"] == {
        "value": "na",
        "note": "本次不涉及：应告知听证的案件",
        "evidence": [],
        "corrected_on_spot": False,
        "at_ms": body["answers"]["D06"]["at_ms"],
    }
    kept = {row.sha256 for row in db.session.query(Evidence).filter_by(owner_id=record_id)}
    assert {hashlib.sha256(picture).hexdigest() for picture in pictures} <= kept
    assert len(kept) == 4


@pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
def test_the_receipt_page_shows_number_time_and_the_address_of_the_public_check(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("check", record_id)
    recording.answer_the_rest()
    recording.submit()
    recording.wait_until_arrived()

    recording.shows("[data-place=facts]", "JD-")
    expect(recording.page.locator("[data-place=qr] svg path")).to_have_attribute("d", re.compile("."))
    recording.page.click("[data-place=verify]")
    recording.page.wait_for_url(f"**/verify/receipt/{record_id}")
    expect(recording.page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
def test_a_record_with_gaps_cannot_be_submitted_and_each_gap_leads_to_its_item(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("check", record_id)
    expect(recording.page.locator("[data-place=submit]")).to_be_disabled()
    recording.answer_the_rest()
    recording.open("section", record_id, category="B")
    recording.answer("B13", "no")
    recording.open("check", record_id)

    gap = recording.page.locator("[data-place=gaps] a")
    expect(gap).to_have_count(1)
    expect(recording.page.locator("[data-place=submit]")).to_be_disabled()
    gap.click()
    recording.page.wait_for_selector("#item-B13")
    recording.until("document.activeElement?.id === 'item-B13'")
    recording.item("B13").locator("[data-part=no-evidence-reason]").select_option(index=1)
    recording.saved()

    recording.open("check", record_id)
    expect(recording.page.locator("[data-place=submit]")).to_be_enabled()


@pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
def test_a_refused_signature_needs_its_reason(recording: RecordingPhone) -> None:
    record_id = recording.start_record()
    recording.open("check", record_id)
    recording.answer_the_rest()
    recording.page.check("#refuse-officers")
    recording.saved()
    expect(recording.page.locator("[data-place=submit]")).to_be_disabled()

    recording.page.fill("#reason-officers", "执法人员称无权签字")
    recording.page.fill("#witness-officers", "陈一")
    recording.page.wait_for_selector("[data-place=submit]:enabled")
    recording.submit()
    recording.wait_until_arrived()

    body = observations.body_of(observations.revision_of(db.session.get(Observation, record_id)))
    refused = body["signatures"]["officers"]
    assert (refused["refused"], refused["witness"]) == ("执法人员称无权签字", "陈一")
    assert refused["digest"] == words_digest(body)
