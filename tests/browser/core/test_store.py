"""What was typed or taken is on the phone, and the screen never says so before it is."""

from typing import Any

import pytest
from factories import PASSWORD, make_photo
from phone_driver import NOISE, ROOM_FOR_WORDS, Driver

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_a_killed_browser_keeps_the_draft_and_the_photo(persistent_phone: Any, scene: Any) -> None:
    tab = Driver(persistent_phone.open()).arrive("zhangsan")
    persistent_phone.context.set_offline(True)
    record = tab.new_observation(scene.visit_id)
    tab.run("await drafts.changeRecord(given, (body) => { body.summary = '断电之前写的𠮷字'; })", record)
    photo = make_photo(text="断电之前")
    tab.add_photo(record, photo, item="B01")

    persistent_phone.kill()
    again = Driver(persistent_phone.open()).open()

    assert again.record(record)["body"]["summary"] == "断电之前写的𠮷字"
    (kept,) = again.evidence(record)
    size = again.run("return (await evidence.evidenceBytes(given)).byteLength;", kept["id"])
    digest = again.run("return digest.sha256(await evidence.evidenceBytes(given));", kept["id"])
    assert (size, digest) == (len(photo), kept["sha256"])
    again.submit(record)
    again.call("session", "signIn", "zhangsan", PASSWORD)  # the browser may have died with the cookie still unwritten
    assert again.sync()["unsent"] == 0


def test_elapsed_time_goes_on_over_a_restart(persistent_phone: Any, scene: Any) -> None:
    tab = Driver(persistent_phone.open()).arrive("zhangsan")
    record = tab.new_observation(scene.visit_id)
    before = tab.run("return drafts.elapsedMs(await drafts.readRecord(given));", record)
    persistent_phone.kill()

    again = Driver(persistent_phone.open()).open()

    after = again.run("return drafts.elapsedMs(await drafts.readRecord(given));", record)
    assert after > before
    moved_back = again.run(
        "const kept = await drafts.readRecord(given); kept.id = 'other';"
        "kept.clockMark = { elapsed: 5000, wall: Date.now() + 3600000 };"
        "return drafts.elapsedMs(kept);",
        record,
    )
    assert 5000 <= moved_back < 10000


