"""A draft of another phone stands among the drafts, and the stamps of the time line fit the visit."""

from typing import Any

import pytest
from factories import make_visit
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
FILED_ELSEWHERE = """
const { id } = await session.currentUser();
const said = { id: '019a0000-0000-7000-8000-000000000001', kind: 'observation', state: 'draft', visit: null,
  evidence_named: 0, evidence_arrived: 0 };
await store.write(['packs'], async ({ packs }) => {
  const kept = await packs.get(id);
  await packs.put({ ...kept, pack: { ...kept.pack, records: [said] } }, id);
});
"""


def test_a_draft_that_another_phone_has_is_listed_among_the_drafts_and_not_as_delivered(tab: Driver) -> None:
    tab.ready_offline()
    tab.page.context.set_offline(True)
    tab.run(FILED_ELSEWHERE, None)

    tab.open("/field/records")

    expect(tab.page.locator("[data-section=drafts]")).to_contain_text("草稿（在另一部手机上）")
    expect(tab.page.locator("[data-section=done]")).to_be_hidden()


def test_the_stamps_of_the_time_line_fit_the_kind_of_the_visit(tab: Driver, scene: Any) -> None:
    county = scene.county
    files = make_visit(group=county.first_group, agency=county.work_safety_agency, mode="case_file").id
    tab.sync()

    stamps = tab.page.locator("[data-place=stamps] button")
    tab.open(f"/field/record?id={tab.new_observation(files)}")
    expect(stamps).to_have_text(["开始阅卷", "询问承办人", "要求补充材料", "阅卷完毕"])
    tab.open(f"/field/record?id={tab.new_observation(scene.today)}")
    expect(stamps.first).to_have_text("到达现场")
