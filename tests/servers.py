"""Real servers for tests: a PostgreSQL cluster of its own, and the application under gunicorn, which can be killed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).parents[1]
MEMORY_DISK_BYTES = 3 * 1024**3
START_SECONDS = 240  # generous: a busy machine is no fault of the program
WITHOUT_MIGRATIONS = """
from importlib import import_module
from pathlib import Path
from wsgi import app
from fieldapp.extensions import db
for path in Path("fieldapp").glob("*/models.py"):
    import_module(f"fieldapp.{path.parent.name}.models")
with app.app_context():
    db.create_all()
"""


class PostgresCluster:
    """One PostgreSQL server in a temporary folder, reached by a Unix socket only, with its normal durable settings.

    The folder is made in `within`; where temporary files belong when not given.
    """

    def __init__(self, within: str | None = None) -> None:
        self.binaries = _postgres_binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="fieldapp-pg-", dir=within))
        self.options = ["-c", "max_wal_size=256MB"] if within else []  # memory is dearer than a disk
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, like: Path | None = None) -> None:
        """Makes the cluster, as a copy of the stopped one in the folder `like` if given, and waits until it answers."""
        if like:
            subprocess.run(["cp", "-a", like, self.folder / "data"], check=True)
            self.serve()
            return
        initdb = [
            self.binaries / "initdb",
            "-D",
            self.folder / "data",
            "-U",
            "fieldapp",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, capture_output=True, **self._identity())
        self.serve()

    def crash(self) -> None:
        """`pg_ctl stop -m immediate`: no farewell, no last checkpoint; what was not in the log on disk is gone."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def serve(self) -> None:
        """Starts the server on the cluster as it lies there, and waits until it answers."""
        server = [
            self.binaries / "postgres",
            "-D",
            self.folder / "data",
            "-k",
            self.folder,
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=200",
            "-c",
            "shared_buffers=64MB",
            *self.options,
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_dies_with_us("INT"), *server], stdout=log, stderr=log, **self._identity()
            )
        wait_until(self._answers, lambda: (self.folder / "log").read_text())

    def stop(self) -> None:
        """Stops the server and removes its folder."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self) -> None:
        """Stops the server; the cluster stays."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def url(self, database: str) -> str:
        """The SQLAlchemy address of `database`."""
        return f"postgresql+psycopg://fieldapp@/{database}?host={self.folder}"

    def create(self, database: str, *, template: str = "template0") -> None:
        """Makes `database` as a copy of `template`."""
        self._run("CREATE DATABASE {} TEMPLATE {}", database, template)

    def drop(self, database: str) -> None:
        """Removes `database`, cutting off whoever is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def has(self, database: str) -> bool:
        """Whether there is such a database."""
        with self._connect() as connection:
            return connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is not None

    def _run(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="fieldapp", dbname="postgres", autocommit=True)

    def _identity(self) -> dict[str, object]:
        return {"user": self.user, "extra_groups": [], "cwd": "/"} if os.geteuid() == 0 else {"cwd": "/"}


@dataclass
class LiveServer:
    """The application under gunicorn, two processes, on a port that stays the same over restarts."""

    instance: Path
    database_url: str
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None
    configuration: Path = ROOT / "deploy" / "gunicorn.conf.py"

    @property
    def url(self) -> str:
        """Without a slash at the end. `localhost`, because browsers treat it as a secure context."""
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        """What the server has written so far."""
        path = self.instance / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> "LiveServer":
        """Starts it and waits until it says that it is healthy."""
        command = [sys.executable, "-m", "gunicorn", "--config", str(self.configuration), "wsgi:app"]
        with (self.instance / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_dies_with_us("KILL"), *command],
                cwd=ROOT,
                env=self.env(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.is_healthy, lambda: self.log)
        return self

    def kill(self) -> None:
        """SIGKILL to the server and all its workers: what a power cut or the out-of-memory killer does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks it to end, as an operator does."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """The same port and the same instance again."""
        if self.process is not None:
            self.kill()
        self.start()

    def is_healthy(self) -> bool:
        """Whether /healthz answers 200. Fails at once when the server has ended by itself."""
        assert self.process is None or self.process.poll() is None, f"the server has ended:\n{self.log}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def workers(self) -> list[int]:
        """The process ids of those who answer."""
        assert self.process is not None
        return child_processes(self.process.pid)

    def flask(self, *arguments: str, **changes: str) -> str:
        """What `flask --app wsgi …` prints on this instance. Raises CalledProcessError when it fails."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env() | changes, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (
            f"flask {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def env(self) -> dict[str, str]:
        """The environment that the server and its commands run in."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FIELDAPP_")}
        return (
            inherited
            | {
                "FIELDAPP_INSTANCE": str(self.instance),
                "FIELDAPP_DATABASE_URL": self.database_url,
                "HOST": "127.0.0.1",
                "PORT": str(self.port),
                "WEB_CONCURRENCY": "2",
            }
            | self.environment
        )

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if how == signal.SIGKILL:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(self.process.pid, how)
        else:
            self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


def run_until_it_ends(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A program of this project that is expected to give up by itself."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("FIELDAPP_")} | environment
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def child_processes(pid: int) -> list[int]:
    """The ids of the processes that `pid` has started. Source: proc(5)."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory_disk() -> str | None:
    """A folder in memory with room for what tests write, where the system has one: an fsync is asked for there as
    anywhere and costs nothing. What is promised about a power cut is seen in the order of the calls.
    """
    folder = Path("/dev/shm")
    has_room = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > MEMORY_DISK_BYTES
    return str(folder) if has_room else None


def make_tables(database_url: str, instance: Path) -> None:
    """Brings an empty database to the newest schema, by the migrations, as an operator would."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("FIELDAPP_")}
    env |= {"FIELDAPP_INSTANCE": str(instance), "FIELDAPP_DATABASE_URL": database_url}
    if any((ROOT / "migrations").glob("versions/*.py")):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    else:
        command = [sys.executable, "-c", WITHOUT_MIGRATIONS]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"no tables:\n{done.stdout}{done.stderr}"


def _postgres_binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    if not versions and on_path is None:
        raise RuntimeError("PostgreSQL is missing: `make test` installs it (Debian package postgresql)")
    return versions[-1] if versions else Path(str(on_path)).resolve().parent


def _dies_with_us(signal_name: str) -> list[str]:
    """A prefix that ends a child when the test process is killed without a chance to clean up (util-linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", signal_name, "--"] if setpriv else []


def wait_until(is_ready: Callable[[], bool], words: Callable[[], str]) -> None:
    """Looks again and again, until it is so. Fails with `words()` when that takes too long."""
    end = time.monotonic() + START_SECONDS
    while not is_ready():
        assert time.monotonic() < end, f"not ready after {START_SECONDS} s:\n{words()}"
        time.sleep(0.05)
