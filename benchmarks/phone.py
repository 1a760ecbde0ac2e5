"""What a person with a phone waits for, in a real Chromium: opening the app with and without network, and each tap.

The phone is emulated: 390×844, a processor four times slower than this machine, for the first visit also a network of
1.6 Mbit/s with 150 ms delay (`slow_network.py`, which slows the service worker too). Figures depend on the machine;
compare runs on the same one.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from browsers import PersistentPhone
from factories import PASSWORD, make_photo
from phone_driver import Driver
from playwright.sync_api import Page, sync_playwright

from benchmarks.slow_network import Network, between
from benchmarks.table import Row

SLOWDOWN = 4
PHOTOS = 30
TAPS = 40
REOPENINGS = 5
FIRST_VISITS = 5
WHAT = {
    "first_visit_ms": ("首次打开记录页（1.6 Mbit/s、150 ms、CPU 慢 4 倍），第一项可答", 2000),
    "reopen_offline_ms": ("离线重开首页（CPU 慢 4 倍）", 700),
    "reopen_record_offline_ms": ("离线重开带 30 张照片的记录（CPU 慢 4 倍）", None),
    "tap_to_committed_ms": ("点一下到写入手机，中位数", None),
    "tap_to_committed_p95_ms": ("点一下到写入手机，p95", 50),
}
# The first moment at which the page answers to a tap: what `given` names is there, and its script has filled it.
WATCH = """
(() => {
  const usable = () => {
    if (window.usableAt || !document.querySelector(%r)) return;
    window.usableAt = performance.now();
  };
  new MutationObserver(usable).observe(document, { subtree: true, childList: true, attributes: true });
})();
"""
# From the finger on the glass to the transaction that is on disk: the banner speaks only after it.
STOPWATCH = """
() => {
  window.took = [];
  let began = null;
  document.addEventListener('click', (event) => {
    if (event.target.closest('.segmented button')) began = performance.now();
  }, true);
  const banner = document.querySelector('.saving-banner');
  new MutationObserver(() => {
    if (banner.dataset.status !== 'saved' || began === null) return;
    window.took.push(performance.now() - began);
    began = null;
  }).observe(banner, { attributes: true });
}
"""
ITEM = ".item-card .segmented button:not([disabled])"
VISIT = 'main a[href*="visit?id"]'


def measure(port: int) -> Iterator[Row]:
    """One row for each figure, for the people of 云川市, served at 127.0.0.1:`port`."""
    with between(port) as network:
        found = figures(network, "zhangsan")
    for name, (what, limit_ms) in WHAT.items():
        target = f"≤ {limit_ms} ms" if limit_ms else ""
        yield Row("Chromium", what, f"{found[name]:.0f} ms", "", target, found[name] <= limit_ms if limit_ms else None)


def figures(network: Network, username: str, password: str = PASSWORD) -> dict[str, float]:
    """Milliseconds by the keys of WHAT, for the phone app served behind `network` to `username`.

    Makes one record with PHOTOS photos on that server.
    """
    found: dict[str, float] = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="fieldapp-phone-") as folder:
        phone = PersistentPhone(playwright, Path(folder), network.url)
        page = phone.open()
        tab = Driver(page).open("/field/")
        tab.call("session", "signIn", username, password)
        tab.reload().ready_offline()
        tab.until(lambda: tab.run("return Boolean(await pack.readPack());"), "no pack", seconds=60)
        record = _filled_record(tab)
        found |= _taps(tab, record)
        tab.sync()
        phone.close()
        found |= _reopened(phone, record)
        found["first_visit_ms"] = _first_visit(phone, network, record)
    return found


def _filled_record(tab: Driver) -> str:
    visit = tab.run("return (await pack.readPack()).visits.find((one) => one.mode === 'on_site' && !one.cancelled).id;")
    record = tab.new_observation(visit)
    for number in range(PHOTOS):
        tab.add_photo(record, make_photo(1600, 1200, text=str(number)), item="B01" if number % 2 else None)
    return record


def _taps(tab: Driver, record: str) -> dict[str, float]:
    """At full speed: the target is about the storage, and a slowed processor slows only the page."""
    tab.open(f"/field/section?id={record}&category=B")
    tab.page.wait_for_selector(ITEM)
    tab.page.wait_for_timeout(1500)
    tab.page.evaluate(STOPWATCH)
    buttons = tab.page.locator(f"{ITEM}:visible")  # the optional items are folded away
    count = buttons.count()
    for number in range(TAPS):
        buttons.nth((number * 5) % count).click()
        tab.page.wait_for_timeout(80)
    took = sorted(tab.page.evaluate("window.took"))
    return {
        "tap_to_committed_ms": round(median(took), 1),
        "tap_to_committed_p95_ms": round(quantiles(took, n=20)[-1], 1),
    }


def _reopened(phone: PersistentPhone, record: str) -> dict[str, float]:
    """The app opened anew without a network: its first page, and the record with its photos."""
    found = {}
    for name, path, what in (
        ("reopen_offline_ms", "/field/", VISIT),
        ("reopen_record_offline_ms", f"/field/record?id={record}", ITEM),
    ):
        times = []
        with _opened(phone, what) as page:
            phone.context.set_offline(True)  # type: ignore[union-attr]
            for _ in range(REOPENINGS):
                times.append(_time_to_usable(page, path))
                page.goto("about:blank")
        found[name] = round(median(times))
    return found


def _first_visit(phone: PersistentPhone, network: Network, record: str) -> float:
    """The record opened with nothing of the app on the phone but its words: no worker, no cache."""
    times = []
    for _ in range(FIRST_VISITS):
        with _opened(phone, ITEM) as page:
            page.goto("/healthz")
            page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name); }")
            devtools = page.context.new_cdp_session(page)
            origin = page.evaluate("location.origin")
            devtools.send(
                "Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "service_workers,cache_storage"}
            )
            devtools.send("Network.enable")
            devtools.send("Network.clearBrowserCache")
            network.is_slow = True
            times.append(_time_to_usable(page, f"/field/record?id={record}"))
            network.is_slow = False
    return round(median(times))


@contextmanager
def _opened(phone: PersistentPhone, what: str) -> Iterator[Page]:
    """A slow phone's first page, which notes when `what` is there."""
    page = phone.open()
    page.add_init_script(WATCH % what)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    try:
        yield page
    finally:
        phone.close()


def _time_to_usable(page: Page, path: str) -> float:
    page.goto(path, wait_until="commit")
    end = time.monotonic() + 60
    while not (usable_at := page.evaluate("window.usableAt")):
        if time.monotonic() > end:
            raise RuntimeError(f"{path} did not become usable")
        page.wait_for_timeout(50)
    return float(usable_at)
