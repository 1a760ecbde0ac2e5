"""M9: a new version of the app and of the checklist takes nothing from a record that is open."""

import random
from typing import Any

import pytest
from browsers import until_ready
from factories import make_checklist_version
from playwright.sync_api import expect
from seeds import seed_of_this_run
from watched_phone import Diary, WatchedPhone, big_photo

from fieldapp.extensions import db
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation


@pytest.mark.parametrize("updates", [1, pytest.param(25, marks=pytest.mark.long)])
def test_an_open_draft_keeps_its_page_and_its_checklist_while_both_are_renewed(
    new_phone: Any, live_server: Any, scene: Any, updates: int
) -> None:
    seed = seed_of_this_run()
    chance = random.Random(seed)
    visits = [scene.new_visit() for _ in range(updates + 1)]
    hand = WatchedPhone(new_phone, Diary())
    hand.sign_in()
    in_force, drafts = "campaign-1", []
    for number in range(updates):
        run = f"seed {seed}, update {number}"
        record_id = begin(hand, visits.pop())
        drafts.append((record_id, in_force, hand.diary))
        title = told_checklist(hand)
        hand.page.evaluate("() => { window.untouched = true; }")

        in_force = publish(live_server, number, chance)
        look_for_updates(hand)
        hand.shows("[data-module=worker-news]", "不影响现在的草稿")
        expect(hand.page.locator("[data-module=worker-news] button"), run).to_have_count(0)
        assert hand.tap("B03", "yes") == "saved", run
        assert hand.take("B01", big_photo(chance, 60_000)) == "saved", run
        assert hand.page.evaluate("window.untouched") is True, run  # never reloaded
        assert told_checklist(hand) == title, run
        hand.open("record", record_id)
        assert told_checklist(hand) == title, run
        assert hand.differences(record_id) == [], run
        take_new_version(hand)

    record_id = begin(hand, visits.pop())
    assert told_checklist(hand) == checklist_title(in_force)
    drafts.append((record_id, in_force, hand.diary))
    chance.shuffle(drafts)
    for record_id, version, diary in drafts:  # the old ones open and go up as they were begun
        hand.diary = diary
        hand.open("record", record_id)
        assert told_checklist(hand) == checklist_title(version), seed
        assert hand.differences(record_id) == [], seed
        hand.open("check", record_id).answer_the_rest()
        hand.submit()
        hand.wait_until_arrived()
        db.session.rollback()
        stored = db.session.get(Observation, record_id)
        body = observations.body_of(observations.revision_of(stored))
        assert (stored.state, stored.is_complete, body["checklist_version"]) == ("submitted", True, version), seed


def begin(hand: WatchedPhone, visit_id: str) -> str:
    """A new draft, open on the screen, with one answer and one note."""
    record_id = hand.begin(visit_id)
    hand.tap("B01", "no")
    hand.note("B01", "写在更新之前")
    return record_id


def told_checklist(hand: WatchedPhone) -> str:
    """The checklist that the record's head names."""
    return str(hand.page.locator("[data-place=facts] dt", has_text="清单").locator("+ dd").text_content())


def checklist_title(version_id: str) -> str:
    from fieldapp.checklists.models import ChecklistVersion

    return str(db.session.get(ChecklistVersion, version_id).title)


def publish(server: Any, number: int, chance: random.Random) -> str:
    """A new checklist in force, and a new version of the app on the server; gives the checklist's id."""
    version = make_checklist_version(f"campaign-{number + 2}", items=None)
    version.title = f"第{number + 2}版清单"
    db.session.commit()
    server.stop()
    server.environment["FIELDAPP_ORGANISATION"] = f"改名{chance.random()}的司法局"
    server.start()
    return str(version.id)


def look_for_updates(hand: WatchedPhone) -> None:
    """What the browser does by itself from time to time: fetches the worker and the pack anew."""
    hand.page.evaluate("() => navigator.serviceWorker.getRegistration('/field/').then((it) => it.update())")
    hand.page.wait_for_selector("[data-module=worker-news]:not([hidden])")
    hand.page.evaluate("async () => { await (await import('/static/js/field/session/pack.js')).refreshPack(); }")


def take_new_version(hand: WatchedPhone) -> None:
    """Leaves the record and taps 现在更新."""
    hand.page.goto("/field/records")
    hand.page.wait_for_selector("[data-module=worker-news]:not([hidden]) button")
    with hand.page.expect_navigation():
        hand.page.click("[data-module=worker-news] button")
    until_ready(hand.page)
