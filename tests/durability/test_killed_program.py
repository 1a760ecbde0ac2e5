"""`make run` is killed under traffic: nothing holds the port, the next start works, what was acknowledged is kept."""

import os
import signal
import socket
import subprocess
import sys
import time
from itertools import cycle, islice
from typing import Any

import pytest
from durability.load import Crowd, Sender
from servers import ROOT, LiveServer, child_processes, wait_until

from fieldapp.extensions import db
from fieldapp.filing.models import Receipt

SECONDS_TO_LET_GO = 2


@pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.long)])
def test_a_program_killed_under_traffic_leaves_the_port_and_loses_nothing_that_was_acknowledged(
    live_server: LiveServer, new_body: Any, kills: int
) -> None:
    phones = [Sender(live_server.url) for _ in range(4)]
    live_server.stop()
    program = start(live_server)
    try:
        with Crowd(phones, new_body) as crowd:
            for way in islice(cycle((kill_group, kill_program, kill_server)), kills):
                crowd.wait_for_more(8, seconds=60)
                family = family_of(program.pid)
                way(program)
                took_s = until_free(live_server.port)
                assert took_s < SECONDS_TO_LET_GO, f"{way.__name__}: the port was held for {took_s:.1f} s"
                program.wait(30)
                assert [pid for pid in family if is_alive(pid)] == [], f"{way.__name__} left orphans"
                program = start(live_server)
            crowd.wait_for_more(8, seconds=60)
            kept = dict(crowd.receipts)
    finally:
        kill_group(program)
        program.wait(30)

    db.session.rollback()
    stored = {row.subject_id: row.signature for row in db.session.query(Receipt)}
    lost = [subject for subject, receipt in kept.items() if stored.get(subject) != receipt["signature"]]
    assert lost == []


def start(server: LiveServer) -> "subprocess.Popen[bytes]":
    """`make run` on the port and the instance of `server`; gives it when it is healthy."""
    with (server.instance / "server.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "deploy/run.py"],
            cwd=ROOT, env=server.env() | {"FIELDAPP_DEMO": "0"}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    def is_up() -> bool:
        assert program.poll() is None, f"the program has ended:\n{server.log}"
        return server.is_healthy()

    wait_until(is_up, lambda: server.log)
    return program


def kill_group(program: "subprocess.Popen[bytes]") -> None:
    """What a closed terminal or the out-of-memory killer does to all that belong together."""
    os.killpg(program.pid, signal.SIGKILL)


def kill_program(program: "subprocess.Popen[bytes]") -> None:
    """The parent of all alone."""
    program.kill()


def kill_server(program: "subprocess.Popen[bytes]") -> None:
    """The parent of the workers alone."""
    for server in child_processes(program.pid):
        os.kill(server, signal.SIGKILL)


def family_of(pid: int) -> list[int]:
    """A process and all that come from it."""
    return [pid, *(grandchild for child in child_processes(pid) for grandchild in family_of(child))]


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that waits only to be collected does not. Source: proc(5)."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until_free(port: int) -> float:
    """Waits until a server can listen on `port`; gives the seconds that it took."""
    began = time.monotonic()
    while time.monotonic() - began < 60:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return time.monotonic() - began
            except OSError:
                time.sleep(0.02)
    raise AssertionError("the port was held for a minute")
