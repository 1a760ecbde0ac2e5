"""Where a photo belongs is kept once, in its record: it is shown, counted and sent from there."""

import re
from typing import Any

import pytest
from factories import make_photo
from phone_driver import Driver
from playwright.sync_api import expect

from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
WRITE_INTO_ROW = """
const { write } = await import('/static/js/field/storage/store.js');
await write(['evidence'], async (stores) => {
  await stores.evidence.put({ ...await stores.evidence.get(given.id), item: given.item });
});
"""
# As a program up to 0.3.0 left it that was ended between its two steps: kept in its row, and named nowhere.
UNNAME = """
const { unnameFile } = await import('/static/js/field/records/naming.js');
await drafts.changeRecord(given.record, (body) => unnameFile(body, given.id));
"""


def test_a_photo_belongs_where_its_record_says_whatever_an_earlier_program_wrote_beside_it(
    tab: Driver, scene: Any
) -> None:
    tab.page.context.set_offline(True)
    record = tab.new_observation(scene.visit_id)
    file = tab.add_photo(record, item="B01")
    tab.run(WRITE_INTO_ROW, {"id": file, "item": "B02"})

    tab.page.goto(f"/field/section?id={record}&category=B")
    expect(tab.page.locator("#item-B01 .thumb")).to_have_attribute("aria-label", re.compile("^B01 照片"))
    expect(tab.page.locator("#item-B02 .thumb")).to_have_count(0)
    tab.page.context.set_offline(False)
    tab.submit(record)
    tab.sync()

    body = tab.page.request.get(f"/api/v1/observations/{record}").json()["body"]
    assert [body["answers"][code]["evidence"] for code in ("B01", "B02")] == [[file], []]
    assert "unfiled_evidence" not in body
    assert db.session.get_one(Evidence, file).item == "B01"


def test_a_photo_that_an_earlier_program_kept_and_named_nowhere_is_named_where_it_was_taken(
    tab: Driver, scene: Any
) -> None:
    record = tab.new_observation(scene.visit_id)
    placed, unplaced = tab.add_photo(record, item="B01"), tab.add_photo(record, make_photo(text="2"))
    for file, item in ((placed, "B02"), (unplaced, None)):
        tab.run(UNNAME, {"record": record, "id": file})
        tab.run(WRITE_INTO_ROW, {"id": file, "item": item})
    tab.submit(record)
    tab.sync()

    body = tab.page.request.get(f"/api/v1/observations/{record}").json()["body"]
    assert (body["answers"]["B02"]["evidence"], body["unfiled_evidence"]) == ([placed], [unplaced])


def test_a_photo_stays_at_its_item_when_the_words_of_another_phone_are_taken(tab: Driver, scene: Any) -> None:
    record = tab.new_observation(scene.visit_id)
    file = tab.add_photo(record, item="B01")
    tab.run(
        """
        const { step } = await import('/static/js/field/records/records.js');
        const { settleConflict } = await import('/static/js/field/records/conflicts.js');
        await step(given, (kept) => {
          const body = { ...kept.body, answers: {}, summary: '另一部手机写的' };
          Object.assign(kept, { state: 'conflict', conflict: { stored: { revision: 1, body } } });
        });
        await settleConflict(given, 'theirs');
        """,
        record,
    )

    tab.page.goto(f"/field/section?id={record}&category=B")
    expect(tab.page.locator("#item-B01 .thumb")).to_have_count(1)
    body = tab.record(record)["body"]
    assert (body["summary"], body["answers"]["B01"]["evidence"]) == ("另一部手机写的", [file])
