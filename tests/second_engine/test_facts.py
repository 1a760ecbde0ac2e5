"""What WebKitGTK lacks, as docs/reliability.md says it: what a newer one can do turns a line here red."""

from typing import Any

import pytest

LACKS = {
    "says how much storage there is": "navigator.storage?.estimate",
    "promises to keep storage": "navigator.storage?.persist",
    "records sound": "['audio/mp4', 'audio/webm;codecs=opus'].some((one) => MediaRecorder.isTypeSupported(one))",
    "lets calls pass the worker by": "window.InstallEvent && 'addRoutes' in InstallEvent.prototype",
    "offers to be installed": "window.BeforeInstallPromptEvent",
    "reads QR codes": "window.BarcodeDetector",
    "shares a file": "navigator.share",
}
HAS = {
    "a service worker": "navigator.serviceWorker",
    "strict durability": "'durability' in IDBTransaction.prototype",
    "locks over all tabs": "navigator.locks",
    "signatures as on receipts": "await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])",
}
CAMERA = "return navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'ok', (error) => error.name);"
PLACE = """
return new Promise((resolve) => {
  setTimeout(() => resolve('no answer'), 5000);
  navigator.geolocation.getCurrentPosition(() => resolve('place'), (error) => resolve(error.message));
});
"""
WRITE_ON = """
const opening = indexedDB.open('fact', 1);
await new Promise((resolve) => {
  opening.onupgradeneeded = () => opening.result.createObjectStore('words');
  opening.onsuccess = resolve;
});
const words = opening.result.transaction(['words'], 'readwrite').objectStore('words');
const goOn = () => { words.put('a word', 'key').onsuccess = goOn; };
goOn();
"""
READ = """
const opening = indexedDB.open('fact', 1);
await new Promise((resolve) => { opening.onsuccess = resolve; });
return new Promise((resolve) => {
  setTimeout(() => resolve('waits'), 5000);
  opening.result.transaction(['words']).objectStore('words').count().onsuccess = () => resolve('read');
});
"""

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_what_it_has_and_what_it_lacks(live_server: Any, new_session: Any) -> None:
    browser = new_session()
    browser.open("/verify/")

    found = {name: browser.run(f"return Boolean({asked});") for name, asked in (HAS | LACKS).items()}
    assert [name for name, is_there in found.items() if is_there] == list(HAS)
    assert browser.run(CAMERA) == "OverconstrainedError"
    assert browser.run(PLACE) == "no answer"


@pytest.mark.parametrize(("keeps_pages", "expected"), [(True, "waits"), (False, "read")])
def test_a_page_that_is_left_and_kept_in_the_middle_of_a_write_holds_up_whoever_comes_next(
    live_server: Any, new_session: Any, keeps_pages: bool, expected: str
) -> None:
    browser = new_session(keeps_pages=keeps_pages)
    browser.open("/verify/")
    browser.run(WRITE_ON)
    browser.open("/r/status")

    assert browser.run(READ) == expected
