"""How gunicorn serves the application. What the environment may change stands in fieldapp/config.py.

Threads, not more processes: an upload from a slow phone holds one thread and no memory to speak of.
"""

import ctypes
import gc
import signal
import sys
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # also when gunicorn is called by its own name

from deploy.gunicorn_private import EvenThreadWorker, hear_out_what_is_refused  # noqa: E402
from fieldapp.config import THREADS_PER_PROCESS, WeakSettings, checked_settings  # noqa: E402

try:
    _asked = checked_settings()
except WeakSettings as weak:
    raise SystemExit(f"fieldapp：{weak}") from None

bind = f"[{_asked.host}]:{_asked.port}" if ":" in _asked.host else f"{_asked.host}:{_asked.port}"
workers = _asked.processes
worker_class = EvenThreadWorker
threads = THREADS_PER_PROCESS
timeout = 60  # seconds without a sign of life from a worker
graceful_timeout = 20  # seconds for requests under way when the server is asked to end
keepalive = 15  # seconds; phones send one request after the other
backlog = 256
hear_out_what_is_refused()
if Path("/dev/shm").is_dir():  # noqa: S108 gunicorn's heartbeat file: on a busy disk it would block the worker
    worker_tmp_dir = "/dev/shm"  # noqa: S108
loglevel = _asked.log_level
accesslog = None  # addresses of phones are personal data; nobody needs them here
control_socket_disable = True


# The program is read once and shared by all workers: a third of the time to start, half of the memory.
preload_app = True


def on_starting(server: object) -> None:
    """Refuses to serve on a database that could lose a commit for which a receipt was given, or without its keys."""
    from fieldapp.commands.readiness import refuse_unready
    from fieldapp.extensions import db
    from wsgi import app

    try:
        refuse_unready(app, serves=True)
    except WeakSettings as weak:
        raise SystemExit(f"fieldapp：{weak}") from None
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


def post_worker_init(worker: object) -> None:
    """Notes which database file this worker begins with: each answers for itself whether it is still there."""
    from fieldapp.extensions import db
    from fieldapp.health import remember_file
    from wsgi import app

    with app.app_context():
        remember_file(db.engine)


_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # Source: mallopt(3)
_PR_SET_PDEATHSIG = 1  # Source: prctl(2)
