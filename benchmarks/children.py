"""Work in a process of its own, which may go wrong in any way without harming this one."""

import os
import resource
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path

IDLE_SECONDS = 60.0  # a child that has done nothing for so long waits for what never comes


def succeeds(work: Callable[[], None], *, seconds: float, is_silent: bool = False) -> tuple[bool, bool]:
    """Whether `work` ends well in a child, and whether it had to be ended: after `seconds` of CPU, or when it idles.

    How long it takes by the clock says nothing where many share a machine. `work` may end the process itself.
    """
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        _do(work, int(seconds) + 1, is_silent=is_silent)
    used, since = -1, time.monotonic()
    while time.monotonic() < since + IDLE_SECONDS:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return code == 0, code == -signal.SIGXCPU
        if (ticks := _ticks(child)) != used:
            used, since = ticks, time.monotonic()
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False, True


def _ticks(process: int) -> int:
    """What a process and the children that it has waited for have used of the CPU. Source: proc(5), utime … cstime."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])


def _do(work: Callable[[], None], seconds: int, *, is_silent: bool) -> None:
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        if is_silent:
            silence = os.open(os.devnull, os.O_RDWR)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
