"""WebKitGTK, driven by the W3C WebDriver protocol over HTTP: the second engine, as near to an iPhone as Linux comes.

Playwright cannot drive the WebKit of Debian, and of the protocol a dozen commands are needed: so they are spelled here.
It has no touch, no switch for the network, no window narrower than 447 px, and keeps its storage in memory.
"""

import http.client
import json
import os
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browsers import PATIENCE_SECONDS
from servers import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name that the W3C gave to a reference to an element
MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
ANSWER_SECONDS = 60
WINDOW = {"width": 480, "height": 900}
SCREEN = "1280x1000x24"
CHOOSER_SHUT = "addEventListener('click', (event) => event.target.type === 'file' && event.preventDefault(), true);"
ASYNC = """
const done = arguments[arguments.length - 1];
const given = [...arguments].slice(0, -1);
(async () => { %s })().then((value) => done({ value }), (error) => done({ error: String(error) }));
"""
CENTRE = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })"


class Refused(Exception):
    """An answer of the driver that is an error: `code` is the protocol's word for it ("no such element" …)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


def mini_browser() -> str:
    """Where the browser lies. Raises RuntimeError when there is none: a browser test never passes by being skipped."""
    found = sorted(Path("/").glob(MINI_BROWSERS[1:]))
    if not found or not shutil.which("WebKitWebDriver") or not shutil.which("Xvfb"):
        raise RuntimeError("WebKit is missing: `make test-long` installs it (Debian packages webkit2gtk-driver, xvfb)")
    return str(found[-1])


@contextmanager
def screen() -> Iterator[str]:
    """A screen in memory; gives its name for DISPLAY."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        end(server)


