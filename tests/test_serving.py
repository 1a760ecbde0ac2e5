"""The server as it is really started: what it refuses, and that it can be asked to end without losing an answer."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
from factories import PASSWORD, make_user
from flask import Flask
from servers import ROOT, LiveServer, PostgresCluster, child_processes, free_port, run_until_it_ends, wait_until


def test_a_database_that_could_lose_a_commit_is_not_served(
    postgres_cluster: PostgresCluster, postgres_template: str, tmp_path: Path
):
    postgres_cluster.create("careless", template=postgres_template)
    with psycopg.connect(host=str(postgres_cluster.folder), user="fieldapp", dbname="careless") as connection:
        connection.execute("ALTER DATABASE careless SET synchronous_commit = off")

    done = run_until_it_ends(
        "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app",
        FIELDAPP_INSTANCE=str(tmp_path), FIELDAPP_DATABASE_URL=postgres_cluster.url("careless"), PORT=str(free_port()),
    )  # fmt: skip

    assert done.returncode != 0
    assert "拒绝启动：synchronous_commit" in done.stderr


@pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
def test_a_server_asked_to_end_still_answers_the_request_that_has_begun(live_server: LiveServer, live_app: Flask):
    make_user("张三", username="zhangsan")
    body = json.dumps({"username": "zhangsan", "password": PASSWORD}).encode()
    head = (
        "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", live_server.port), timeout=60) as connection:
        connection.sendall(head.encode() + body[:10])
        time.sleep(1)  # a worker has taken the request up by now and waits for the rest of its body
        assert live_server.process is not None
        live_server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(body[10:])
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    assert answer.startswith("HTTP/1.1 200")
    assert '"csrf_token"' in answer
    assert live_server.process.wait(60) == 0


@pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
def test_connections_that_come_at_once_are_shared_by_the_processes(live_server: LiveServer):
    wait_until(lambda: len(live_server.workers()) == 2, lambda: live_server.log)
    workers = live_server.workers()
    time.sleep(1)  # the second worker waits for connections too

    shares = sorted(smaller_share(workers, live_server.port) for _ in range(3))

    assert shares[1] >= 8, shares  # the middle one: a machine that is busy elsewhere may keep one worker waiting


def smaller_share(workers: Sequence[int], port: int) -> int:
    """Of 24 connections that come while all workers are stopped, how many the one with the fewest takes."""

    def taken() -> list[int]:
        return [connections_of(worker, port) for worker in workers]

    wait_until(lambda: sum(taken()) == 0, lambda: str(taken()))
    with ExitStack() as held:
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        for _ in range(24):
            held.enter_context(socket.create_connection(("127.0.0.1", port)))
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
        wait_until(lambda: sum(taken()) == 24, lambda: str(taken()))
        return min(taken())


def connections_of(process: int, port: int) -> int:
    """How many connections to `port` of this machine a process has taken (proc(5), /proc/net/tcp)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "01"}
    found = 0
    for entry in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed in the meantime
            found += str(entry.readlink()) in sockets
    return found


