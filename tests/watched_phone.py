"""A recording phone whose banner is watched: what it called 已保存在本机 is noted outside of the browser at once."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from browsers import PATIENCE_SECONDS
from factories import make_photo
from playwright.sync_api import BrowserContext
from recording_phone import WORDS, RecordingPhone

# An attribute that is set anew to what it was is a mutation too: each 已保存在本机 is told, not only the first.
WATCH = """
addEventListener('DOMContentLoaded', () => {
  const banner = document.querySelector('.saving-banner');
  if (!banner) return;
  new MutationObserver(() => window.bannerSaid(banner.dataset.status, banner.textContent))
    .observe(banner, { attributes: true, attributeFilter: ['data-status'] });
});
"""
NOT_YET = "手机还没有确认写入"
KEPT_FILES = """
async (id) => {
  const { listEvidence, evidenceBytes } = await import('/static/js/field/evidence/evidence.js');
  return Promise.all((await listEvidence(id)).map(async (one) => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await evidenceBytes(one.id)));
    const actual = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return { id: one.id, said: one.sha256, actual };
  }));
}
"""


@dataclass
class Diary:
    """What was done on a record, and what the screen said about it; outlives the browser."""

    values: dict[str, list[str]] = field(default_factory=dict)  # place -> the last value called saved, and later ones
    tried: set[str] = field(default_factory=set)  # digests of photos
    saved: set[str] = field(default_factory=set)  # digests of photos that the screen called saved

    def differences(self, values: dict[str, str | None], files: list[dict[str, str]]) -> list[str]:
        """What a phone that holds `values` and `files` has lost or altered of what it called saved."""
        held = {one["actual"] for one in files}
        found = [
            f"{place}: {values.get(place)!r}, not one of {may}"
            for place, may in self.values.items()
            if may[0] and values.get(place) not in may
        ]
        found += [f"photo {digest[:12]} is lost" for digest in sorted(self.saved - held)]
        found += [f"photo {digest[:12]} was never taken" for digest in sorted(held - self.tried)]
        found += [f"photo {one['id']} has a wrong digest" for one in files if one["said"] not in (None, one["actual"])]
        # Which of the tried values it was is known now; to tap an answer that is there already would take it away.
        self.values = {place: [values.get(place) or ""] for place in self.values}
        return found


class WatchedPhone(RecordingPhone):
    """Its taps note in the diary what they try, and what the banner said of it."""

    def __init__(self, context: BrowserContext, diary: Diary) -> None:
        self.said: list[tuple[str, str]] = []
        self.on_saved: Callable[[], None] = lambda: None
        context.expose_binding("bannerSaid", self._hear)
        context.add_init_script(WATCH)
        super().__init__(context.pages[0] if context.pages else context.new_page())
        self.diary = diary

    def _hear(self, _source: Any, status: str, words: str) -> None:
        self.said.append((status, words))
        if status == "saved":
            self.on_saved()

    def _until_said(self, do: Callable[[], None], *, seconds: float = PATIENCE_SECONDS) -> str:
        """Does it and waits until the banner has said saved or failed; gives the last status.

        A slow phone first says that nothing is confirmed yet: what comes of it is waited for, or its saved would be
        taken for that of the next thing done.
        """
        before = len(self.said)
        do()
        for turn in range(int(seconds * 50)):
            if turn % 20 == 19:
                self.page.title()  # a dead browser says so only when it is asked
            heard = [status for status, words in self.said[before:] if status != "saving" and NOT_YET not in words]
            if "saved" in heard or "failed" in heard:
                return heard[-1]
            self.page.wait_for_timeout(20)
        raise AssertionError(f"the banner said nothing: {self.said[before:]}")

    def _write(self, place: str, value: str, do: Callable[[], None]) -> str:
        self.diary.values.setdefault(place, [""]).append(value)

        def saved() -> None:
            self.diary.values[place] = [value]

        self.on_saved = saved
        return self._until_said(do)

    def begin(self, visit_id: str) -> str:
        """Opens the visit and taps 开始记录; a new page of the diary; gives the record's id."""
        self.page.goto(f"/field/visit?id={visit_id}")
        self.page.locator("[data-action=record]").click()
        self.page.wait_for_url("**/field/record?id=*")
        self.page.wait_for_selector(".item-card", state="attached")
        self._unfold_first()
        self.diary = Diary()
        return str(self.page.url.split("id=")[1])

    def tap(self, code: str, value: str) -> str:
        """Answers an item; gives what the banner said."""
        button = self.item(code).get_by_role("button", name=WORDS[value], exact=True)
        return self._write(f"answer {code}", value, button.click)

    def note(self, code: str, words: str) -> str:
        """Writes a note at an item answered 否; gives what the banner said."""
        return self._write(f"note {code}", words, lambda: self.page.fill(f"#note-{code}", words))

    def take(self, code: str, content: bytes, *, just_before: Callable[[], None] = lambda: None) -> str:
        """Photographs; 已保存在本机 is said once, of the photo with its place in the record."""
        digest = hashlib.sha256(content).hexdigest()
        self.diary.tried.add(digest)
        self.on_saved = lambda: self.diary.saved.add(digest)
        with self.page.expect_file_chooser() as chooser:
            self.item(code).locator("[data-action=camera]").click()
        just_before()
        file = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": content}
        return self._until_said(lambda: chooser.value.set_files([file]))

    def differences(self, record_id: str) -> list[str]:
        """What this phone holds beside its diary: empty when nothing called saved is lost or altered."""
        answers = self.stored(record_id)["body"].get("answers", {})
        values = {f"answer {code}": answer["value"] for code, answer in answers.items()}
        values |= {f"note {code}": answer["note"] for code, answer in answers.items()}
        return self.diary.differences(values, self.page.evaluate(KEPT_FILES, record_id))

    def photos(self, record_id: str) -> dict[str, str]:
        """The digest of each photo's bytes as this phone holds them, by id; it may not have computed its own yet."""
        return {one["id"]: one["actual"] for one in self.page.evaluate(KEPT_FILES, record_id)}


def big_photo(chance: random.Random, size: int) -> bytes:
    """A picture of about `size` bytes that nothing can make smaller."""
    picture = make_photo(320, 240, text=str(chance.random()))
    return picture + chance.randbytes(max(0, size - len(picture)))
