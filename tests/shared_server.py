"""One live server for many tests: all is new for each of them but the program, which takes long to read."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from servers import START_SECONDS, LiveServer

KEPT = {"secret-key", "server.log"}  # the program has read the one and has the other open


@dataclass
class SharedServer(LiveServer):
    """A live server that the next test finds as if it had been started for it alone.

    Its worker processes are new: nothing that they knew of the tables, the keys or the files before is left, and no
    request of an earlier test is still under way. What a test has stopped, or started with settings of its own, is
    started again.
    """

    begun_with: dict[str, str] = field(default_factory=dict)
    configuration: Path = Path(__file__).with_name("warm_gunicorn.py")

    def start(self) -> "SharedServer":
        """Starts it and waits until it says that it is healthy."""
        self.begun_with = dict(self.environment)
        super().start()
        return self

    def as_new(self, lay_tables: Callable[[], None]) -> "SharedServer":
        """New workers, an empty instance folder, an empty log, and the database that `lay_tables` makes."""
        self.environment.clear()
        stands = self.process is not None and self.process.poll() is None and not self.begun_with
        if stands:
            self._renew_workers()
        else:
            self.kill()
        self._empty_instance()
        lay_tables()
        return self if stands and self.is_healthy() else self.start()

    def _empty_instance(self) -> None:
        for path in self.instance.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in KEPT:
                path.unlink()
        with suppress(FileNotFoundError):
            os.truncate(self.instance / "server.log", 0)

    def _renew_workers(self) -> None:
        """SIGKILL to the workers; the process that has read the program forks new ones."""
        old = self._workers()
        for pid in old:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + START_SECONDS
        while len(self._workers() - old) < 2:
            assert time.monotonic() < end, f"no new workers after {START_SECONDS} s:\n{self.log}"
            time.sleep(0.01)

    def _workers(self) -> set[int]:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(pid) for pid in children.read_text().split()}
