"""One phone for many tests: each finds it as new, but for what the app's worker keeps of the app itself.

To install the worker anew costs as much as opening a page; what a phone keeps of the app is the same in every test.
Tests of installing, updating and running full take a phone of their own: `new_phone`.
"""

from collections.abc import Callable
from typing import Any

from browsers import PATIENCE_SECONDS, PHONE, SharedChromium, ended_when_overdue, opened
from playwright.sync_api import BrowserContext, CDPSession, Page

OF_PERSONS = "cookies,indexeddb,local_storage,file_systems,shared_storage,storage_buckets"  # not: worker, its cache
CANNOT_BE_UNDONE = ("add_init_script", "expose_binding", "expose_function", "route", "on", "once", "new_cdp_session")


class KeptPhone:
    """A context with PHONE's ways that outlives its tests; a new one when the browser or the address is another."""

    def __init__(self, chromium: SharedChromium) -> None:
        self.chromium, self.address = chromium, ""
        self.context: BrowserContext | None = None
        self._resting: Page | None = None
        self._devtools: CDPSession | None = None

    def as_new(self, address: str) -> BrowserContext:
        """The phone at the server `address`, with nobody signed in and nothing stored."""
        browser = self.chromium.running()
        if self.context is None or self.address != address or self.context.browser is not browser:
            self.give_up()
            self.address, self.context = address, browser.new_context(base_url=address, **PHONE)
            self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
            self._resting = self.context.new_page()  # through it storage is emptied; it never goes to the app
            self._devtools = self.context.new_cdp_session(self._resting)
            for name in CANNOT_BE_UNDONE:
                setattr(self.context, name, _refuse(name))
        self._empty()
        return self.context

    def put_away(self) -> None:
        """Closes what the test has open and takes back what it has set."""
        assert self.context is not None
        with ended_when_overdue():
            for page in self.context.pages:
                if page is not self._resting:
                    page.close()
        self.context.set_offline(False)
        self.context.clear_permissions()
        self.context.grant_permissions(PHONE["permissions"])
        self.context.set_geolocation(PHONE["geolocation"])

    def give_up(self) -> None:
        """Closes the phone: the next test gets another one."""
        if self.context is not None and self.context.browser is not None and self.context.browser.is_connected():
            with opened(self.context):
                pass
        self.context = None

    def is_at(self, context: BrowserContext) -> bool:
        """Whether this is the phone's own context."""
        return context is self.context

    def _empty(self) -> None:
        assert self.context is not None
        assert self._devtools is not None
        self.context.clear_cookies()
        self._devtools.send("Storage.clearDataForOrigin", {"origin": self.address, "storageTypes": OF_PERSONS})


def _refuse(name: str) -> Callable[..., Any]:
    def refuse(*_given: Any, **_named: Any) -> Any:
        raise RuntimeError(f"{name} would outlive this test: take the fixture new_phone, or do it to the page")

    return refuse
