"""Chromium as a supervisor's phone or a lead's desk, driven by Playwright; one kind can be killed like a phone's."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 1,  # each page is drawn in a quarter of the points
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "permissions": ["geolocation", "camera", "microphone"],
    "geolocation": {"latitude": 31.3846, "longitude": 120.9807, "accuracy": 12},
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
# The native file button is in Chinese only with this (Debian: chromium-l10n).
ENVIRONMENT: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
_OURS = f"--fieldapp-tests={os.getpid()}"  # Chromium ignores it; by this its process is found
CLOSING_SECONDS = 40
PATIENCE_SECONDS = 60  # generous: a busy machine is no fault of the program; only what fails waits so long
expect.set_options(timeout=PATIENCE_SECONDS * 1000)
STILL = """async () => {
  const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
  const ends = (one) => Number.isFinite(one.effect?.getComputedTiming().endTime);
  await frame();
  await Promise.all(document.getAnimations().filter(ends).map((one) => one.finished.catch(() => undefined)));
  await frame();
}"""


def chromium_path() -> str:
    """Where Chromium lies. Raises RuntimeError when there is none: a browser test never passes by being skipped."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError("Chromium is missing: `make test` installs it (Debian package chromium)")
    return found


def shell_path() -> str:
    """Where the Chromium lies that has no window at all (Debian: chromium-headless-shell), else the whole one.

    The same engine, worker and storage for a third less of the machine. Where a browser is killed, filled or kept for
    days it is the whole one, as on a phone: see PersistentPhone.
    """
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or chromium_path()


class SharedChromium:
    """One Chromium for many tests, each with a context of its own; started anew when it has ended."""

    def __init__(self, playwright: Playwright, program: str) -> None:
        self.playwright, self.program = playwright, program
        self.browser: Browser | None = None

    def running(self) -> Browser:
        """The browser, started if need be."""
        if self.browser is None or not self.browser.is_connected():
            self.browser = self.playwright.chromium.launch(
                executable_path=self.program, args=[*ARGUMENTS, _OURS], env=ENVIRONMENT
            )
        return self.browser

    def close(self) -> None:
        """Ends it."""
        if self.browser is not None:
            self.browser.close()


@contextmanager
def opened(context: BrowserContext) -> Iterator[BrowserContext]:
    """A context that is closed at the end, if need be together with its browser; patient meanwhile."""
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    try:
        yield context
    finally:
        with ended_when_overdue() as is_overdue:
            try:
                context.close()
            except Error:
                if not is_overdue.is_set():
                    raise


@contextmanager
def ended_when_overdue() -> Iterator[threading.Event]:
    """Ends the browser when what is done meanwhile takes too long; the event is set then.

    Now and then Chromium never answers when it is to close a context whose service worker is still at work. A test has
    said what it had to say by then, and the next one gets a new browser.
    """
    is_overdue = threading.Event()
    watchdog = threading.Timer(CLOSING_SECONDS, lambda: (is_overdue.set(), _end_ours()))
    watchdog.start()
    try:
        yield is_overdue
    finally:
        watchdog.cancel()


class PersistentPhone:
    """A phone whose storage outlives its browser: open(), kill() as the system does at need, open() again."""

    def __init__(
        self, playwright: Playwright, profile: Path, base_url: str, *, arguments: list[str] | None = None
    ) -> None:
        self.playwright, self.profile, self.base_url = playwright, profile, base_url
        self.arguments = [*ARGUMENTS, *(arguments or [])]
        self.context: BrowserContext | None = None

    def open(self) -> Page:
        """Starts the browser on the same profile and gives its first page."""
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=chromium_path(),
            args=self.arguments,
            env=ENVIRONMENT,
            base_url=self.base_url,
            **PHONE,
        )
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        return self.context.pages[0]

    def pids(self) -> list[int]:
        """Every process of this browser."""
        return [pid for pid in _processes() if str(self.profile) in _command_line(pid)]

    def strike(self) -> None:
        """SIGKILL to every process of the browser at once, and nothing more: also from another thread."""
        for pid in self.pids():
            with suppress(ProcessLookupError):  # a child may go with its parent
                os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """Strikes the browser and makes its profile ready to be opened again."""
        self.strike()
        with suppress(Error):  # the driver may notice the death before it is asked to close
            self.close()
        self.context = None
        for lock in self.profile.glob("Singleton*"):
            lock.unlink(missing_ok=True)

    def close(self) -> None:
        """Closes the browser; nothing happens when it is closed or dead already."""
        if self.context is not None:
            self.context.close()
            self.context = None


def until_ready(page: Page) -> None:
    """Waits until every module that the page names has drawn what it shows, or has failed.

    A page reads its records after it is loaded: before that, nothing on it says what it will show.
    """
    expect(page.locator("[data-module]").first).to_be_attached()
    expect(page.locator("[data-module]:not([data-ready])")).to_have_count(0)


def shows(page: Page, where: str, *words: str) -> None:
    """Waits until each of `words` can be read at `where`; what is hidden cannot be read."""
    for one in words:
        expect(page.locator(where)).to_contain_text(one, use_inner_text=True)


def until_equal(page: Page, read: Callable[[], Any], expected: Any) -> None:
    """Waits until `read()` gives `expected`; fails with the difference. LookupError counts as not there yet."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            found = read()
        except LookupError as missing:
            found = missing
        if found == expected:
            return
        assert time.monotonic() < end, f"{found!r} never became {expected!r}"
        page.wait_for_timeout(50)


def until_still(page: Page) -> None:
    """Waits until nothing on the page moves or fades any more."""
    page.evaluate(STILL)


def bring_sign_in(page: Page, username: str, password: str) -> None:
    """Signs this browser in without a page, as it is after signing in at the desk page or on an earlier day."""
    answer = page.request.post("/api/v1/login", data={"username": username, "password": password})
    assert answer.status == 200, answer.text()


def sign_in_at_desk(page: Page, username: str, password: str) -> None:
    """Fills in the sign-in form that is shown, and waits for the page that follows."""
    page.fill("#username", username)
    page.fill("#password", password)
    with page.expect_navigation():
        page.click("main button[type=submit]")


@contextmanager
def watching(context: BrowserContext, *, ignoring: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The uncaught errors of every page of `context`; fails at the end when there was one not named in `ignoring`."""
    faults: list[str] = []

    def note(error: Any) -> None:
        faults.append(str(error.error))

    BrowserContext.on(context, "weberror", note)  # a kept phone refuses its own `on`, which would outlive the test
    try:
        yield faults
    finally:
        context.remove_listener("weberror", note)
    unexpected = [fault for fault in faults if not any(words in fault for words in ignoring)]
    assert not unexpected, "uncaught in the page:\n  " + "\n  ".join(unexpected)


def _end_ours() -> None:
    for pid in _processes():
        if _OURS in _command_line(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
