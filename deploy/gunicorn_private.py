"""All that this server takes from inside gunicorn without a promise that it stays. Another major version of gunicorn
is let in only after tests/deploy/test_gunicorn_private.py, where each of these has a test of its own.

| taken | from | for |
| --- | --- | --- |
| `ThreadWorker.accept`, `nr_conns` | workers/gthread.py | connections are spread evenly over the workers |
| `Worker.notify`, `ppid` | workers/base.py | memory is given back, and no worker outlives the master |
| `SocketUnreader.max_body_chunk` | http/unreader.py | a refused upload is heard out in small steps |
| `_DRAIN_MAX_BYTES` | http/parser.py | a refused upload is heard out to its end |
"""

import ctypes
import os
import signal
import socket
import time
from contextlib import suppress

import gunicorn.http.parser
import gunicorn.http.unreader
from gunicorn.workers.gthread import ThreadWorker

DRAIN_MAX_BYTES = 64 * 1024 * 1024
BODY_CHUNK_BYTES = 64 * 1024
_WAIT_FOR_EACH_S, _WAITS_AT_MOST = 0.0001, 20
_GIVE_BACK_EACH_S = 10


class EvenThreadWorker(ThreadWorker):
    """Leaves the next connection to the worker that holds fewer, and gives back what a burst of requests needed.

    A connection stays for many requests. Of several that came at once, the worker that woke first took nearly all, and
    one core did the work of two: a third fewer records a second.
    """

    gave_back_at = 0.0

    def notify(self) -> None:
        """The sign of life; now and then also gives the system the free memory that the C library would keep."""
        super().notify()
        self.end_if_orphaned()
        if time.monotonic() - self.gave_back_at >= _GIVE_BACK_EACH_S:
            self.gave_back_at = time.monotonic()
            with suppress(OSError, AttributeError):  # another C library
                ctypes.CDLL(None).malloc_trim(0)  # Source: malloc_trim(3)

    def end_if_orphaned(self) -> None:
        """Ends at once when the master is gone: what was acknowledged is on disk, what was not is sent again."""
        if os.getppid() != self.ppid:
            os.kill(os.getpid(), signal.SIGKILL)

    def accept(self, listener: socket.socket) -> None:
        """Takes a waiting connection, unless another worker was there first."""
        time.sleep(min(self.nr_conns, _WAITS_AT_MOST) * _WAIT_FOR_EACH_S)
        super().accept(listener)


def hear_out_what_is_refused() -> None:
    """Who sends something that is refused unread hears the reason, if the rest comes within gunicorn's 5 seconds."""
    # With gunicorn's own limit of 64 kB the line would break first (RFC 9112, 9.6), and a phone would try the same
    # again and again.
    gunicorn.http.parser._DRAIN_MAX_BYTES = DRAIN_MAX_BYTES
    # It hears them out 1 kB at a time and copies what it had received at each step. With its own megabyte, 5 MB took
    # those 5 seconds on a busy machine, and the next request met a line that was cut.
    gunicorn.http.unreader.SocketUnreader.max_body_chunk = BODY_CHUNK_BYTES
