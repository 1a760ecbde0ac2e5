"""A bad mobile network between the browser and the server: a delay for each way, one narrow link for all connections.

DevTools slows the requests of a page, but not those of its service worker; what lies between them slows both.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PIECE_BYTES = 4096


@dataclass
class Network:
    """Passes on to 127.0.0.1:`upstream_port`; slow while `is_slow`. `down_bytes`, `up_bytes`: how many have passed."""

    upstream_port: int
    round_trip_s: float = 0.150
    bytes_per_s: float = 1.6e6 / 8
    is_slow: bool = False
    port: int = 0
    down_bytes: int = 0
    up_bytes: int = 0
    _free_at: float = field(default=0.0, repr=False)

    @property
    def url(self) -> str:
        """What the browser opens instead of the server itself."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, ready: threading.Event) -> None:
        """Passes on until cancelled."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            if self.is_slow:
                await asyncio.sleep(self.round_trip_s)  # the handshake that the loopback does at once
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
            await asyncio.gather(
                self._pass(reader, up_writer, is_down=False), self._pass(up_reader, writer, is_down=True)
            )

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_down: bool) -> None:
        """Reads at once and hands over in order, each piece when the link has carried it and the way is done."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        handing = asyncio.ensure_future(self._hand_over(waiting, writer))
        loop = asyncio.get_running_loop()
        with suppress(ConnectionError):
            while piece := await reader.read(PIECE_BYTES):
                waiting.put_nowait((self._arrives_at(loop.time(), len(piece), is_down=is_down), piece))
        waiting.put_nowait((loop.time(), b""))
        await handing

    def _arrives_at(self, now: float, length: int, *, is_down: bool) -> float:
        if is_down:
            self.down_bytes += length
        else:
            self.up_bytes += length
        if not self.is_slow:
            return now
        if not is_down:  # requests are short
            return now + self.round_trip_s / 2
        self._free_at = max(self._free_at, now) + length / self.bytes_per_s
        return self._free_at + self.round_trip_s / 2

    @staticmethod
    async def _hand_over(waiting: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with suppress(ConnectionError):
            while (piece := await waiting.get())[1]:
                if (wait := piece[0] - loop.time()) > 0:
                    await asyncio.sleep(wait)
                writer.write(piece[1])
                await writer.drain()
        writer.close()


@contextmanager
def between(port: int) -> Iterator[Network]:
    """A network in front of the server at `port`, in a thread of its own, fast until told otherwise."""
    network, ready = Network(port), threading.Event()
    loop = asyncio.new_event_loop()
    serving = loop.create_task(network.serve(ready))
    thread = threading.Thread(target=_run, args=(loop, serving), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield network
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)


def _run(loop: asyncio.AbstractEventLoop, serving: "asyncio.Task[None]") -> None:
    asyncio.set_event_loop(loop)
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(serving)
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.1))
    loop.close()
