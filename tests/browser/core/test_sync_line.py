"""The line at the top: it speaks of the record in hand, and of the others in a quiet count."""

from typing import Any

import pytest
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


@pytest.fixture
def refused(tab: Driver, scene: Any) -> str:
    """A record that the server has refused."""
    record = tab.new_observation(scene.visit_id, answers={"B01": {"value": "perhaps"}})
    tab.submit(record)
    tab.sync()
    assert tab.record(record)["state"] == "refused"
    return record


def test_the_line_speaks_of_the_record_in_hand_and_of_others_in_a_quiet_count(
    tab: Driver, scene: Any, phone: Any, refused: str
) -> None:
    line = tab.page.locator(".sync-line")
    draft = tab.new_observation(scene.visit_id)
    tab.sync()
    tab.ready_offline()

    tab.open(f"/field/record?id={refused}")
    expect(line).to_have_attribute("data-tone", "attention")
    expect(line).to_contain_text("未被接收")
    expect(line).not_to_contain_text("另有")

    phone.set_offline(True)
    tab.open(f"/field/record?id={draft}")
    expect(line).to_contain_text("离线")
    expect(line).to_contain_text("另有 1 条需要处理")
    tab.run("await drafts.changeRecord(given, (body) => { body.summary = '离线写的'; })", draft)
    expect(line).to_contain_text("离线 · 草稿（最新改动仅在本机） · 另有 1 条需要处理")
    expect(line).to_have_attribute("data-tone", "offline")


def test_a_returned_record_does_not_keep_the_line_red_elsewhere(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.submit(record)
    tab.sync()
    tab.run(
        """
      await store.write(['records'], async ({ records }) => {
        const kept = await records.get(given);
        await records.put({ ...kept, state: 'returned', review: { comment: '请补充', items: { B01: '几点' } } });
      });
    """,
        record,
    )
    line = tab.page.locator(".sync-line")

    tab.open("/field/me").sync()
    expect(line).to_have_attribute("data-tone", "good")
    expect(line).to_contain_text("1 条需要处理")
    tab.open(f"/field/record?id={record}")
    expect(line).to_have_attribute("data-tone", "attention")
    expect(line).to_contain_text("被退回（1 项待改）")


def test_a_tap_changes_what_the_page_says_of_the_record_at_once(tab: Driver, scene: Any, phone: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.sync()
    tab.ready_offline()
    tab.open(f"/field/record?id={record}")
    state = tab.page.locator("[data-place=state]")
    expect(state).to_have_text("草稿（已备份到服务器）")

    phone.set_offline(True)
    tab.page.click("[data-place=first] > summary")
    tab.page.locator(".item-card").first.get_by_role("button", name="未观察到", exact=True).click()

    expect(state).to_have_text("草稿（最新改动仅在本机）")
    expect(tab.page.locator(".sync-line")).to_contain_text("离线 · 草稿（最新改动仅在本机）")
