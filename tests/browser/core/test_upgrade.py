"""A store that the program of yesterday left behind is brought to today's, with everything in it."""

from typing import Any

import pytest
from phone_driver import Driver

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
# The stores as the first version made them, filled with what the phone holds now, without the fields that came later.
AS_IN_VERSION_1 = """
async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const { openDB, deleteDB } = await import('/static/vendor/idb/idb.js');
  const now = await openDB('fieldapp');
  const kept = {};
  for (const name of now.objectStoreNames) {
    const store = now.transaction(name).store;
    kept[name] = { keys: await store.getAllKeys(), values: await store.getAll(), isInline: store.keyPath !== null };
  }
  now.close();
  await deleteDB('fieldapp');
  const old = await openDB('fieldapp', 1, { upgrade(made) {
    made.createObjectStore('records', { keyPath: 'id' });
    made.createObjectStore('evidence', { keyPath: 'id' }).createIndex('recordId', 'recordId');
    made.createObjectStore('blobs', { keyPath: 'id' });
    made.createObjectStore('thumbs');
    made.createObjectStore('versions', { keyPath: 'id' });
    made.createObjectStore('packs');
    made.createObjectStore('receipts');
    made.createObjectStore('meta');
  } });
  for (const [name, { keys, values, isInline }] of Object.entries(kept)) {
    const transaction = old.transaction(name, 'readwrite');
    values.forEach((value, at) => {
      for (const field of ['open', 'bodyUntil', 'pending', 'newest']) if (name !== 'meta') delete value[field];
      if (isInline) transaction.store.put(value);
      else transaction.store.put(value, keys[at]);
    });
    await transaction.done;
  }
  old.close();
}
"""
VERSION = """
async () => {
  const { openDB } = await import('/static/vendor/idb/idb.js');
  const database = await openDB('fieldapp');
  const { version } = database;
  database.close();
  return version;
}
"""
NO_NEW_INDEX = """
const plain = IDBObjectStore.prototype.createIndex;
IDBObjectStore.prototype.createIndex = function full(name, ...more) {
  if (name === 'bodyUntil') throw new DOMException('full', 'QuotaExceededError');
  return plain.call(this, name, ...more);
};
"""


@pytest.fixture
def left(tab: Driver, scene: Any) -> dict[str, str]:
    """A delivered record with a photo, a draft with a photo, one handed over; the last two are only on the phone."""
    delivered, draft, waiting = (tab.new_observation(scene.visit_id, summary=word) for word in ("一", "二", "三"))
    tab.add_photo(delivered, item="B01")
    tab.submit(delivered)
    tab.sync()
    tab.page.context.set_offline(True)
    tab.run("await drafts.changeRecord(given, (body) => { body.summary = '二，改过'; })", draft)
    photo = tab.add_photo(draft, item="B01")
    tab.submit(waiting)
    tab.page.context.set_offline(False)
    tab.page.goto("/static/js/lib/words.js")  # a page of ours that opens no store
    tab.page.goto("/field/manifest.webmanifest")
    tab.page.evaluate(AS_IN_VERSION_1)
    assert tab.page.evaluate(VERSION) == 1
    return {"delivered": delivered, "draft": draft, "waiting": waiting, "photo": photo}


def _all_is_there_and_goes_up(tab: Driver, left: dict[str, str]) -> None:
    size = tab.run("return (await evidence.evidenceBytes(given)).byteLength;", left["photo"])
    assert size > 1000
    assert tab.record(left["draft"])["body"]["summary"] == "二，改过"
    counts = tab.sync()
    assert (counts["unsent"], counts["draftsUnsent"], counts["filesUnsent"]) == (0, 0, 0)
    assert tab.words(left["draft"]) == "草稿（已备份到服务器）"
    assert tab.record(left["waiting"])["state"] == "receipted"
    assert tab.words(left["delivered"]).startswith("已送达 · 回执")
    stored = tab.page.request.get(f"/api/v1/observations/{left['draft']}").json()
    assert (stored["body"]["summary"], stored["evidence_arrived"]) == ("二，改过", 1)


def test_the_store_of_the_first_version_is_taken_over_whole(tab: Driver, left: dict[str, str]) -> None:
    tab.open()

    assert tab.page.evaluate(VERSION) == 2
    _all_is_there_and_goes_up(tab, left)


def test_a_phone_too_full_for_the_new_indexes_works_on_without_them(tab: Driver, left: dict[str, str]) -> None:
    tab.page.add_init_script(NO_NEW_INDEX)
    tab.open()

    assert tab.page.evaluate(VERSION) == 1
    _all_is_there_and_goes_up(tab, left)


def test_a_store_of_a_later_version_is_used_as_it_is(tab: Driver, left: dict[str, str]) -> None:
    tab.open()
    tab.page.goto("/field/manifest.webmanifest")
    tab.page.evaluate(
        "async () => (await (await import('/static/vendor/idb/idb.js')).openDB('fieldapp', 7,"
        " { upgrade(made) { made.createObjectStore('later'); } })).close()"
    )
    tab.open()

    assert tab.page.evaluate(VERSION) == 7
    _all_is_there_and_goes_up(tab, left)
