"""A supervisor's thumb on the recording pages: taps what a person taps, reads what a person reads."""

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from browsers import PATIENCE_SECONDS, bring_sign_in, shows, until_equal, until_ready
from factories import PASSWORD, make_photo

WORDS = {"yes": "是", "no": "否", "na": "不适用", "not_observed": "未观察到"}


@dataclass
class RecordingPhone:
    """One tab of the phone app on the recording pages; `drafts`: its script that reads records, below js/field/."""

    page: Any
    drafts: str = "records/drafts.js"

    def sign_in(self, username: str = "zhangsan", password: str = PASSWORD) -> "RecordingPhone":
        """Signs in by the dialog and waits until today's visit is there and the worker keeps the pages."""
        self.page.goto("/field/")
        self.page.fill("#sign-in-username", username)
        self.page.fill("#sign-in-password", password)
        with self.page.expect_navigation():  # the page of a stranger is drawn anew
            self.page.click("dialog button[type=submit]")
        return self._with_visits()

    def arrive(self, username: str = "zhangsan") -> "RecordingPhone":
        """Opens the app in a browser that is signed in, and waits as `sign_in` does."""
        bring_sign_in(self.page, username, PASSWORD)
        self.page.goto("/field/")
        return self._with_visits()

    def _with_visits(self) -> "RecordingPhone":
        self.page.wait_for_selector('main a[href*="visit?id"]')
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return self

    def start_record(self) -> str:
        """Opens today's visit and taps 开始记录; gives the record's id."""
        if not self.page.url.endswith("/field/"):
            self.page.goto("/field/")
        self.page.locator('main a[href*="visit?id"]').first.click()
        self.page.locator("[data-action=record]").click()
        self.page.wait_for_url("**/field/record?id=*")
        self.page.wait_for_selector(".item-card", state="attached")
        self._unfold_first()
        return str(self.page.url.split("id=")[1])

    def open(self, name: str, record_id: str, **query: str) -> "RecordingPhone":
        """Goes to one of the recording pages and waits until it shows the record."""
        more = "".join(f"&{key}={value}" for key, value in query.items())
        self.page.goto(f"/field/{name}?id={record_id}{more}")
        until_ready(self.page)
        assert self.page.locator("main[data-failed]").count() == 0, "the page did not start"
        if name == "record":
            self._unfold_first()
        ready = ".item-card" if name in ("record", "section") else "[data-place=body]:visible"
        self.page.locator(ready).first.wait_for()
        return self

    def _unfold_first(self) -> None:
        """The items that come first stand under a fold of the landing (not so in old phones)."""
        fold = self.page.locator("details[data-place=first]:not([open]):visible > summary")
        if fold.count():
            fold.evaluate("(summary) => summary.click()")  # also under the question who one is

    def tools(self, code: str) -> Any:
        """The card of an item, opened where its tools are not shown yet."""
        card = self.item(code)
        if not card.locator("[data-action=audio]").is_visible():
            card.locator("[data-action=open]").click()
        return card

    def item(self, code: str) -> Any:
        """The card of an item on this page."""
        return self.page.locator(f"#item-{code}")

    def answer(self, code: str, value: str) -> None:
        """Taps one of the four answers and waits until it is said to be saved."""
        self.item(code).get_by_role("button", name=WORDS[value], exact=True).click()
        self.saved()

    def pressed(self, code: str) -> str | None:
        """The answer that the card shows as given."""
        shown = self.item(code).locator(".segmented [aria-pressed=true]").all_text_contents()
        return shown[0] if shown else None

    def shows_answer(self, code: str, words: str | None) -> None:
        """Waits until the card shows this answer as given, or none."""
        until_equal(self.page, lambda: self.pressed(code), words)

    def saved(self) -> None:
        """Waits for 已保存在本机."""
        self.page.wait_for_selector('.saving-banner[data-status="saved"]', state="attached")

    def photograph(self, code: str, *contents: bytes, album: bool = False) -> None:
        """Takes a photo at an item (several from the album) and waits for its thumbnails."""
        card = self.item(code)
        before = card.locator(".thumb").count()
        files = [
            {"name": f"IMG_{place}.jpg", "mimeType": "image/jpeg", "buffer": content}
            for place, content in enumerate(contents)
        ]
        if album:
            self.tools(code)
        with self.page.expect_file_chooser() as chooser:
            card.locator(f"[data-action={'album' if album else 'camera'}]").click()
        chooser.value.set_files(files)
        card.locator(".thumb").nth(before + len(contents) - 1).wait_for()
        self.saved()

    def answer_the_rest(self) -> None:
        """On the check page: the remaining items are 未观察到, on purpose."""
        self.page.click("[data-place=rest]")
        self.page.click("dialog [value=yes]")
        self.page.wait_for_selector("[data-place=rest]", state="hidden")

    def sign(self) -> None:
        """Writes with a finger in the sheet."""
        self.page.click("[data-part=sign]")
        write_with_a_finger(self.page)
        self.page.click("dialog [value=done]")
        self.page.wait_for_selector("[data-part=picture]:visible")

    def submit(self) -> None:
        """Taps 提交, says yes, and is on the receipt page."""
        self.page.click("[data-action=submit]")
        self.page.click("dialog [value=yes]")
        self.page.wait_for_url("**/field/receipt?id=*")
        self.page.wait_for_selector("[data-place=body]:visible")

    def shows(self, where: str, *words: str) -> None:
        """Waits until each of `words` can be read at `where`."""
        shows(self.page, where, *words)

    def wait_until_arrived(self, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Waits on the receipt page until record and files are on the server."""
        self.until(
            "document.querySelector('[data-place=headline]')?.textContent === '已送达服务器'"
            " && document.querySelector('[data-place=meter]')?.hidden",
            seconds=seconds,
        )

    def until(self, script: str, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Waits until the script gives something true. (Playwright's own way needs eval, which the pages forbid.)"""
        end = time.monotonic() + seconds
        while not self.page.evaluate(script):
            assert time.monotonic() < end, f"never true: {script}"
            self.page.wait_for_timeout(50)

    def stored(self, record_id: str) -> Any:
        """The record as this phone keeps it."""
        read = f"async (id) => (await import('/static/js/field/{self.drafts}')).readRecord(id)"
        return self.page.evaluate(read, record_id)

    def keeps(self, record_id: str, read: Callable[[Any], Any], expected: Any) -> None:
        """Waits until `read` finds `expected` in the record's body as this phone keeps it."""
        until_equal(self.page, lambda: read(self.stored(record_id)["body"]), expected)

    def files(self, record_id: str) -> Any:
        """Its evidence as this phone keeps it."""
        return self.page.evaluate(
            "async (id) => (await import('/static/js/field/evidence/evidence.js')).listEvidence(id)", record_id
        )


def write_with_a_finger(page: Any) -> None:
    """One zigzag in the sheet that is open."""
    box = page.locator("dialog canvas").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 40 + 15 * step, box["y"] + 60 + 20 * (step % 3))
    page.mouse.up()


def photo(text: str) -> bytes:
    """A photo of its own: another word gives other bytes."""
    return make_photo(800, 600, text=text, colour=f"#{zlib.crc32(text.encode()) & 0xFFFFFF:06x}")
