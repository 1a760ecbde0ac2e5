"""A load of prepared requests over keep-alive connections to 127.0.0.1, bounded in number, measured one by one.

The machine is shared with the server that is measured, so this costs little: no parsing beyond the status line and the
length, no object for an answer.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_PATIENCE_S = 300


@dataclass
class Measured:
    """What a load showed. `latencies_ms`: of the work that was answered 2xx or 3xx, in order of completion."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Good answers in a second."""
        return len(self.latencies_ms) / self.seconds if self.seconds else 0.0

    @property
    def refused(self) -> int:
        """How many pieces of work were not answered well."""
        return sum(self.statuses.values()) - len(self.latencies_ms)

    def percentile_ms(self, share: float) -> float:
        """The latency that `share` (0–1) of the good answers stayed under."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


Work = bytes | tuple[bytes, ...]


def run(port: int, requests: Sequence[Work], *, concurrency: int) -> Measured:
    """Does every piece of work once, `concurrency` at a time. Requests are whole HTTP/1.1 messages; several that belong
    together (a record, then its photo) are sent one after the other and measured as one.
    """
    return asyncio.run(_run(port, requests, concurrency))


def message(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One HTTP/1.1 request in bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Client(asyncio.Protocol):
    """One connection: sends a request, waits for its whole answer, sends the next."""

    def __init__(self, queue: Iterator[Work], measured: Measured, is_over: asyncio.Future[None]) -> None:
        self._queue, self._measured, self._is_over = queue, measured, is_over
        self._received = bytearray()
        self._wanted = 0
        self._rest: tuple[bytes, ...] = ()
        self.is_lost_between_requests = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send_next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._wanted:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            self._read_head(bytes(self._received[:end]).lower(), end + 4)
        if len(self._received) >= self._wanted:
            self._note()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._is_over.done():
            if self.is_lost_between_requests:
                self._is_over.set_result(None)
            else:
                self._is_over.set_exception(exc or ConnectionError("the server closed before it answered"))

    def _send_next(self) -> None:
        work = next(self._queue, None)
        if work is None:
            self._is_over.set_result(None)
            self._transport.close()
            return
        first, *rest = work if isinstance(work, tuple) else (work,)
        self._rest = tuple(rest)
        self._started = time.perf_counter()
        self._transport.write(first)

    def _read_head(self, head: bytes, length: int) -> None:
        self._status = int(head[9:12])
        self._closes = b"connection: close" in head
        _, found, rest = head.partition(b"content-length:")
        self._wanted = length + (int(rest.split(b"\r\n", 1)[0]) if found else 0)

    def _note(self) -> None:
        is_good = 200 <= self._status < 400
        self._received.clear()
        self._wanted = 0
        if self._rest and is_good and not self._closes:
            following, *rest = self._rest
            self._rest = tuple(rest)
            self._transport.write(following)
            return
        statuses = self._measured.statuses
        statuses[self._status] = statuses.get(self._status, 0) + 1
        if is_good and not self._rest:
            self._measured.latencies_ms.append((time.perf_counter() - self._started) * 1000)
        if self._closes:
            self.is_lost_between_requests = True
            self._transport.close()
        else:
            self._send_next()


async def _run(port: int, requests: Sequence[Work], concurrency: int) -> Measured:
    measured, queue = Measured(), iter(requests)
    started = time.perf_counter()
    async with asyncio.timeout(_PATIENCE_S):
        await asyncio.gather(*(_keep_sending(port, queue, measured) for _ in range(concurrency)))
    measured.seconds = time.perf_counter() - started
    return measured


async def _keep_sending(port: int, queue: Iterator[Work], measured: Measured) -> None:
    loop = asyncio.get_running_loop()
    while True:
        is_over = loop.create_future()
        _, client = await loop.create_connection(lambda over=is_over: _Client(queue, measured, over), "127.0.0.1", port)
        await is_over
        if not client.is_lost_between_requests:
            return
