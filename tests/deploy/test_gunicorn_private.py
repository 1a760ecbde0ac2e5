"""What the server takes from inside gunicorn: each still there, and still doing what it is taken for."""

import logging
import os
import re
import signal
import socket
import time
from collections.abc import Iterator

import gunicorn.http.parser
import gunicorn.http.unreader
import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers import base, gthread
from servers import ROOT

from deploy import gunicorn_private
from deploy.gunicorn_private import EvenThreadWorker

KNOWN_MAJOR = "27"


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> EvenThreadWorker:
    monkeypatch.setattr(gunicorn_private.ctypes, "CDLL", lambda _name: None)  # leaves the memory of the tests alone
    return EvenThreadWorker(1, os.getppid(), [], None, 30, Config(), logging.getLogger("worker"))


@pytest.fixture
def as_gunicorn_made_it() -> Iterator[None]:
    kept = gunicorn.http.parser._DRAIN_MAX_BYTES, SocketUnreader.max_body_chunk
    yield
    gunicorn.http.parser._DRAIN_MAX_BYTES, SocketUnreader.max_body_chunk = kept


def test_the_inside_of_another_major_version_is_not_used_untried():
    for file in ("pyproject.toml", "deploy/lock/run.txt"):
        said = re.search(r'gunicorn(>=27,<28"|==27\.)', (ROOT / file).read_text())
        assert said, f"{file}: gunicorn stays at {KNOWN_MAJOR} until these tests have seen the next"
    assert gunicorn.__version__.split(".")[0] == KNOWN_MAJOR


def test_a_worker_that_takes_a_connection_counts_it_and_hands_it_on(worker: EvenThreadWorker):
    taken: list[gthread.TConn] = []
    worker.enqueue_req = taken.append
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        before = worker.nr_conns
        worker.accept(listener)

    assert (before, worker.nr_conns) == (0, 1)
    assert len(taken) == 1
    taken[0].sock.close()


def test_a_worker_that_holds_more_connections_takes_the_next_one_later(
    worker: EvenThreadWorker, monkeypatch: pytest.MonkeyPatch
):
    waits: list[float] = []
    monkeypatch.setattr(gunicorn_private.time, "sleep", waits.append)
    worker.enqueue_req = lambda conn: conn.sock.close()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        phones = [socket.create_connection(listener.getsockname()) for _ in range(3)]
        for _ in phones:
            worker.accept(listener)
        for phone in phones:
            phone.close()

    assert waits == pytest.approx([0, 0.0001, 0.0002])


def test_the_sign_of_life_is_given_and_an_orphan_ends(worker: EvenThreadWorker, monkeypatch: pytest.MonkeyPatch):
    ended: list[int] = []
    monkeypatch.setattr(gunicorn_private.os, "kill", lambda pid, how: ended.append(how))
    worker.notify()
    before = worker.tmp.last_update()
    time.sleep(0.01)

    worker.notify()
    assert worker.tmp.last_update() > before
    assert ended == []
    worker.ppid = -1
    worker.notify()
    assert ended == [signal.SIGKILL]


def test_the_worker_of_gunicorn_calls_what_is_replaced():
    assert {"accept", "run", "is_parent_alive"} <= set(vars(gthread.ThreadWorker))
    assert "notify" in vars(base.Worker)
    assert "notify" in gthread.ThreadWorker.run.__code__.co_names
    assert "accept" in _names_in(gthread.ThreadWorker)


def _names_in(kind: type) -> set[str]:
    return {name for part in vars(kind).values() if hasattr(part, "__code__") for name in part.__code__.co_names}


@pytest.mark.usefixtures("as_gunicorn_made_it")
@pytest.mark.parametrize("size", [1000, 50_000])
def test_a_body_is_taken_up_in_steps_of_the_size_that_is_set(size: int, monkeypatch: pytest.MonkeyPatch):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"x" * 60_000)
        monkeypatch.setattr(SocketUnreader, "max_body_chunk", size)
        steps = SocketUnreader(ours, max_chunk=10)
        assert len(steps.chunk(1_000_000)) == size


@pytest.mark.usefixtures("as_gunicorn_made_it")
@pytest.mark.parametrize(("limit_bytes", "is_heard_out"), [(10_000, False), (100_000, True)])
def test_a_refused_body_is_heard_out_up_to_the_limit_that_is_set(
    limit_bytes: int, is_heard_out: bool, monkeypatch: pytest.MonkeyPatch
):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + b"x" * 50_000)
        monkeypatch.setattr(gunicorn.http.parser, "_DRAIN_MAX_BYTES", limit_bytes)
        parser = RequestParser(Config(), ours, ("127.0.0.1", 1))
        next(parser)
        assert parser.finish_body(deadline=time.monotonic() + 5) is is_heard_out


@pytest.mark.usefixtures("as_gunicorn_made_it")
def test_the_server_sets_both_limits_where_gunicorn_keeps_them():
    assert isinstance(gunicorn.http.parser._DRAIN_MAX_BYTES, int)
    assert isinstance(SocketUnreader.max_body_chunk, int)

    gunicorn_private.hear_out_what_is_refused()

    assert gunicorn.http.parser._DRAIN_MAX_BYTES == 64 * 1024 * 1024
    assert SocketUnreader.max_body_chunk == 64 * 1024
