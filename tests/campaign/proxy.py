"""A bad network between phones and the server: each request meets one fault, by the seed and its name.

The name travels in the header X-Try, so the same seed gives the same request the same fate, in whatever order the
requests come. Faults:

| fault | what happens |
| --- | --- |
| drop | the request never reaches the server; the line breaks |
| cut | the server gets half of the request, then the line breaks |
| lost_reply | the server does all of it, the phone hears nothing |
| cut_reply | the phone gets half of the answer |
| duplicate | the server gets the request twice, at the same time |
| late_duplicate | the server gets the request once more after the phone has had its answer |
| delay | the request waits, so that later ones overtake it |
| hang | nothing is sent on, the line stays open until the phone gives up |
| hang_reply | the server does all of it, the answer never comes, the line stays open |
| corrupt | a byte of a photo is changed on its way (words travel untouched: TLS guards them, photos are also hashed) |
| portal | a hotel's sign-in page answers 200 |
| gateway | a proxy answers 502 |
"""

import asyncio
import random
import socket
import struct
from collections import Counter
from contextlib import suppress

FAULTS = {
    "none": 40,
    "drop": 6,
    "cut": 7,
    "lost_reply": 14,
    "cut_reply": 7,
    "duplicate": 8,
    "late_duplicate": 4,
    "delay": 6,
    "hang": 1,
    "hang_reply": 1,
    "corrupt": 4,
    "portal": 4,
    "gateway": 2,
}
PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 18\r\n\r\n<h1>Free WiFi</h1>"
GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n502"
LONGEST_DELAY_S = 0.15
_RESET = struct.pack("ii", 1, 0)


class FaultProxy:
    """Listens on 127.0.0.1:`port` (chosen when 0) and passes each request to `upstream_port`, or not.

    `met`: how often each fault has struck, not counting the calm. `calm`: set to True, every request passes.
    """

    def __init__(self, upstream_port: int, *, seed: int, port: int = 0) -> None:
        self.upstream_port, self.seed, self.port = upstream_port, seed, port
        self.calm = False
        self.met: Counter[str] = Counter()
        self._strays: set[asyncio.Task[object]] = set()

    async def __aenter__(self) -> "FaultProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=256)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._server.close()
        while self._strays:
            await asyncio.gather(*self._strays, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._strays.add(task)
        try:
            head, body = await read_message(reader)
            name = value_of(head, b"x-try").decode()
            fate = random.Random(f"{self.seed}:{name}")
            fault = "none" if self.calm else fate.choices(list(FAULTS), list(FAULTS.values()))[0]
            self.met[fault] += not self.calm
            await getattr(self, f"_{fault}")(head, body, reader, writer, fate)
        except (OSError, EOFError, asyncio.LimitOverrunError):
            reset(writer)
        finally:
            self._strays.discard(task)
            writer.close()

    async def _none(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        writer.write(await self._pass_on(head, body))
        await writer.drain()

    async def _drop(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        reset(writer)

    async def _cut(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        whole = head + body
        _, upstream = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        upstream.write(whole[: fate.randrange(1, len(whole))])
        with suppress(OSError):
            await upstream.drain()
        await asyncio.sleep(0)
        reset(upstream) if fate.random() < 0.5 else upstream.close()
        reset(writer)

    async def _lost_reply(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        await self._pass_on(head, body)
        reset(writer)

    async def _cut_reply(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        answer = await self._pass_on(head, body)
        writer.write(answer[: fate.randrange(1, max(2, len(answer)))])
        await writer.drain()

    async def _duplicate(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        answers = await asyncio.gather(self._pass_on(head, body), self._pass_on(head, body), return_exceptions=True)
        writer.write(next((one for one in fate.sample(answers, 2) if isinstance(one, bytes)), b""))
        await writer.drain()

    async def _late_duplicate(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        writer.write(await self._pass_on(head, body))
        await writer.drain()
        writer.close()
        await asyncio.sleep(fate.random())
        await self._pass_on(head, body)

    async def _delay(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        await asyncio.sleep(fate.random() * LONGEST_DELAY_S)
        await self._none(head, body, reader, writer, fate)

    async def _hang(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        await reader.read()

    async def _hang_reply(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        await self._pass_on(head, body)
        await reader.read()

    async def _corrupt(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        if body and b"offset+octet-stream" in head:
            body = _with_another_byte(body, fate.randrange(len(body)))
        elif b"multipart/form-data" in head:  # in a photo: the words of a record have nothing that would show it
            body = _with_another_byte(body, fate.randrange(len(body) * 2 // 3, len(body) - 100))
        await self._none(head, body, reader, writer, fate)

    async def _portal(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        writer.write(PORTAL)
        await writer.drain()

    async def _gateway(self, head, body, reader, writer, fate) -> None:  # noqa: ANN001
        writer.write(GATEWAY)
        await writer.drain()

    async def _pass_on(self, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        try:
            writer.write(head + body)
            answer = await reader.read()
        finally:
            writer.close()
        if not answer:
            raise EOFError("the server closed the line")
        return answer


def _with_another_byte(body: bytes, place: int) -> bytes:
    return body[:place] + bytes([body[place] ^ 0x55]) + body[place + 1 :]


async def read_message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head (with its empty line) and body of one HTTP/1.1 message. Raises asyncio.IncompleteReadError (an EOFError)."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(value_of(head, b"content-length") or 0)
    return head, await reader.readexactly(length)


def value_of(head: bytes, name: bytes) -> bytes:
    """The value of the header `name` (lower case); empty when there is none."""
    for line in head.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return b""


def reset(writer: asyncio.StreamWriter) -> None:
    """Breaks the line as a dead radio link does: RST, no farewell."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
