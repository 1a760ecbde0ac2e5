"""Drives the phone app through its own modules, as its pages do: for tests of what lies below the pages."""

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browsers import PATIENCE_SECONDS, bring_sign_in, shows, until_ready
from factories import PASSWORD, make_photo

STATIC = Path(__file__).resolve().parents[1] / "fieldapp" / "static"
MODULES = {path.stem: f"/static/{path.relative_to(STATIC).as_posix()}" for path in STATIC.glob("js/*/**/*.js")}
SCRIPT_NAMES = {
    **{
        name: name
        for name in ("drafts", "conflicts", "outbox", "evidence", "session", "pack", "store", "saving", "digest")
    },
    "states": "record-states",
    "engine": "sync-engine",
}
IMPORTS = "".join(f"const {name} = await import('{MODULES[module]}');" for name, module in SCRIPT_NAMES.items())
NEW_OBSERVATION = """
const known = await pack.readPack();
const visit = known.visits.find((one) => one.id === given.visit);
const checklist = await pack.checklistFor(visit);
const answers = {};
for (const category of checklist.categories) for (const item of category.items) {
  const applies = item.modes.includes(visit.mode) && (!item.domains.length || item.domains.includes(visit.domain));
  if (applies) answers[item.code] = { value: 'yes', note: '', at_ms: 1000, evidence: [] };
}
const record = await drafts.newRecord('observation', { visit, checklist, body: {
  location: null, officers: [], party: null, circumstances: [], answers, summary: '', ...given.body } });
return record.id;
"""
ADD_PHOTO = """
const bytes = Uint8Array.from(atob(given.content), (sign) => sign.charCodeAt(0)).buffer;
const kept = await evidence.addEvidence(given.record, { file: bytes, type: 'image/jpeg', filename: given.name,
  item: given.item, source: 'camera' });
return kept.id;
"""
NOISE = """
(size) => {  // bytes that no browser can compress
  const bytes = new Uint8Array(size);
  for (let from = 0; from < size; from += 65_536) crypto.getRandomValues(bytes.subarray(from, from + 65_536));
  return bytes.buffer;
}
"""
ROOM_FOR_WORDS = """
async () => {
  if (!(await indexedDB.databases()).some(({ name }) => name === 'fieldapp-reserve')) return false;
  const { openDB } = await import('/static/vendor/idb/idb.js');
  const database = await openDB('fieldapp-reserve');
  const count = await database.count('room');
  database.close();
  return count === 1;
}
"""
NOBODY_SYNCS = "async () => !(await navigator.locks.query()).held.length"


@dataclass
class Driver:
    """One tab of the phone app."""

    page: Any

    def open(self, path: str = "/field/records") -> "Driver":
        """Goes to a page of the app and waits until it shows what it has to show."""
        self.page.goto(path)
        until_ready(self.page)
        return self

    def reload(self) -> "Driver":
        """The same page anew."""
        return self.open(self.page.url)

    def call(self, module: str, function: str, *arguments: Any) -> Any:
        """What `function(...arguments)` of the app's `module` gives; its error fails the test."""
        return self.page.evaluate(
            "async ([path, name, args]) => (await import(path))[name](...args)",
            [MODULES[module.split("/")[-1]], function, list(arguments)],
        )

    def run(self, script: str, given: Any = None) -> Any:
        """A script in which the app's modules have the names of SCRIPT_NAMES."""
        return self.page.evaluate(f"async (given) => {{ {IMPORTS} {script} }}", given)

    def arrive(self, username: str, path: str = "/field/records") -> "Driver":
        """Goes to a page in a browser that is signed in, and waits for the pack."""
        bring_sign_in(self.page, username, PASSWORD)
        return self.open(path)._with_pack()

    def sign_in(self, username: str) -> "Driver":
        """Signs in in place, as the dialog does, and waits for the pack."""
        self.call("session", "signIn", username, PASSWORD)
        return self.reload()._with_pack()

    def _with_pack(self) -> "Driver":
        self.until(lambda: self.run("return Boolean(await pack.readPack());"), "no pack")
        return self

    def ready_offline(self) -> "Driver":
        """Waits until the worker keeps the whole program, and serves this page."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        self.until(lambda: self.page.evaluate("Boolean(navigator.serviceWorker.controller)"), "no worker")
        self.until(lambda: self.call("packs", "missingPacks") == [], "a part of the program is missing")
        return self

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Meanwhile nothing that this tab asks reaches the server: a draft in the making is not backed up by itself."""
        self.page.route("**/api/v1/**", _abort)
        yield
        self.page.unroute("**/api/v1/**", _abort)

    def on_a_slow_line(self) -> None:
        """From now on the browser calls the line slow, so that words go up before their photos."""
        self.page.evaluate("Object.defineProperty(navigator, 'connection', { value: { effectiveType: '3g' } })")

    def sync(self) -> Any:
        """立即同步, until the engine rests; gives the outbox's summary.

        A page that was just left may hold its turn a moment longer; the engine would then come back by itself, later.
        """
        self.until_nobody_syncs()
        self.call("sync-engine", "syncNow")
        self.until(lambda: not self.call("sync-status", "state")["running"], "still syncing")
        return self.call("outbox", "summary")

    def until_nobody_syncs(self) -> None:
        """Waits until no tab's engine is at work."""
        self.until(lambda: self.page.evaluate(NOBODY_SYNCS), "another page goes on syncing")

    def new_observation(self, visit_id: str, **body: Any) -> str:
        """A draft with every item that applies answered 是; gives its id."""
        return str(self.run(NEW_OBSERVATION, {"visit": visit_id, "body": body}))

    def add_photo(self, record_id: str, content: bytes | None = None, *, item: str | None = None) -> str:
        """Takes a photo; gives its id."""
        spelled = b64encode(content or make_photo()).decode()
        given = {"record": record_id, "content": spelled, "item": item, "name": "现场照片😀.jpg"}
        return str(self.run(ADD_PHOTO, given))

    def submit(self, record_id: str) -> None:
        """Hands the record over."""
        self.call("drafts", "submitRecord", record_id)

    def words(self, record_id: str) -> str:
        """The record's state as the screen says it."""
        return str(
            self.run(
                "return states.wordsFor(await drafts.readRecord(given), await evidence.listEvidence(given));", record_id
            )
        )

    def shows(self, where: str, *words: str) -> None:
        """Waits until each of `words` can be read at `where`."""
        shows(self.page, where, *words)

    def record(self, record_id: str) -> Any:
        """The record as kept on the phone."""
        return self.call("drafts", "readRecord", record_id)

    def evidence(self, record_id: str) -> Any:
        """Its files as kept on the phone."""
        return self.call("evidence", "listEvidence", record_id)

    def until(self, is_true: Callable[[], Any], complaint: str, *, seconds: float = PATIENCE_SECONDS) -> Any:
        """Waits until `is_true()`, gives what it gave; fails with `complaint`."""
        end = time.monotonic() + seconds
        while not (found := is_true()):
            assert time.monotonic() < end, complaint
            self.page.wait_for_timeout(50)
        return found


def _abort(route: Any) -> None:
    route.abort()
