"""依法删除: what the law has erased on the server goes from the phone, too, and is never sent again."""

import json
from typing import Any

import pytest
from factories import interview_body
from phone_driver import Driver

from fieldapp.filing import kinds

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)

SAID, LAID_DOWN = "他们进门没有亮证", "还没存下的半句"
FILE_IT = """
  const { id } = await drafts.newRecord("interview", { visit: given.visit, body: given.body });
  return id;
"""
KEPT = """async () => {
  const request = indexedDB.open("fieldapp");
  const database = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const of = (name) => new Promise((resolve) => {
    const asked = database.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  const names = ["records", "evidence", "thumbs", "meta", "receipts"];
  const all = await Promise.all(names.map(async (name) => [name, await of(name)]));
  const pieces = (await of("blobs")).map(({ id }) => id);
  database.close();
  return JSON.stringify([Object.fromEntries(all), pieces, { ...localStorage }]);
}"""


def test_words_and_files_go_with_the_next_heartbeat_and_only_the_receipt_stays(
    tab: Driver, scene: Any, live_app: Any
) -> None:
    from fieldapp.evidence import erasing

    body = interview_body(type("Visit", (), {"id": scene.today}), opinion=SAID)
    wanted = {
        name: body[name] for name in ("visit", "consent", "is_adult", "level", "opinion", "respondent", "signature")
    }
    interview = str(tab.run(FILE_IT, {"visit": scene.today, "body": wanted}))
    photo = tab.add_photo(interview)
    tab.submit(interview)
    tab.page.evaluate("([id, words]) => localStorage.setItem(`left:${id}`, words)", [interview, LAID_DOWN])
    tab.sync()
    tab.until(lambda: "回执" in tab.words(interview), "the interview did not arrive")
    before = tab.page.evaluate(KEPT)
    assert SAID in before
    assert LAID_DOWN in before
    assert photo in json.loads(before)[1]

    erasing.erase_record(None, kinds.of("interview"), interview, ground="withdrawn", reason="本人来电撤回同意")
    tab.sync()

    tab.until(lambda: tab.record(interview) is None, "the phone still has it")
    after = tab.page.evaluate(KEPT)
    assert SAID not in after
    assert LAID_DOWN not in after
    assert photo not in json.loads(after)[1]
    assert json.loads(after)[0]["records"] == []
    assert [one["id"] for one in json.loads(after)[0]["receipts"] if one["id"] == interview] == [interview]
    tab.sync()
    assert tab.record(interview) is None, "and it does not come back"
