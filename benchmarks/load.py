"""A load of prepared requests over keep-alive connections to 127.0.0.1, bounded in number, measured one by one."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What a load showed. `latencies_ms`: of the requests that were answered 2xx, in order of completion."""

    seconds: float
    latencies_ms: list[float]
    statuses: dict[int, int]

    @property
    def per_second(self) -> float:
        """Requests answered 2xx in a second."""
        return len(self.latencies_ms) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """The latency that `share` (0–1) of the good requests stayed under."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def run(port: int, requests: Sequence[bytes], *, concurrency: int) -> Measured:
    """Sends every request once, `concurrency` at a time. Requests are whole HTTP/1.1 messages."""
    return asyncio.run(_run(port, list(requests), concurrency))


def message(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One HTTP/1.1 request in bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _run(port: int, requests: list[bytes], concurrency: int) -> Measured:
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    queue = iter(requests)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in queue:
            started = time.perf_counter()
            writer.write(request)
            status, closes = await _answer(reader)
            statuses[status] = statuses.get(status, 0) + 1
            if 200 <= status < 300:
                latencies.append((time.perf_counter() - started) * 1000)
            if closes:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(concurrency)))
    return Measured(time.perf_counter() - started, latencies, statuses)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line[15:])
    if length:
        await reader.readexactly(length)
    return status, b"connection: close" in head