def test_a_connection_closed_under_us_is_opened_again(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.page.evaluate("""() => {
      const transaction = IDBDatabase.prototype.transaction;
      let once = true;
      IDBDatabase.prototype.transaction = function (...args) {
        if (once) { once = false; this.close(); }
        return transaction.apply(this, args);
      };
    }""")

    tab.run("await drafts.changeRecord(given, (body) => { body.summary = '连接断开之后'; })", record)

    assert tab.record(record)["body"]["summary"] == "连接断开之后"


def test_another_tab_that_upgrades_is_not_kept_waiting(tab: Driver) -> None:
    tab.run("await drafts.listRecords();")
    version = tab.page.evaluate("""() => new Promise((resolve, reject) => {
      const opening = indexedDB.open('fieldapp', 99);
      opening.onsuccess = () => { resolve(opening.result.version); opening.result.close(); };
      opening.onblocked = () => reject(new Error('blocked'));
    })""")
    assert version == 99


def test_changes_made_at_once_are_all_kept(tab: Driver, scene: Any, phone: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    other = Driver(phone.new_page()).open()
    script = """Promise.all(Array.from({ length: 20 }, (_, at) => drafts.changeRecord(given.id, (body) => {
      body.timeline = [...(body.timeline || []), { at_ms: at, text: given.who }]; })))"""

    tab.page.evaluate(
        "async (given) => { const drafts = await import('/static/js/field/records/drafts.js');"
        f" window.done = {script}; }}",
        {"id": record, "who": "一"},
    )
    other.run(f"await {script};", {"id": record, "who": "二"})
    tab.page.evaluate("() => window.done")

    written = [entry["text"] for entry in tab.record(record)["body"]["timeline"]]
    assert (written.count("一"), written.count("二")) == (20, 20)


def test_a_full_disk_never_says_saved(phone: Any, scene: Any, live_server: Any) -> None:
    page = phone.new_page()
    # Before the store is opened: the browser measures once how much is left, and remembers it for a while.
    phone.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": live_server.url, "quotaSize": 20_000_000}
    )
    tab = Driver(page).arrive("zhangsan")
    record = tab.new_observation(scene.visit_id)

    told = tab.run(
        """
      const said = [];
      saving.onSaving((news) => said.push(news.status));
      try {
        const file = new ArrayBuffer(30000000);
        await evidence.addEvidence(given, { file, type: 'image/jpeg', filename: 'x.jpg', source: 'camera' });
        said.push('resolved');
      } catch (error) { said.push(error.name, error.message); }
      return said;
    """,
        record,
    )

    assert told[0] == "saving"
    assert "saved" not in told
    assert "resolved" not in told
    assert told[-2:] == [
        "NotSaved",
        "照片未保存：手机存储空间已满。文字都在。请清理手机空间，或先上传已完成的记录，再重新拍摄。",
    ]
    assert tab.evidence(record) == []
    tab.page.wait_for_selector(".saving-banner[data-status=failed]")
    tab.run("await drafts.changeRecord(given, (body) => { body.summary = '文字还能保存'; })", record)
    assert tab.record(record)["body"]["summary"] == "文字还能保存"


def test_words_written_at_once_on_a_full_phone_are_all_kept(tab: Driver) -> None:
    tab.until(lambda: tab.page.evaluate(ROOM_FOR_WORDS), "no room is kept free")

    told = tab.run("""
      let isFull = true;
      const once = { put: IDBObjectStore.prototype.put, delete: IDBObjectStore.prototype.delete };
      for (const verb of ['put', 'delete']) {
        IDBObjectStore.prototype[verb] = function (...given) {
          if (this.name === 'room') this.transaction.addEventListener('complete', () => { isFull = verb === 'put'; });
          else if (isFull) throw new DOMException('full', 'QuotaExceededError');
          return once[verb].apply(this, given);
        };
      }
      const told = [];
      const words = Array.from({ length: 4 }, async (_, at) => {
        for (let word = 0; word < 30; word += 1) {
          told.push(await store.changeMeta(`words ${at}`, () => word).then(() => 'saved', (error) => error.message));
        }
      });
      let isOver = false;
      const thumbs = (async () => {  // each tries to set the room aside again
        while (!isOver) await store.write(['thumbs'], () => undefined, { isLarge: true }).catch(() => undefined);
      })();
      await Promise.all(words);
      isOver = true;
      await thumbs;
      return told;
    """)

    assert told == ["saved"] * 120


def test_words_are_kept_though_the_browser_counts_late_what_was_given_up(tab: Driver) -> None:
    tab.until(lambda: tab.page.evaluate(ROOM_FOR_WORDS), "no room is kept free")

    told = tab.run("""
      let counts = 0;
      const once = { put: IDBObjectStore.prototype.put, delete: IDBObjectStore.prototype.delete };
      IDBObjectStore.prototype.put = function (...given) {
        if (counts < given[0].countsNeeded) throw new DOMException('full', 'QuotaExceededError');
        return once.put.apply(this, given);
      };
      IDBObjectStore.prototype.delete = function (...given) {
        if (this.name === 'room') this.transaction.addEventListener('complete', () => { counts += 1; });
        return once.delete.apply(this, given);
      };
      const told = [];
      for (const countsNeeded of [2, 1_000]) {
        counts = 0;
        const words = store.changeMeta('words', () => ({ countsNeeded }));
        told.push(await words.then(() => 'saved', (error) => error.message));
      }
      return told;
    """)

    assert told[0] == "saved"
    assert told[1].startswith("未保存：手机存储空间已满。")


def test_photos_never_take_the_room_that_was_set_aside_for_words(phone: Any, scene: Any, live_server: Any) -> None:
    quota = 20_000_000
    page = phone.new_page()
    phone.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", {"origin": live_server.url, "quotaSize": quota})
    tab = Driver(page).arrive("zhangsan")
    tab.until(lambda: tab.page.evaluate(ROOM_FOR_WORDS), "no room is kept free")

    stored, used = tab.run(
        f"const photo = ({NOISE})(300_000);"
        + """
      const { inTheRoom, setAside } = await import('/static/js/field/storage/quota-reserve.js');
      await inTheRoom(() => store.changeMeta('words', () => '字'));
      await setAside();
      const take = ({ blobs }) => blobs.put({ id: `photo ${stored}`, bytes: photo });
      let stored = 0;
      while (await store.write(['blobs'], take, { isLarge: true }).then(() => true, () => false)) stored += 1;
      return [stored, (await navigator.storage.estimate()).usage];
    """
    )

    assert stored > 10
    assert used < quota + 300_000
    assert tab.page.evaluate(ROOM_FOR_WORDS)


def test_a_write_that_is_not_confirmed_turns_red(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.page.evaluate("""() => {
      const put = IDBObjectStore.prototype.put;
      window.release = [];
      IDBObjectStore.prototype.put = function (value, ...rest) {
        const request = put.call(this, value, ...rest);
        if (this.name === 'records') {
          const transaction = this.transaction;
          let open = true;
          window.release.push(() => { open = false; });
          const hold = () => { if (open) transaction.objectStore('records').get('x').onsuccess = hold; };
          hold();
        }
        return request;
      };
    }""")
    tab.page.evaluate(
        """(id) => { import('/static/js/field/records/drafts.js').then((drafts) =>
      drafts.changeRecord(id, (body) => { body.summary = '慢'; })); }""",
        record,
    )

    banner = tab.page.wait_for_selector(".saving-banner[data-status=failed]")
    assert "未保存" in banner.text_content()
    tab.page.evaluate("() => window.release.forEach((release) => release())")
    tab.page.wait_for_selector(".saving-banner[data-status=saved]")


def test_a_submitted_record_is_not_changed_behind_its_receipt(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    tab.submit(record)

    said = tab.run(
        "try { await drafts.changeRecord(given, (body) => { body.summary = '偷改'; }); return ''; }"
        " catch (error) { return error.message; }",
        record,
    )

    assert "已提交" in said
    assert tab.record(record)["body"]["summary"] == ""


def test_a_moved_photo_is_named_where_it_now_belongs(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    moved, removed = tab.add_photo(record, item="B01"), tab.add_photo(record, make_photo(text="2"), item="B01")
    tab.sync()
    tab.call("evidence", "moveEvidence", moved, "B02")
    tab.call("evidence", "removeEvidence", removed)
    tab.submit(record)
    tab.sync()

    body = tab.page.request.get(f"/api/v1/observations/{record}").json()["body"]
    assert (body["answers"]["B01"]["evidence"], body["answers"]["B02"]["evidence"]) == ([], [moved])


def test_the_rescue_file_holds_what_was_not_sent(tab: Driver, scene: Any, tmp_path: Any) -> None:
    import base64
    import hashlib
    import io
    import json
    import zipfile

    tab.ready_offline().page.context.set_offline(True)
    record = tab.new_observation(scene.visit_id, summary="救援")
    photo = make_photo(text="救援")
    file = tab.add_photo(record, photo, item="B01")

    spelled = tab.run("""
      const { blob } = await (await import('/static/js/field/sync/rescue.js')).exportRescue();
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return btoa(text);
    """)

    with zipfile.ZipFile(io.BytesIO(base64.b64decode(spelled))) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        (entry,), (kept,) = manifest["records"], manifest["evidence"]
        assert manifest["format"] == "fieldapp-rescue-1"
        assert (entry["id"], entry["body"]["summary"], entry["body"]["answers"]["B01"]["evidence"]) == (
            record,
            "救援",
            [file],
        )
        assert hashlib.sha256(archive.read(entry["file"])).hexdigest() == entry["sha256"]
        assert archive.read(kept["file"]) == photo
        assert kept["sha256"] == hashlib.sha256(photo).hexdigest()