@contextmanager
def driver(display: str, home: Path) -> Iterator[int]:
    """A WebKitWebDriver on `display`; gives its port. `home` takes what the browser writes."""
    port = free_port()
    places = {name: str(home) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    environment = os.environ | places | {"DISPLAY": display, "TZ": "Asia/Shanghai", "LANGUAGE": "zh_CN"}
    environment |= {"LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1"}
    with (home / "driver.log").open("wb") as log:
        process = subprocess.Popen(["WebKitWebDriver", f"--port={port}"], env=environment, stdout=log, stderr=log)
        try:
            until(lambda: _answers(port), "the driver did not start")
            yield port
        finally:
            end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ends a process, by force if it does not go by itself."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def until(is_true: Callable[[], Any], complaint: str, *, seconds: float = PATIENCE_SECONDS * 2) -> Any:
    """Waits until `is_true()`, gives what it gave; what is missing or was drawn anew counts as not yet."""
    last = time.monotonic() + seconds
    while True:
        try:
            found = is_true()
        except Refused as refused:
            if refused.code not in ("no such element", "stale element reference", "element not interactable"):
                raise
            found = None
        if found:
            return found
        assert time.monotonic() < last, complaint
        time.sleep(0.05)


class Session:
    """One browser of one person, with storage of its own. `keeps_pages`: whether Back finds a page as it was left."""

    def __init__(self, port: int, base_url: str, *, keeps_pages: bool = True) -> None:
        self.port, self.base_url = port, base_url
        arguments = ["--automation", f"--enable-page-cache={str(keeps_pages).lower()}"]
        options = {"binary": mini_browser(), "args": arguments}
        wanted = {"alwaysMatch": {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}}
        opened = call(port, "POST", "/session", {"capabilities": wanted})
        self.path = f"/session/{opened['sessionId']}"
        self.version = str(opened["capabilities"]["browserVersion"])
        self.ask("POST", "/timeouts", {"script": 60_000, "pageLoad": 60_000, "implicit": 0})
        self.ask("POST", "/window/rect", WINDOW)

    def close(self) -> None:
        """Ends the browser."""
        self.ask("DELETE", "")

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One command of the protocol."""
        return call(self.port, method, self.path + path, {} if body is None and method == "POST" else body)

    def open(self, path: str) -> None:
        """Goes to a page of the server."""
        self.ask("POST", "/url", {"url": self.base_url + path})

    def back(self) -> None:
        """The browser's own Back."""
        self.ask("POST", "/back")

    def forward(self) -> None:
        """The browser's own Forward."""
        self.ask("POST", "/forward")

    def reload(self) -> None:
        """The same page anew."""
        self.ask("POST", "/refresh")

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self.ask("GET", "/url"))

    def run(self, script: str, *given: Any) -> Any:
        """What the body of a function gives, its promise awaited; `given` are its arguments."""
        answer = self.ask("POST", "/execute/async", {"script": ASYNC % script, "args": list(given)})
        assert "error" not in answer, answer["error"]
        return answer.get("value")

    def find(self, css: str, *, within: str | None = None) -> str:
        """The first element; raises Refused when there is none."""
        start = f"/element/{within}" if within else ""
        found = self.ask("POST", f"{start}/element", {"using": "css selector", "value": css})
        return str(found[ELEMENT])

    def count(self, css: str) -> int:
        """How many elements there are."""
        return len(self.ask("POST", "/elements", {"using": "css selector", "value": css}))

    def click(self, css: str) -> None:
        """Waits for the element and clicks it, as a mouse does: what covers it takes the click."""
        until(lambda: self._click(css), f"cannot be clicked: {css}")

    def type(self, css: str, words: str) -> None:
        """Waits for the field and types into it, key by key; the driver drops what lies beyond U+FFFF."""
        until(lambda: self.is_shown(css), f"not shown: {css}")
        self.ask("POST", f"/element/{self.find(css)}/value", {"text": words})

    def keep_chooser_shut(self) -> None:
        """From now on the page's window for files does not open: the driver would close it at once, as by 取消."""
        self.run(CHOOSER_SHUT)

    def choose_file(self, css: str, *files: Path) -> None:
        """Gives files to an input for files, which itself may be hidden."""
        self.ask("POST", f"/element/{self.find(css)}/value", {"text": "\n".join(map(str, files))})

    def clear(self, css: str) -> None:
        """Waits for the field and empties it."""

        def is_cleared() -> bool:
            self.ask("POST", f"/element/{self._centred(css)}/clear")
            return True

        until(is_cleared, f"cannot be emptied: {css}")

    def draw(self, css: str) -> None:
        """Draws a stroke with the mouse across the element."""
        until(lambda: self.is_shown(css), f"not shown: {css}")
        on = {ELEMENT: self.find(css)}
        moves = [{"type": "pointerMove", "duration": 20, "origin": on, "x": x, "y": x % 20} for x in range(-90, 91, 15)]
        steps = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}
        self.ask("POST", "/actions", {"actions": [mouse]})

    def is_shown(self, css: str) -> bool:
        """Whether the first such element is drawn."""
        return bool(self.ask("GET", f"/element/{self.find(css)}/displayed"))

    def text(self, css: str) -> str:
        """What can be read at the first such element; raises Refused when there is none."""
        return str(self.ask("GET", f"/element/{self.find(css)}/text"))

    def value(self, css: str) -> Any:
        """What stands in a field."""
        return self.ask("GET", f"/element/{self.find(css)}/property/value")

    def shows(self, css: str, *words: str) -> None:
        """Waits until each of `words` can be read there."""
        for one in words:
            until(lambda one=one: one in self.text(css), f"{css} never says {one}")  # type: ignore[misc]

    def screenshot(self, file: Path) -> None:
        """What is drawn now, as PNG."""
        file.write_bytes(b64decode(self.ask("GET", "/screenshot")))

    def _centred(self, css: str) -> str:
        element = self.find(css)
        self.ask("POST", "/execute/sync", {"script": CENTRE, "args": [{ELEMENT: element}]})
        return element

    def _click(self, css: str) -> bool:
        try:
            self.ask("POST", f"/element/{self._centred(css)}/click")
        except Refused as refused:
            if refused.code != "element click intercepted":
                raise
            return False
        return True


def call(port: int, method: str, path: str, body: dict[str, Any] | None) -> Any:
    """One request to the driver; gives the value, raises Refused."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, {"Content-Type": "application/json"})
        value = json.loads(connection.getresponse().read())["value"]
    finally:
        connection.close()
    if isinstance(value, dict) and "error" in value and "message" in value:
        raise Refused(value["error"], value["message"])
    return value


def _answers(port: int) -> bool:
    try:
        return bool(call(port, "GET", "/status", None)["ready"])
    except OSError:
        return False
