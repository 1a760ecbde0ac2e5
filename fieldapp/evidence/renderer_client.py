"""The server's side of the renderer: one child process for each server process, started when first needed.

A child that dies, hangs or says nonsense costs the one picture it had in hand: it is ended, and the next order starts
another.
"""

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from fieldapp.errors import Unavailable

WALL_SECONDS = 20
ORDERS_PER_CHILD = 200  # then a new one: decoders leak
_SCRIPT = Path(__file__).with_name("renderer.py")
_LARGEST_ANSWER_BYTES = 32 * 1024 * 1024


class Undecodable(Exception):
    """The picture cannot be opened. `is_certain`: the decoder said so; otherwise the child died or took too long."""

    def __init__(self, what: str, *, is_certain: bool) -> None:
        super().__init__(what)
        self.is_certain = is_certain


class RendererClient:
    """Develops one picture at a time; several threads queue."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._orders = 0

    def develop(self, order: dict[str, Any], picture: BinaryIO) -> bytes:
        """The JPEG made of `picture`. Raises Undecodable; Unavailable when the queue does not move."""
        if not self._turn.acquire(timeout=WALL_SECONDS):
            raise Unavailable("图片正在处理，请稍候再看。")
        try:
            try:
                return self._ask(order, picture)
            except (BrokenPipeError, ConnectionError, EOFError):  # it had gone to sleep, or this picture kills it
                return self._ask_anew(order, picture)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Ends the child."""
        if self._line is not None:
            self._line.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._line = self._child = None
        self._orders = 0

    def _ask_anew(self, order: dict[str, Any], picture: BinaryIO) -> bytes:
        self.close()
        try:
            return self._ask(order, picture)
        except (BrokenPipeError, ConnectionError, EOFError) as error:
            self.close()
            raise Undecodable("the renderer died", is_certain=False) from error

    def _ask(self, order: dict[str, Any], picture: BinaryIO) -> bytes:
        line = self._open_line()
        picture.seek(0)
        said = json.dumps(order).encode() + b"\n"
        gone = socket.send_fds(line, [said], [picture.fileno()])
        line.sendall(said[gone:])
        try:
            answer, rest = _read_line(line)
            if "fault" in answer:
                raise Undecodable(str(answer["fault"]), is_certain=answer["fault"] != "MemoryError")
            return _read_rest(line, rest, int(answer["length"]))
        except (TimeoutError, ValueError, KeyError) as error:
            self.close()
            raise Undecodable(type(error).__name__, is_certain=False) from error

    def _open_line(self) -> socket.socket:
        if self._orders >= ORDERS_PER_CHILD:
            self.close()
        if self._line is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with theirs:
                # -I and an empty environment: neither the secret key nor the database's address is within its reach.
                self._child = subprocess.Popen(
                    [sys.executable, "-I", str(_SCRIPT)],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={},
                    cwd="/",
                )
            ours.settimeout(WALL_SECONDS)
            self._line = ours
        self._orders += 1
        return self._line


def _read_line(line: socket.socket) -> tuple[dict[str, Any], bytes]:
    got = b""
    while b"\n" not in got:
        got += _some(line)
        if len(got) > _LARGEST_ANSWER_BYTES:
            raise ValueError("an answer without end")
    head, _, rest = got.partition(b"\n")
    answer = json.loads(head)
    if not isinstance(answer, dict):
        raise ValueError("no answer")
    return answer, rest


def _read_rest(line: socket.socket, got: bytes, length: int) -> bytes:
    if not 0 < length <= _LARGEST_ANSWER_BYTES:
        raise ValueError("an impossible length")
    parts, have = [got], len(got)
    while have < length:
        parts.append(_some(line))
        have += len(parts[-1])
    made = b"".join(parts)
    if len(made) != length or not made.startswith(b"\xff\xd8\xff"):
        raise ValueError("not what was ordered")
    return made


def _some(line: socket.socket) -> bytes:
    chunk = line.recv(256 * 1024)
    if not chunk:
        raise EOFError
    return chunk
