"""One live server for many tests: all is new for each of them but the program, which takes long to read."""

import os
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from servers import LiveServer, wait_until

KEPT = {"secret-key", "keys", "server.log"}  # the program has read the first two and has the other open


@dataclass
class SharedServer(LiveServer):
    """A live server that the next test finds as if it had been started for it alone.

    Its worker processes are new: nothing that they knew of the tables or the files before is left, and no
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
        """New workers, an empty instance folder, an empty log, and the database that `lay_tables` makes.

        No worker lives while folder and database are changed: one that took up a late request of an earlier test would
        hold its database open, and go on in the file that is no longer there.
        """
        self.environment.clear()
        stands = self.process is not None and self.process.poll() is None and not self.begun_with
        if not stands:
            self.kill()
            self._empty_instance()
            lay_tables()
            self._start_warm()
        old = self._end_workers()
        self._empty_instance()
        lay_tables()
        self._begin_workers(old)
        return self

    def _start_warm(self) -> None:
        """Starts it with what phones and desks ask most already answered once: see warm_gunicorn.py."""
        self.environment["WARM_UP"] = "1"
        self.start()
        self.environment.clear()
        self.begun_with = {}

    def _empty_instance(self) -> None:
        for path in self.instance.iterdir():
            if path.name in KEPT:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        with suppress(FileNotFoundError):
            os.truncate(self.instance / "server.log", 0)

    def _end_workers(self) -> set[int]:
        """SIGKILL to the workers, while the process that would fork new ones stands still; gives who they were."""
        self._signal(signal.SIGSTOP)
        old = set(self.workers())
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: all(_is_dead(pid) for pid in old), lambda: self.log)
        return old

    def _begin_workers(self, old: set[int]) -> None:
        """Lets the process that has read the program go on: it forks new workers."""
        self._signal(signal.SIGCONT)
        wait_until(lambda: len({*self.workers()} - old) >= 2 and self.is_healthy(), lambda: self.log)

    def _signal(self, which: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(which)


def _is_dead(pid: int) -> bool:
    """Source: proc(5): Z is a process that has ended and that its parent has not yet asked for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True
