"""What breaks behind the network while a campaign runs: processes, the write lock, the disk, commits.

| trouble | what happens |
| --- | --- |
| worker, server | SIGKILL to one process that answers, or to all of the server and a new start |
| lock | another process holds the database's write lock |
| disk | the disk under the instance (SQLite's database, the originals, the log) is full |
| killed_before, killed_after, refused | see `failing_gunicorn.py` |
"""

import asyncio
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from durability.locks import write_lock_held
from durability.small_disk import SmallDisk
from servers import LiveServer

KILL_EVERY_S = (1.0, 3.0)
RECEIPTS_BETWEEN = 60  # at least: on a slow machine the work would otherwise never come to its end
LOCK_EVERY_S, LOCK_FOR_S = (1.0, 6.0), (0.05, 1.5)
FULL_EVERY_S, FULL_FOR_S = (2.0, 6.0), (0.2, 1.0)
ROOM_LEFT_BYTES = 300_000
CONFIGURATION = Path(__file__).with_name("failing_gunicorn.py")


class Troubles:
    """Strikes `server` and its `disk`, by `seed`. `receipts()`: how many the phones have got so far.

    `met`: how often each trouble has struck.
    """

    def __init__(self, server: LiveServer, disk: SmallDisk, seed: int, receipts: Callable[[], int]) -> None:
        self.server, self.disk, self.seed, self.receipts = server, disk, seed, receipts
        self.met: Counter[str] = Counter()
        self.switch = Path(server.environment["CAMPAIGN_FAULTS"])
        self._starts = 0
        self._in_hand = threading.Lock()  # a server does not start on a full disk, nor while its database is locked

    def begin(self) -> "asyncio.Task[None]":
        """Strikes from here on, in a task that only ends when the server does not come up again."""
        self._arm()
        return asyncio.create_task(self._strike())

    async def end(self, striking: "asyncio.Task[None]") -> None:
        """Lets nothing strike any more. Raises what ended the strikes before their time."""
        self.switch.unlink(missing_ok=True)
        striking.cancel()
        with suppress(asyncio.CancelledError):
            await striking
        struck = self.switch.with_suffix(".struck")
        self.met.update(struck.read_text().split() if struck.exists() else [])

    async def _strike(self) -> None:
        async with asyncio.TaskGroup() as group:
            for strike in (self._kill, self._lock, self._fill):
                group.create_task(strike(random.Random(f"{self.seed}:{strike.__name__}")))

    async def _kill(self, dice: random.Random) -> None:
        for number in range(1_000_000):
            await self._some_work(dice.uniform(*KILL_EVERY_S))
            workers = self.server.workers()
            if workers and number % 5 != 3:  # each fifth time all of it
                with suppress(ProcessLookupError):
                    os.kill(dice.choice(workers), signal.SIGKILL)
                self.met["worker"] += 1
            else:
                await _whole(self._restart)
                self.met["server"] += 1

    async def _some_work(self, seconds: float) -> None:
        enough = self.receipts() + RECEIPTS_BETWEEN
        await asyncio.sleep(seconds)
        while self.receipts() < enough:
            await asyncio.sleep(0.05)

    def _restart(self) -> None:
        with self._in_hand:
            self._arm()
            self.server.restart()

    def _arm(self) -> None:
        """Commits fail from here on; the workers of each start by chances of their own."""
        self._starts += 1
        self.switch.write_text(f"{self.seed}:{self._starts}")

    async def _lock(self, dice: random.Random) -> None:
        while True:
            await self._some_work(dice.uniform(*LOCK_EVERY_S))
            await _whole(self._hold_lock, dice.uniform(*LOCK_FOR_S))
            self.met["lock"] += 1

    def _hold_lock(self, seconds: float) -> None:
        with self._in_hand, write_lock_held(self.server.database_url):
            threading.Event().wait(seconds)

    async def _fill(self, dice: random.Random) -> None:
        while True:
            await self._some_work(dice.uniform(*FULL_EVERY_S))
            await _whole(self._fill_disk, dice.uniform(*FULL_FOR_S), dice.randrange(ROOM_LEFT_BYTES))
            self.met["disk"] += 1

    def _fill_disk(self, seconds: float, room_bytes: int) -> None:
        with self._in_hand:
            self.disk.leave(room_bytes)
            threading.Event().wait(seconds)
            self.disk.give_back()


async def _whole(act: Callable[..., None], *arguments: object) -> None:
    """In a thread, and to its end, also when the campaign ends meanwhile: no lock and no full disk is left behind."""
    doing = asyncio.ensure_future(asyncio.to_thread(act, *arguments))
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await doing
        raise
