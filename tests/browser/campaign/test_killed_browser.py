"""M2: 已保存在本机 is true, whenever the browser is killed."""

import random
import threading
from contextlib import suppress
from typing import Any

import pytest
from factories import PASSWORD
from playwright.sync_api import Error
from seeds import seed_of_this_run
from watched_phone import Diary, WatchedPhone, big_photo

from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation

ANSWERED = ("B03", "C01", "B07")


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.long)])
def test_all_that_was_called_saved_outlives_kills_at_any_moment(persistent_phone: Any, scene: Any, kills: int) -> None:
    seed = seed_of_this_run()
    chance, visit_id = random.Random(seed), scene.new_visit()
    persistent_phone.open()
    phone = WatchedPhone(persistent_phone.context, Diary())
    record_id = phone.sign_in().begin(visit_id)
    diary = phone.diary
    persistent_phone.context.set_offline(True)  # the cookie may die with the browser: no dialog shall come between
    phone.tap("B01", "no")
    for number in range(kills):
        work_until_killed(persistent_phone, phone, chance, in_a_photo=number % 2 == 1)
        persistent_phone.open()
        persistent_phone.context.set_offline(True)
        phone = WatchedPhone(persistent_phone.context, diary)
        phone.open("record", record_id)
        assert phone.differences(record_id) == [], f"seed {seed}, kill {number}"

    assert diary.saved, f"seed {seed}: no photo was called saved"
    phone.note("B01", "最后一次")
    phone.take("B01", big_photo(chance, 50_000))
    held = phone.photos(record_id)
    persistent_phone.context.set_offline(False)
    phone.page.evaluate(
        "async (given) => (await import('/static/js/field/session/session.js')).signIn('zhangsan', given)", PASSWORD
    )
    phone.open("check", record_id).answer_the_rest()
    phone.submit()
    phone.wait_until_arrived(seconds=max(60, 3 * kills))  # of a hundred kills come nearly two hundred photos
    arrived = db.session.query(Evidence).filter_by(owner_id=record_id, of_id=None)  # without the copies that went ahead
    assert {row.id: row.sha256 for row in arrived} == held, f"seed {seed}"
    stored = db.session.get(Observation, record_id)
    answers = observations.body_of(observations.revision_of(stored))["answers"]
    assert answers["B01"]["note"] == "最后一次", f"seed {seed}"
    assert set(answers["B01"]["evidence"]) == set(held), f"seed {seed}"


def work_until_killed(browser: Any, phone: WatchedPhone, chance: random.Random, *, in_a_photo: bool) -> None:
    """Answers, writes and photographs as fast as the screen allows, until the browser is struck dead."""
    killer = threading.Timer(chance.uniform(0.0, 3.0), browser.strike)
    in_photo_killer = threading.Timer(chance.uniform(0.0, 0.25), browser.strike)
    if not in_a_photo:
        killer.start()
    with suppress(Error):  # the browser dies under the hand
        for number in range(500):
            value = chance.choice(("yes", "not_observed"))
            code = chance.choice(ANSWERED)
            if value != phone.diary.values.get(f"answer {code}", [""])[-1]:
                phone.tap(code, value)
            phone.note("B01", f"第{chance.random()}句 𠮷")
            strikes = in_photo_killer.start if in_a_photo and number == 1 else lambda: None
            phone.take("B01", big_photo(chance, chance.randrange(30_000, 1_500_000)), just_before=strikes)
    for timer in (killer, in_photo_killer):
        if timer.is_alive():
            timer.join()
    browser.kill()
