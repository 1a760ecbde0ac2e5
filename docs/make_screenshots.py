"""Makes every picture of README and manual anew from a fresh demo: `.venv/bin/python docs/make_screenshots.py`.

Needs the environment of `make test` (Playwright, Chromium). With a base address as its argument it uses a demo server
that already runs, and changes it: a record is begun and handed over.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browsers import ARGUMENTS, DESK, ENVIRONMENT, PHONE, chromium_path, until_ready  # noqa: E402
from recording_phone import RecordingPhone  # noqa: E402
from servers import LiveServer  # noqa: E402

from fieldapp.commands.demonstration.photos import photo  # noqa: E402
from fieldapp.people.passwords import DEMO_PASSWORD  # noqa: E402

LIMIT_BYTES = 150_000
WIDTHS_PX = {"phone": 390, "desk": 1280}

# name → (user, path, what to click first, one after the other)
DESK_PAGES: dict[str, tuple[str, str, str]] = {
    "review-list": ("lead1", "/review/", ""),
    "review-record": ("lead1", "/review/?no=1", "main .list__row"),
    "review-ratings": ("lead1", "/review/ratings", ""),
    "review-rating": ("lead1", "/review/ratings?state=verified", "main .list__row"),
    "review-rating-totals": ("lead1", "/review/ratings/totals", ""),
    "review-three-voices": ("lead1", "/review/?state=all&voices=1&no=1", "main .list__row | a[href='#voices']"),
    "review-opinion": ("lead1", "/review/opinions", "main .list__row"),
    "agency-scores": ("agency1", "/agency/scores", ""),
    "admin-dashboard": ("admin", "/admin/", ""),
    "admin-people": ("admin", "/admin/people", ""),
    "admin-visits": ("admin", "/admin/visits", ""),
    "admin-rating-codes": ("admin", "/admin/rating-codes", ""),
    "admin-poster": ("admin", "/admin/rating-codes", "main .list__row | a[href$='/poster']"),
    "admin-slips": ("admin", "/admin/rating-codes/slips/sheets?first=PJ-0000-000000&last=PJ-9999-999999", ""),
    "admin-devices": ("admin", "/admin/devices", ""),
    "admin-audit": ("admin", "/admin/audit", ""),
}


@dataclass
class Camera:
    """Takes pictures of pages and keeps them small."""

    browser: Any
    base_url: str

    def take(self, page: Any, name: str, kind: str) -> None:
        """Keeps what `page` shows as docs/images/NAME.webp. Raises ValueError when it cannot be made small enough."""
        page.wait_for_timeout(400)
        with Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))) as picture:
            width = WIDTHS_PX[kind] * (2 if kind == "phone" else 1)
            small = picture.convert("RGB").resize((width, picture.height * width // picture.width))
        for quality in (88, 80, 70, 60):
            file = io.BytesIO()
            small.save(file, "WEBP", quality=quality, method=6)
            if file.tell() <= LIMIT_BYTES:
                (IMAGES / f"{name}.webp").write_bytes(file.getvalue())
                sys.stdout.write(f"{name}.webp {file.tell() // 1024} KB\n")
                return
        raise ValueError(f"{name} stays larger than {LIMIT_BYTES} bytes")

    @contextmanager
    def device(self, how: dict[str, Any]) -> Iterator[Any]:
        """A page in a browser of its own."""
        with closing(self.browser.new_context(base_url=self.base_url, **how)) as context:
            yield context.new_page()


def main() -> None:
    """Takes them all."""
    IMAGES.mkdir(exist_ok=True)
    with _server(sys.argv[1] if len(sys.argv) > 1 else None) as base_url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS, env=ENVIRONMENT)
        with closing(browser):
            camera = Camera(browser, base_url)
            _take_phone(camera)
            _take_desks(camera)


@contextmanager
def _server(given: str | None) -> Iterator[str]:
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        environment = {"FIELDAPP_DEMO": "1"}
        server = LiveServer(instance, f"sqlite:///{instance / 'fieldapp.sqlite3'}", environment=environment)
        flask, there = [sys.executable, "-m", "flask", "--app", "wsgi"], os.environ | server.env()
        for command in (("db", "upgrade"), ("demo", "load")):
            subprocess.run([*flask, *command], cwd=ROOT, env=there, check=True)
        with subprocess.Popen([*flask, "worker"], cwd=ROOT, env=there) as worker:  # as `make run` has one beside it
            try:
                yield server.start().url
            finally:
                worker.terminate()
                server.kill()


def _take_phone(camera: Camera) -> None:
    with camera.device(PHONE) as page:
        phone = RecordingPhone(page)
        phone.sign_in("supervisor1", DEMO_PASSWORD)
        page.wait_for_timeout(1500)
        camera.take(page, "phone-visits", "phone")
        page.goto("/field/records")
        page.wait_for_selector("main .list__row, main .record-row, main a[href*='id=']")
        camera.take(page, "phone-records", "phone")
        _take_returned(camera, page)
        _take_recording(camera, phone)
        for name in ("guide", "me", "rescue", "new-visit"):
            page.goto(f"/field/{name}")
            until_ready(page)
            page.wait_for_timeout(600)
            camera.take(page, f"phone-{name}", "phone")


def _take_returned(camera: Camera, page: Any) -> None:
    page.locator("main a[href*='/field/record?id=']").first.click()
    page.wait_for_selector(".item-card", state="attached")
    page.wait_for_timeout(600)
    camera.take(page, "phone-returned", "phone")


def _take_recording(camera: Camera, phone: RecordingPhone) -> None:
    page = phone.page
    page.goto("/field/")
    page.locator('main a[href*="visit?id"]').first.click()
    page.wait_for_selector("[data-action=record]")
    camera.take(page, "phone-visit", "phone")
    visit = page.url
    page.locator("[data-action=record]").click()
    page.wait_for_url("**/field/record?id=*")
    page.wait_for_selector(".item-card", state="attached")
    record_id = page.url.split("id=")[1]
    camera.take(page, "phone-circumstances", "phone")
    page.click("[data-place=circumstances-done]")
    phone.open("section", record_id, category="B")
    phone.answer("B01", "yes")
    phone.answer("B03", "no")
    at = datetime.now(UTC)
    scenes = ("street", "workshop")
    phone.photograph(
        "B03", *[photo(seed, scene=s, taken_at=at, stamp="YUNCHUAN") for seed, s in enumerate(scenes)], album=True
    )
    note = phone.item("B03").locator("textarea").first
    if note.is_visible():
        note.fill("未当场告知当事人享有的陈述、申辩权利，经提醒后补充告知。")
        note.blur()
        phone.saved()
    phone.item("B03").scroll_into_view_if_needed()
    camera.take(page, "phone-item", "phone")
    phone.open("section", record_id, category="B")
    page.evaluate("scrollTo(0, 0)")
    camera.take(page, "phone-section", "phone")
    page.context.set_offline(True)
    phone.open("check", record_id)
    camera.take(page, "phone-check", "phone")
    phone.answer_the_rest()
    phone.sign()
    phone.submit()
    page.wait_for_timeout(800)
    camera.take(page, "phone-submitted-offline", "phone")
    page.context.set_offline(False)
    page.goto(f"/field/receipt?id={record_id}")
    phone.wait_until_arrived()
    camera.take(page, "phone-receipt", "phone")
    _take_visit_actions(camera, page, visit)


def _take_visit_actions(camera: Camera, page: Any, visit: str) -> None:
    page.goto(visit)
    page.click("[data-action=slip], a[href*='/field/slip']")
    page.wait_for_url("**/field/slip?*")
    page.wait_for_timeout(800)
    camera.take(page, "phone-slip", "phone")
    page.goto(visit)
    page.click("[data-action=interview]")
    page.wait_for_url("**/field/interview?id=*")
    page.wait_for_timeout(600)
    camera.take(page, "phone-interview", "phone")


def _take_desks(camera: Camera) -> None:
    signed_in = None
    with camera.device(DESK) as page:
        for name, (user, path, click) in DESK_PAGES.items():
            if user != signed_in:
                _sign_in(page, user)
                signed_in = user
            page.goto(path)
            for each in filter(None, click.split(" | ")):
                page.locator(each).first.click()
                page.wait_for_load_state()
            page.wait_for_load_state("networkidle")  # thumbnails are made at the first look
            camera.take(page, name, "desk")


def _sign_in(page: Any, user: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("#username", user)
    page.fill("#password", DEMO_PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()


if __name__ == "__main__":
    main()