def test_an_address_that_is_taken_is_said_in_one_line(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_until_it_ends("deploy/run.py", FIELDAPP_INSTANCE=str(tmp_path), HOST="127.0.0.1", PORT=str(port))

    assert done.returncode != 0
    assert f"127.0.0.1:{port} 已被别的程序占用" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_said_in_one_line(tmp_path: Path, port: str):
    done = run_until_it_ends("deploy/run.py", FIELDAPP_INSTANCE=str(tmp_path), PORT=port)

    assert done.returncode != 0
    assert done.stderr.strip() == f"PORT 应为 1–65535 的整数，现为 {port!r}。"


GUNICORN = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app")


def test_a_start_without_postgresql_is_said_in_one_line(tmp_path: Path):
    nowhere = {
        "FIELDAPP_INSTANCE": str(tmp_path / "instance"), "PORT": str(free_port()),
        "FIELDAPP_DATABASE_URL": f"postgresql+psycopg://fieldapp@/fieldapp?host={tmp_path}",
    }  # fmt: skip

    server = run_until_it_ends(*GUNICORN, **nowhere)
    command = run_until_it_ends("-m", "flask", "--app", "wsgi", "people", "list", **nowhere)
    upgrade = run_until_it_ends("-m", "flask", "--app", "wsgi", "db", "upgrade", **nowhere)

    for done in (server, command, upgrade):
        assert done.returncode != 0
        assert "连不上 PostgreSQL" in done.stderr
        assert "请先启动 PostgreSQL" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_an_instance_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("a file where a folder should be")

    done = run_until_it_ends("-m", "flask", "--app", "wsgi", "db", "upgrade", FIELDAPP_INSTANCE=str(tmp_path / "file"))

    assert done.returncode != 0
    assert f"实例目录 {tmp_path / 'file'} 不能写入" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_the_demo_with_its_public_password_is_not_served_in_production(tmp_path: Path):
    done = run_until_it_ends(
        *GUNICORN, FIELDAPP_INSTANCE=str(tmp_path), FIELDAPP_ENV="production", FIELDAPP_DEMO="1", PORT=str(free_port())
    )

    assert done.returncode != 0
    assert "不能同时设 FIELDAPP_DEMO=1" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


@pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
def test_a_database_file_taken_away_under_a_running_server_makes_it_unhealthy(live_server: LiveServer):
    assert live_server.is_healthy()
    for file in live_server.instance.glob("*.sqlite3*"):
        file.rename(file.with_name(f"{file.name}.away"))

    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.urlopen(f"http://127.0.0.1:{live_server.port}/healthz", timeout=30)

    assert told.value.code == 503
    assert "不见了" in json.loads(told.value.read())["database"]


def test_what_is_run_by_one_word_works_in_the_background_too_and_ends_as_a_whole(sqlite_template: Path, tmp_path: Path):
    shutil.copy(sqlite_template, tmp_path / "fieldapp.sqlite3")
    server = LiveServer(tmp_path, f"sqlite:///{tmp_path / 'fieldapp.sqlite3'}")
    with (tmp_path / "server.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "deploy/run.py"],
            cwd=ROOT, env=server.env() | {"FIELDAPP_DEMO": "0"}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    def background() -> list[int]:
        """The process ids of the worker: those that begin anew as this program."""
        lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in child_processes(program.pid)}
        return [pid for pid, line in lines.items() if b"run.py" in line]

    def worker_state() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=5) as answer:
            return str(json.load(answer)["worker"])

    try:
        wait_until(lambda: server.is_healthy() and worker_state() == "ok", lambda: server.log)
        (first,) = background()
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: background() not in ([], [first]), lambda: server.log)
        family = [program.pid, *child_processes(program.pid)]
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0, server.log
        assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []
    finally:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
    with sqlite3.connect(tmp_path / "fieldapp.sqlite3") as connection:
        waiting = {kind for (kind,) in connection.execute("SELECT kind FROM job WHERE done_at IS NULL")}
    assert waiting == {"disclosure", "retention", "calendar", "verification", "uploads", "ladder"}
    assert "Traceback" not in server.log


def test_a_worker_alone_ends_when_it_is_asked_to_and_says_so(sqlite_template: Path, tmp_path: Path):
    shutil.copy(sqlite_template, tmp_path / "fieldapp.sqlite3")
    server = LiveServer(tmp_path, f"sqlite:///{tmp_path / 'fieldapp.sqlite3'}")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    program = subprocess.Popen(command, cwd=ROOT, env=server.env(), stderr=subprocess.PIPE, text=True)

    def workers() -> int:
        with sqlite3.connect(tmp_path / "fieldapp.sqlite3") as connection:
            return int(connection.execute("SELECT count(*) FROM job_worker").fetchone()[0])

    try:
        wait_until(lambda: workers() == 1, lambda: "no sign of life")
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=60)
    finally:
        program.kill()

    assert (program.returncode, errors, workers()) == (0, "", 0)
