"""How gunicorn serves the application. HOST, PORT and WEB_CONCURRENCY come from the environment.

Threads, not more processes: an upload from a slow phone holds one thread and no memory to speak of.
"""

import ctypes
import gc
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

import gunicorn.http.parser
import gunicorn.http.unreader
from gunicorn.workers.gthread import ThreadWorker

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


bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = EvenThreadWorker
threads = 12
timeout = 60  # seconds without a sign of life from a worker
graceful_timeout = 20  # seconds for requests under way when the server is asked to end
keepalive = 15  # seconds; phones send one request after the other
backlog = 256
# Who sends something that is refused unread hears the reason, if the rest comes within gunicorn's 5 seconds. With its
# own limit of 64 kB the line would break first (RFC 9112, 9.6), and a phone would try the same again and again.
gunicorn.http.parser._DRAIN_MAX_BYTES = 64 * 1024 * 1024
# It hears them out 1 kB at a time and copies what it had received at each step. With its own megabyte, 5 MB took those
# 5 seconds on a busy machine, and the next request met a line that was cut.
gunicorn.http.unreader.SocketUnreader.max_body_chunk = 64 * 1024
if Path("/dev/shm").is_dir():  # noqa: S108 gunicorn's heartbeat file: on a busy disk it would block the worker
    worker_tmp_dir = "/dev/shm"  # noqa: S108
loglevel = os.environ.get("FIELDAPP_LOG_LEVEL", "warning")
accesslog = None  # addresses of phones are personal data; nobody needs them here
control_socket_disable = True


# The program is read once and shared by all workers: a third of the time to start, half of the memory.
preload_app = True


def on_starting(server: object) -> None:
    """Refuses to serve on a database that could lose a commit for which a receipt was given, or without its keys."""
    from fieldapp.commands.readiness import refuse_unready
    from fieldapp.config import WeakSettings
    from fieldapp.extensions import db
    from wsgi import app

    try:
        refuse_unready(app, serves=True)
    except WeakSettings as weak:
        raise SystemExit(f"fieldapp: {weak}") from None
    finally:
        with app.app_context():
            db.engine.dispose()  # a connection must not be shared by the workers that are forked from here


def post_fork(server: object, worker: EvenThreadWorker) -> None:
    """A worker ends with the master, also when that is killed: an orphan would hold the port and go on answering."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # Source: prctl(2)
    worker.end_if_orphaned()  # the master may have died in between


def when_ready(server: object) -> None:
    """Keeps memory small: before the workers are forked, so that they begin with it."""
    # Otherwise the first collection would write into nearly every page that the workers share, and copy it.
    gc.collect()
    gc.freeze()
    # glibc keeps a heap for each thread and gives none back: with eight threads that is half of a worker's memory. What
    # is large (a photo's piece, a page, a compressor) it would take from there too, after the first; set, it does not.
    with suppress(OSError, AttributeError):  # another C library
        tune = ctypes.CDLL(None).mallopt
        tune(_M_ARENA_MAX, 2)
        tune(_M_MMAP_THRESHOLD, 128 * 1024)


_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # Source: mallopt(3)
_PR_SET_PDEATHSIG = 1  # Source: prctl(2)
