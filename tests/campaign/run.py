"""A campaign: many phones, a bad network, a server in trouble, and a judge at the end.

`python tests/campaign/run.py --sessions 10000 --engine postgresql --seed 7` runs one by itself and prints the verdict.
"""

import argparse
import asyncio
import hashlib
import json
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from campaign.checker import Verdict, check  # noqa: E402
from campaign.phone import Account, Phone, Store  # noqa: E402
from campaign.place import standing_alone  # noqa: E402
from campaign.proxy import FaultProxy  # noqa: E402
from campaign.troubles import Troubles  # noqa: E402
from durability.small_disk import SmallDisk  # noqa: E402
from factories import make_photo  # noqa: E402
from loops import run_apart  # noqa: E402
from servers import LiveServer  # noqa: E402

from fieldapp import ids  # noqa: E402

PHONES = 48  # at the same time: most of them wait for the network
CONVERGE_WITHIN_S = 180
BASE_PHOTO = make_photo(64, 48)
SIZES = {
    "records": ((1, 2, 3, 5), (76, 16, 5, 3)),
    "files": ((0, 1, 2, 3, 6), (50, 32, 11, 5, 2)),
    "bytes": (((100_000, 200_000), (200_000, 1_000_000), (1_000_000, 9_000_000)), (86, 11, 3)),  # of a photo
}


@dataclass
class Outcome:
    """What a campaign showed. `converged_s`: seconds from the end of the faults until every phone was done.

    `photos_mb`: what the phones had to send, in megabytes; much of it travels more than once.
    """

    seed: int
    sessions: int
    verdict: Verdict
    faults: dict[str, int]
    troubles: dict[str, int]
    photos_mb: int
    reloads: int
    seconds: float
    converged_s: float

    def words(self) -> str:
        """The outcome as one block of text, with the seed that repeats it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


@dataclass
class Campaign:
    """`new_body(dice, evidence_ids)`: a body for one record. `server` is running and has the `accounts` signed in."""

    server: LiveServer
    disk: SmallDisk
    accounts: list[Account]
    new_body: Callable[[random.Random, list[str]], dict[str, Any]]
    history: Path
    seed: int
    sessions: int
    photo_bytes: int = 0
    reloads: int = 0
    receipts: int = 0

    def run(self) -> Outcome:
        """Runs all sessions and judges them."""
        began = time.monotonic()
        with self.history.open("w") as self._lines:
            faults, converged_s = run_apart(self._run())
        seconds = time.monotonic() - began
        folder = self.server.instance / "evidence"
        verdict = check(self.history, self.server.database_url, folder)
        troubles, photos_mb = dict(self._troubles.met), self.photo_bytes // 1_000_000
        return Outcome(
            self.seed, self.sessions, verdict, faults, troubles, photos_mb, self.reloads, seconds, converged_s
        )

    async def _run(self) -> tuple[dict[str, int], float]:
        waiting = iter(range(self.sessions))
        self._troubles = Troubles(self.server, self.disk, self.seed, lambda: self.receipts)
        async with FaultProxy(self.server.port, seed=self.seed) as proxy:
            striking = self._troubles.begin()
            phones = [asyncio.create_task(self._use(waiting, place, proxy.port)) for place in range(PHONES)]
            await asyncio.wait([*phones, striking], return_when=asyncio.FIRST_COMPLETED)  # nothing is left to begin
            if striking.done():
                for phone in phones:
                    phone.cancel()
            await self._troubles.end(striking)  # raises when the server did not come up again
            proxy.calm = True
            calm = time.monotonic()
            async with asyncio.timeout(CONVERGE_WITHIN_S):
                await asyncio.gather(*phones)
            return dict(proxy.met), time.monotonic() - calm

    async def _use(self, waiting: Iterator[int], place: int, port: int) -> None:
        for number in waiting:
            name = f"{self.seed}-{number}"
            dice = random.Random(name)
            store, account = self._full_store(dice), self.accounts[number % len(self.accounts)]
            while True:
                phone = Phone(name, store, account, port, self._note)
                try:
                    async with asyncio.timeout(dice.uniform(0, 0.6) if dice.random() < 0.25 else None):
                        await phone.sync()
                    break
                except TimeoutError:  # the phone was killed; its store is all that is left
                    self.reloads += 1

    def _full_store(self, dice: random.Random) -> Store:
        records, files, contents = [], [], {}
        for _ in range(_draw(dice, "records")):
            owner, own = ids.mint(), []
            for _ in range(_draw(dice, "files")):
                content = BASE_PHOTO + dice.randbytes(round(dice.uniform(*_draw(dice, "bytes"))))
                self.photo_bytes += len(content)
                sha256 = hashlib.sha256(content).hexdigest()
                contents[sha256] = content
                own.append({"id": ids.mint(), "sha256": sha256, "owner": owner, "item": "B01", "receipt": None,
                            "refused": False, "in_pieces": dice.random() < 0.3})  # fmt: skip
            body = self.new_body(dice, [file["id"] for file in own])
            bodies = [body | {"revision": 1, "base_revision": 0}]
            if dice.random() < 0.3:
                bodies = [bodies[0] | {"state": "draft", "summary": "未完"}, body | {"revision": 2, "base_revision": 1}]
            records.append({"id": owner, "bodies": bodies, "refused": False})
            files += own
        dice.shuffle(files)
        return Store(records, files, contents)

    def _note(self, kind_of_line: str, **said: Any) -> None:
        self.receipts += kind_of_line == "ok"
        self._lines.write(json.dumps({"type": kind_of_line, "at": time.time()} | said, ensure_ascii=False) + "\n")


def main() -> int:
    """One campaign; prints its outcome; 0 when nothing was wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=1000)
    options.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--history", type=Path, help="keep the history here")
    options.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    given = options.parse_args()
    print(f"seed {given.seed}", flush=True)
    with standing_alone(given.engine) as place:
        history = given.history or place.server.instance.parent / "history.jsonl"
        outcome = Campaign(*place, history, given.seed, given.sessions).run()
        if not outcome.verdict.is_clean:
            print(place.server.log[-4000:])
    print(outcome.words())
    return 0 if outcome.verdict.is_clean else 1


def _draw(dice: random.Random, what: str) -> Any:
    return dice.choices(*SIZES[what])[0]


if __name__ == "__main__":
    raise SystemExit(main())
