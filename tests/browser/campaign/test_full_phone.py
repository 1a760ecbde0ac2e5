"""M8: a phone whose storage is full never says saved what is not, keeps what was, and still takes words."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from browsers import PersistentPhone, watching
from phone_driver import NOISE, ROOM_FOR_WORDS
from seeds import seed_of_this_run
from watched_phone import Diary, WatchedPhone, big_photo

from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db

LEAST = 10_500_000  # bytes: the program, the pack and the room kept free for words need the most of it
MOST = 14_000_000
STORES = {"LevelDB": [], "SQLite": ["--enable-features=IdbSqliteBackingStore"]}  # what Chromium keeps IndexedDB in
TOO_LARGE = f"""
async (size) => {{
  const {{ write }} = await import('/static/js/field/storage/store.js');
  const bytes = ({NOISE})(size);
  const put = ({{ blobs }}) => blobs.put({{ id: 'too large', bytes }});
  return write(['blobs'], put, {{ isLarge: true }}).then(() => 'saved', (error) => error.name);
}}
"""


@pytest.mark.parametrize("runs", [2, pytest.param(50, marks=pytest.mark.long)])
def test_a_phone_that_runs_full_says_so_and_loses_nothing_it_has(
    playwright: Any, live_server: Any, scene: Any, tmp_path: Path, runs: int
) -> None:
    seed = seed_of_this_run()
    chance = random.Random(seed)
    for number in range(runs):
        kept_in = list(STORES)[number % len(STORES)]
        run = f"seed {seed}, run {number}, {kept_in}"
        phone = PersistentPhone(playwright, tmp_path / str(number), live_server.url, arguments=STORES[kept_in])
        phone.open()
        try:
            with watching(phone.context):
                fill_up(phone.context, live_server.url, scene.new_visit(), chance, run)
        finally:
            phone.kill()
            shutil.rmtree(phone.profile, ignore_errors=True)


def fill_up(context: Any, origin: str, visit_id: str, chance: random.Random, run: str) -> None:
    """One phone: photographs until it is full, writes, makes room, uploads."""
    phone = WatchedPhone(context, Diary())
    devtools = context.new_cdp_session(phone.page)
    quota = chance.randrange(LEAST, MOST)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": quota})
    run = f"{run}, quota {quota}"
    phone.sign_in()
    phone.until(ROOM_FOR_WORDS)
    record_id = phone.begin(visit_id)
    # The browser remembers for half a minute how much was left; what cannot fit makes it count anew.
    assert phone.page.evaluate(TOO_LARGE, quota) == "NotSaved", run
    phone.tap("B01", "no")
    context.set_offline(True)

    largest = 2_500_000
    while largest > 2_000:  # down to the last byte
        photo = big_photo(chance, chance.randrange(largest // 4, largest))
        before = len(phone.said)
        if phone.take("B01", photo) == "failed":
            told = [words for status, words in phone.said[before:] if status == "failed"][-1]
            assert told.startswith("照片未保存：手机存储空间已满。文字都在。"), (run, told)
            assert "请清理手机空间，或先上传已完成的记录" in told, (run, told)
            largest //= 2
            assert phone.note("B01", f"第{chance.random()}句") == "saved", (run, phone.said[-3:])
    assert phone.differences(record_id) == [], run
    assert phone.tap("B03", "yes") == "saved", run

    phone.open("record", record_id)
    assert phone.differences(record_id) == [], run
    held = phone.photos(record_id)
    assert set(held.values()) == phone.diary.saved, run

    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    context.set_offline(False)
    phone.open("check", record_id).answer_the_rest()
    phone.submit()
    phone.wait_until_arrived()
    db.session.rollback()
    arrived = db.session.query(Evidence).filter_by(owner_id=record_id, of_id=None)  # without the copies that went ahead
    assert {row.id: row.sha256 for row in arrived} == held, run
