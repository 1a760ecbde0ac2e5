"""What the phone reads of its store: little at a tap, little at a sync, and no more after years."""

from typing import Any

import pytest
from phone_driver import Driver
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
AT_A_TAP = 3
AT_AN_IDLE_SYNC = 8
COUNTING = """
globalThis.reads = { asked: 0, rows: 0, ofATap: false };
Error.stackTraceLimit = 50;
const whole = ['get', 'getAll', 'getKey', 'getAllKeys', 'openCursor', 'openKeyCursor'];
const read = (maker, name) => {
  const plain = maker.prototype[name];
  maker.prototype[name] = function counted(...given) {
    const request = plain.apply(this, given);
    // a round of the sync that begins just then by its timer is not the tap's
    if (globalThis.reads.ofATap && new Error().stack.includes('sync-engine.js')) return request;
    globalThis.reads.asked += 1;
    request?.addEventListener('success', ({ target }) => {
      globalThis.reads.rows += name === 'getAll' ? target.result.length : 1;
    });
    return request;
  };
};
for (const name of whole) for (const maker of [IDBObjectStore, IDBIndex]) read(maker, name);
for (const name of ['continue', 'advance']) read(IDBCursor, name);
"""
YEARS = """
const { write } = store;
const user = await session.currentUser();
const body = { summary: 'x'.repeat(2000) };
for (let from = 0; from < 2000; from += 500) {
  await write(['records', 'evidence', 'receipts'], async (stores) => {
    for (let at = from; at < from + 500; at += 1) {
      const id = `old-${at}`;
      const then = Date.now() - (at % 20) * 86_400_000;
      const receipt = { id, kind: 'observation', revision: 1, sequence: at + 1, digest: '0', signature: '0' };
      await stores.records.put({ id, kind: 'observation', userId: user.id, state: 'receipted', body, visit: null,
        versionId: null, changes: 1, sentChanges: 1, revision: 1, baseRevision: 1, receipt, sentAt: then,
        settledAt: then, createdAt: then, updatedAt: then, nextTryAt: 0, tries: 0 });
      await stores.evidence.put({ id: `file-${at}`, recordId: id, state: 'receipted', receipt, bytes: 1 });
      await stores.receipts.put({ ...receipt, userId: user.id }, `${id}:1`);
    }
  });
}
"""


@pytest.fixture
def tab(phone: Any, scene: Any) -> Driver:
    """A tab of 张三's phone in which every read of the store is counted."""
    page = phone.new_page()
    page.add_init_script(COUNTING)
    return Driver(page).arrive("zhangsan")


def _read(tab: Driver, act: Any, *, is_tap: bool = False, rest: int = 2000) -> dict[str, int]:
    """What is read from `act` until `rest` ms later, while nobody syncs before.

    `is_tap`: what a round of the sync reads for itself is not counted, and none that was put off before is to come.
    """
    tab.until_nobody_syncs()
    tab.page.wait_for_timeout(4000 if is_tap else 700)
    tab.page.evaluate("(ofATap) => Object.assign(globalThis.reads, { asked: 0, rows: 0, ofATap })", is_tap)
    act()
    tab.page.wait_for_timeout(rest)
    found: dict[str, int] = tab.page.evaluate("() => ({ ...globalThis.reads })")
    return found


def _on_a_section(tab: Driver, scene: Any) -> str:
    record = tab.new_observation(scene.visit_id)
    tab.sync()
    tab.open(f"/field/section?id={record}&category=B")
    return record


def _tap(tab: Driver, word: str) -> None:
    button = tab.page.locator(".item-card").first.get_by_role("button", name=word, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def _of_quiet_taps(tab: Driver, *words: str) -> dict[str, int]:
    """The least that one of several taps reads: a round of the sync that ends just then redraws the line at the top."""
    return min(
        (_read(tab, lambda word=word: _tap(tab, word), is_tap=True) for word in words), key=lambda one: one["asked"]
    )


def _idle_sync(tab: Driver) -> None:
    tab.call("sync-engine", "syncNow")


def test_a_tap_reads_at_most_three_times(tab: Driver, scene: Any, phone: Any) -> None:
    record = _on_a_section(tab, scene)
    phone.set_offline(True)

    first = _read(tab, lambda: _tap(tab, "不适用"), is_tap=True)
    second = _of_quiet_taps(tab, "是", "不适用", "是")

    assert 0 < first["asked"] <= AT_A_TAP  # the one after which the draft is unsent again
    assert 0 < second["asked"] <= AT_A_TAP
    assert tab.words(record) == "草稿（最新改动仅在本机）"


def test_a_sync_with_nothing_to_do_reads_at_most_eight_times(tab: Driver, scene: Any) -> None:
    _on_a_section(tab, scene)
    tab.sync()

    asked = _read(tab, lambda: _idle_sync(tab))["asked"]

    assert 0 < asked <= AT_AN_IDLE_SYNC


def test_two_thousand_delivered_records_cost_a_tap_and_a_sync_nothing(tab: Driver, scene: Any, phone: Any) -> None:
    _on_a_section(tab, scene)
    tab.sync()

    def measured() -> tuple[dict[str, int], dict[str, int]]:
        idle = _read(tab, lambda: _idle_sync(tab))
        phone.set_offline(True)
        tap = _of_quiet_taps(tab, "不适用", "是", "不适用")
        phone.set_offline(False)
        tab.until_nobody_syncs()
        _tap(tab, "是")
        tab.sync()
        return idle, tap

    before = measured()
    tab.run(YEARS)
    after = measured()

    assert [one["asked"] for one in after] == [one["asked"] for one in before]
    idle_rows, tap_rows = (late["rows"] - early["rows"] for early, late in zip(before, after, strict=True))
    assert tap_rows == 0
    assert idle_rows <= 50  # the newest receipts, which are shown to the server at each sync
