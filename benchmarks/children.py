"""Work in a process of its own, which may go wrong in any way without harming this one."""

import os
import resource
import signal
import time
import traceback
from collections.abc import Callable


def succeeds(work: Callable[[], None], *, seconds: float, is_silent: bool = False) -> tuple[bool, bool]:
    """Whether `work` ends well in a child, and whether it had to be ended: after `seconds` of CPU, or much later.

    `work` may end the process itself, by its status.
    """
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        _do(work, int(seconds) + 1, is_silent=is_silent)
    end = time.monotonic() + max(30.0, 12 * seconds)
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return code == 0, code == -signal.SIGXCPU
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False, True


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
