"""M7: three days without a network, a session that has ended, a new version, a clock a day off: all arrives."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from browsers import until_ready
from factories import PASSWORD
from playwright.sync_api import expect
from seeds import seed_of_this_run
from sqlalchemy import update
from watched_phone import Diary, WatchedPhone, big_photo

from fieldapp import clock
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db, unit_of_work
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation
from fieldapp.people.models import SignIn

DAY = timedelta(days=1)
# The page's clock, moved; its timers go on as they are.
MOVED_CLOCK = """(() => {
  const RealDate = Date, by = %d;
  globalThis.Date = class extends RealDate {
    constructor(...given) { if (given.length) super(...given); else super(RealDate.now() + by); }
    static now() { return RealDate.now() + by; }
  };
})();"""


@pytest.mark.parametrize("journeys", [1, pytest.param(20, marks=pytest.mark.long)])
def test_three_days_offline_cost_nothing(
    playwright: Any, live_server: Any, scene: Any, tmp_path: Any, journeys: int
) -> None:
    from browsers import PersistentPhone

    seed = seed_of_this_run()
    chance = random.Random(seed)
    for number in range(journeys):
        phone = PersistentPhone(playwright, tmp_path / f"profile-{number}", live_server.url)
        try:
            travel(phone, live_server, scene, chance, f"seed {seed}, journey {number}")
        finally:
            phone.close()


def travel(browser: Any, server: Any, scene: Any, chance: random.Random, run: str) -> None:
    """One journey: out with a phone made ready, three days of work, and back."""
    visits = [scene.new_visit() for _ in range(3)]
    phone = at(browser, -3 * DAY, {})
    make_ready(phone)
    server.stop()

    diaries: dict[str, Diary] = {}
    first = record(phone, visits.pop(), chance, diaries)
    browser.close()
    end_every_session()

    phone = at(browser, chance.choice((-1, 1)) * DAY, diaries)
    phone.page.goto("/field/")
    until_ready(phone.page)
    assert phone.page.locator("dialog[open]").count() == 0, run  # nobody has to sign in before writing
    go_on(phone, first, chance, diaries)
    for _ in range(chance.randint(1, 2)):
        record(phone, visits.pop(), chance, diaries)
    assert phone.page.locator("dialog[open]").count() == 0, run
    for record_id, diary in diaries.items():
        phone.diary = diary
        assert phone.differences(record_id) == [], run
    for record_id in diaries:
        phone.open("check", record_id).answer_the_rest()
        phone.submit()
        expect(phone.page.locator("[data-place=headline]"), run).to_have_text("已提交，待上传")

    server.environment["FIELDAPP_ORGANISATION"] = f"云川市司法局{chance.random()}"  # another shell: a new worker
    server.start()
    phone.page.evaluate("import('/static/js/field/sync/sync-engine.js').then((engine) => { engine.syncNow(); })")
    sign_in_in_place(phone)
    phone.until(
        "import('/static/js/field/records/outbox.js').then(({ summary }) => summary())"
        ".then(({ unsent }) => unsent === 0)"
    )
    for record_id, diary in diaries.items():
        assert_arrived(phone, record_id, diary, run)


def at(browser: Any, off: timedelta, diaries: dict[str, Diary]) -> WatchedPhone:
    """The phone switched on, its clock `off` from the truth."""
    browser.open()
    browser.context.add_init_script(MOVED_CLOCK % (off / timedelta(milliseconds=1)))
    return WatchedPhone(browser.context, next(iter(diaries.values()), Diary()))


def make_ready(phone: WatchedPhone) -> None:
    """Signs in and taps 准备离线."""
    phone.page.goto("/field/me")
    phone.page.fill("#sign-in-username", "zhangsan")
    phone.page.fill("#sign-in-password", PASSWORD)
    with phone.page.expect_navigation():  # the page of a stranger is drawn anew
        phone.page.click("dialog button[type=submit]")
    until_ready(phone.page)
    phone.page.get_by_role("button", name="准备离线").click()
    phone.page.get_by_text("准备好了，没有网络也能打开和记录。").wait_for()


def record(phone: WatchedPhone, visit_id: str, chance: random.Random, diaries: dict[str, Diary]) -> str:
    """A new record of the visit with answers, a note and a photo; gives its id."""
    record_id = phone.begin(visit_id)
    diaries[record_id] = phone.diary
    phone.tap("B01", "no")
    write(phone, chance)
    return record_id


def go_on(phone: WatchedPhone, record_id: str, chance: random.Random, diaries: dict[str, Diary]) -> None:
    """Days later, on the same record."""
    phone.diary = diaries[record_id]
    phone.open("record", record_id)
    write(phone, chance)


def write(phone: WatchedPhone, chance: random.Random) -> None:
    """An answer, a note, one or two photos: each of them called saved."""
    answered = phone.diary.values.get("answer B03", [None])[-1]  # the same tap again would take it back
    assert phone.tap("B03", "not_observed" if answered == "yes" else "yes") == "saved"
    assert phone.note("B01", f"第{chance.random()}句 龘") == "saved"
    for _ in range(chance.randint(1, 2)):
        assert phone.take("B01", big_photo(chance, chance.randrange(30_000, 700_000))) == "saved"


def end_every_session() -> None:
    """Meanwhile on the server: every sign-in was last seen three days ago and has ended."""
    with unit_of_work():
        db.session.execute(update(SignIn).values(last_seen_at=clock.now() - 3 * DAY, ended_at=clock.now()))


def sign_in_in_place(phone: WatchedPhone) -> None:
    """The dialog over the page that is open, with the name filled in already."""
    phone.page.wait_for_selector("dialog #sign-in-password")
    expect(phone.page.locator("#sign-in-username")).to_have_value("zhangsan")
    phone.page.fill("#sign-in-password", PASSWORD)
    phone.page.click("dialog button[type=submit]")
    phone.until("!document.querySelector('dialog #sign-in-password')", seconds=60)


def assert_arrived(phone: WatchedPhone, record_id: str, diary: Diary, run: str) -> None:
    """The server holds what the phone holds, word for word and byte for byte."""
    db.session.rollback()
    stored = db.session.get(Observation, record_id)
    assert stored is not None, run
    assert (stored.state, stored.is_complete) == ("submitted", True), run
    body = observations.body_of(observations.revision_of(stored))
    originals = db.session.query(Evidence).filter_by(owner_id=record_id, of_id=None)
    files = {row.id: row.sha256 for row in originals}
    held = [{"id": key, "said": digest, "actual": digest} for key, digest in files.items()]
    values = {f"answer {code}": answer["value"] for code, answer in body["answers"].items()}
    values |= {f"note {code}": answer["note"] for code, answer in body["answers"].items()}
    assert diary.differences(values, held) == [], run
    assert set(files.values()) == diary.saved, run
    assert body["answers"] == phone.stored(record_id)["body"]["answers"], run
    # Both times are kept: what the phone thought, and by how much that was off.
    off = datetime.fromisoformat(body["started_at"]) - clock.now()
    assert timedelta(hours=12) < abs(off) < 4 * DAY, run
