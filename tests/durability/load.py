"""Phones that file without a pause while something breaks, and remember what they were told."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from factories import PASSWORD

from fieldapp import ids


@dataclass
class Told:
    """One answer: `status` 0 when none came. `retry_after`: the header, if any."""

    status: int
    took_s: float
    retry_after: str | None
    words: str


class Sender:
    """One signed-in phone on a real connection."""

    def __init__(self, url: str, username: str = "zhangsan") -> None:
        self.url, self.session = f"{url.replace('localhost', '127.0.0.1')}/api/v1", requests.Session()
        pair = {"username": username, "password": PASSWORD}
        answer = self.session.post(f"{self.url}/login", json=pair, timeout=60)
        assert answer.status_code == 200, answer.text
        self.session.headers["X-CSRFToken"] = answer.json()["csrf_token"]
        self.receipts: dict[str, dict[str, Any]] = {}

    def file(self, observation_id: str, body: dict[str, Any]) -> Told:
        """Files one revision; keeps its receipt."""
        return self.send("PUT", f"/observations/{observation_id}", observation_id, json=body)

    def send(self, method: str, path: str, subject_id: str = "", **content: Any) -> Told:
        """One request; keeps the receipt that it brings for `subject_id`."""
        began = time.monotonic()
        try:
            answer = self.session.request(method, f"{self.url}{path}", timeout=90, **content)
        except requests.RequestException as error:
            return Told(0, time.monotonic() - began, None, type(error).__name__)
        if subject_id and answer.status_code in (200, 201):
            self.receipts[subject_id] = answer.json()["receipt"]
        words = answer.text[:300] if answer.status_code >= 400 else ""
        return Told(answer.status_code, time.monotonic() - began, answer.headers.get("Retry-After"), words)


@dataclass
class Crowd:
    """Several senders, each filing record after record, each record until it is receipted, until `stop`."""

    senders: list[Sender]
    new_body: Callable[[], dict[str, Any]]
    told: list[Told] = field(default_factory=list)
    _end: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Crowd":
        self._threads = [threading.Thread(target=self._work, args=(sender,)) for sender in self.senders]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    @property
    def receipts(self) -> dict[str, dict[str, Any]]:
        """Every receipt that was given, by record."""
        return {subject: receipt for sender in self.senders for subject, receipt in list(sender.receipts.items())}

    def wait_for_more(self, count: int, *, seconds: float) -> float:
        """Waits until `count` more records are receipted; gives how long it took. Fails after `seconds`."""
        began, goal = time.monotonic(), len(self.receipts) + count
        while len(self.receipts) < goal:
            assert time.monotonic() - began < seconds, f"no {count} receipts in {seconds} s: {self.told[-5:]}"
            time.sleep(0.02)
        return time.monotonic() - began

    def _work(self, sender: Sender) -> None:
        while not self._end.is_set():
            observation_id, body = ids.mint(), self.new_body()
            while observation_id not in sender.receipts:
                told = sender.file(observation_id, body)
                self.told.append(told)
                if told.status != 200:
                    time.sleep(0.05)
