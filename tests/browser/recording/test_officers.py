"""执法人员: looked up in the register on the phone, without a network, by the last four digits or the name."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect
from recording_phone import RecordingPhone

from fieldapp.extensions import db
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation
from fieldapp.officers import operations, rules
from fieldapp.officers.operations import OfficerDraft

ENTRIES = [
    ("陈一", "32050012345", "here", "2030-01-01"),
    ("陈一", "32050022345", "there", "2030-01-01"),
    ("林二", "苏A-016666", "here", "2020-01-01"),
    ("阿依·古丽", "32050017777", "there", "2030-01-01"),
]
WRITTEN = [
    ("32050012345", "陈一"), ("３２０５００-12 345", "陈 一"), ("2345", "陈一"), ("2345", ""), ("2345", "林二"),
    ("345", "陈一"), ("", "陈一"), ("苏a016666", "林二"), ("6666", "林二"), ("32050017777", "阿依‧古丽"),
    ("32050017777", "陈一"), ("99999", "陈一"),
]  # fmt: skip
REGISTER = """async ([entries, written]) => {
  const { OfficerRegister } = await import('/static/js/field/records/officer-register.js');
  const officers = entries.map(([name, number, agency, until]) => ({ name, number, agency, until }));
  const register = new OfficerRegister({ officers, agencies: [], agencyId: 'here', day: '2026-11-23' });
  return written.map(([number, name]) => register.finding(number, name)?.result ?? '');
}"""


@pytest.fixture
def phone(new_phone: Any, scene: Any) -> Any:
    """One that the app has not been on before, after the register was filled."""
    county = scene.county
    for name, number, agency, until in ENTRIES:
        of = county.work_safety_agency if agency == "here" else county.environment_agency
        operations.add(None, OfficerDraft(name, of.id, number, date.fromisoformat(until)))
    return new_phone


def test_who_shows_a_certificate_is_found_offline_and_what_was_found_is_filed(
    recording: RecordingPhone, phone: Any
) -> None:
    page = recording.page
    known = [rules.Entry(rules.key_of(one[1]), one[0], one[2], date.fromisoformat(one[3])) for one in ENTRIES]
    expected = [
        rules.finding(
            *written, entries=known, is_of_visited=lambda one: one == "here", day=date(2026, 11, 23), is_known=True
        )
        for written in WRITTEN
    ]
    assert page.evaluate(REGISTER, [ENTRIES, WRITTEN]) == expected, "the phone reckons as the server does"

    phone.set_offline(True)
    record_id = recording.start_record()
    page.locator("[data-place=officers-fold] > summary").click()
    page.fill("#officer-1-1", "2345")
    offered = page.get_by_role("list", name="名册里的执法人员").get_by_role("button")
    expect(offered).to_have_count(2)
    assert all(one.bounding_box()["height"] >= 44 for one in offered.all())
    expect(offered.first).to_contain_text("32050012345")  # of the visited agency
    offered.first.click()
    expect(page.locator("#officer-0-1")).to_have_value("陈一")
    expect(page.get_by_text("名册核对：在册，有效期至 2030-01-01")).to_be_visible()

    page.get_by_role("button", name="再加一人").click()
    page.fill("#officer-0-2", "无名")
    page.fill("#officer-1-2", "88888888")
    expect(page.get_by_text("名册核对：查无此证")).to_be_visible()
    recording.saved()
    phone.set_offline(False)
    recording.open("check", record_id)
    recording.answer_the_rest()
    recording.sign()
    recording.submit()
    recording.wait_until_arrived()

    stored = db.session.get(Observation, record_id)
    assert observations.body_of(observations.revision_of(stored))["officers"] == [
        {"name": "陈一", "certificate_no": "32050012345", "register": "registered"},
        {"name": "无名", "certificate_no": "88888888", "register": "not_found"},
    ]
    assert stored.officers_found == '["registered","not_found"]'
