"""M12, M13: bombs, fakes and mutants against the running server: refused at once or kept unopened, nobody harmed."""

import hashlib
import io
import random
import socket
import time
from pathlib import Path

import pytest
import requests
from evidence.bombs import BOMBS, JPEG, MIB, PNG, WEBP
from factories import PASSWORD, make_photo
from personas import make_county
from phone_uploads import PIECE_TYPE, TUS, URL, describe, metadata
from seeds import seed_of_this_run
from servers import child_processes

from fieldapp import ids
from fieldapp.evidence import renderer
from fieldapp.evidence.renderer_client import RendererClient, Undecodable

ONE_ENGINE = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)
QUICK_S, VIEW_S = 1, 5
MOST_GROWTH_BYTES = 256 * MIB


class Phone:
    """张三's phone on a real connection."""

    def __init__(self, server) -> None:
        self.url, self.session = f"http://127.0.0.1:{server.port}", requests.Session()
        pair = {"username": "zhangsan", "password": PASSWORD}
        answer = self.session.post(f"{self.url}/api/v1/login", json=pair, timeout=60)
        self.session.headers["X-CSRFToken"] = answer.json()["csrf_token"]

    def send(self, content: bytes, evidence_id: str, **headers: str) -> tuple[requests.Response, float]:
        """Uploads `content` as a photo; the answer and the seconds until it came."""
        said = metadata(**describe(content, id=evidence_id))
        all_headers = TUS | {"Content-Type": PIECE_TYPE, "Upload-Length": str(len(content)), "Upload-Metadata": said}
        began = time.monotonic()
        answer = self.session.post(f"{self.url}{URL}", data=content, headers=all_headers | headers, timeout=60)
        return answer, time.monotonic() - began

    def view(self, evidence_id: str, kind: str) -> tuple[requests.Response, float]:
        """The answer for one copy of it, and the seconds until it came."""
        began = time.monotonic()
        answer = self.session.get(f"{self.url}{URL}/{evidence_id}/{kind}", timeout=60)
        return answer, time.monotonic() - began


def memory_of(server) -> int:
    """Resident bytes of the server's processes and of the children in which pictures are opened."""
    pids = server.workers()
    pids += [child for pid in pids for child in child_processes(pid)]
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids]
    return sum(pages) * 4096


def quick(do, limit_s: float):
    """What `do()` gave; done again once when it was slow (the machine may be busy), and twice slow is a failure."""
    answer, seconds = do()
    if seconds > limit_s:
        answer, seconds = do()
    assert seconds <= limit_s, f"{seconds:.1f} s"
    return answer


@ONE_ENGINE
def test_sixty_bombs_are_refused_at_once_or_kept_unopened_and_harm_nobody(live_server, live_app):
    assert len(BOMBS) >= 60
    make_county()
    phone = Phone(live_server)
    before = memory_of(live_server)
    fates = {}

    for name, make in BOMBS.items():
        content, evidence_id = make(), ids.mint()
        answer = quick(lambda content=content, key=evidence_id: phone.send(content, key), QUICK_S)
        fates[name] = answer.status_code
        assert answer.status_code in (200, 201, 413, 415, 422), (name, answer.status_code, answer.text[:200])
        if answer.status_code >= 400:
            assert "未" in answer.json()["title"], name  # in words: 未保存, 未上传
            continue
        for kind in ("thumbnail", "display"):
            shown = quick(lambda key=evidence_id, kind=kind: phone.view(key, kind), VIEW_S)
            assert shown.status_code in (200, 404, 422), (name, kind, shown.status_code, shown.text[:200])
            if shown.status_code == 200:
                assert shown.headers["Content-Type"] == "image/jpeg", name
                assert shown.content.startswith(b"\xff\xd8\xff"), name
        original = phone.view(evidence_id, "original")[0]
        assert hashlib.sha256(original.content).digest() == hashlib.sha256(content).digest(), name
        assert original.headers["X-Content-Type-Options"] == "nosniff"

    assert sum(status >= 400 for status in fates.values()) > 18, fates  # what is no picture; what was cut short is kept
    assert memory_of(live_server) - before < MOST_GROWTH_BYTES
    assert phone.send(make_photo(), ids.mint())[0].status_code == 201
    assert "Traceback" not in live_server.log, live_server.log[-3000:]


@ONE_ENGINE
def test_requests_made_to_exhaust_the_server_are_refused_and_harm_nobody(live_server, live_app):
    make_county()
    phone = Phone(live_server)
    before = memory_of(live_server)
    session = phone.session
    form = "multipart/form-data; boundary=b"
    parts = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 100_000 + b"--b--\r\n"
    tries = {
        "2 GB announced": lambda: phone.send(JPEG, ids.mint(), **{"Upload-Length": str(2 * 1024 * MIB)})[0],
        "9e18 announced": lambda: phone.send(JPEG, ids.mint(), **{"Upload-Length": "9" * 18})[0],
        "more than announced": lambda: phone.send(bytes(MIB), ids.mint(), **{"Upload-Length": "10"})[0],
        "100,000 parts": lambda: session.post(
            f"{phone.url}/login", data=parts, headers={"Content-Type": form}, timeout=60),
        "JSON 100,000 deep": lambda: session.put(
            f"{phone.url}/api/v1/observations/{ids.mint()}", data=b"[" * 100_000, timeout=60,
            headers={"Content-Type": "application/json"}),
        "JSON of 5 MB": lambda: session.put(
            f"{phone.url}/api/v1/observations/{ids.mint()}", data=b'{"a": "' + b"x" * 5 * MIB + b'"}', timeout=60,
            headers={"Content-Type": "application/json"}),
    }  # fmt: skip
    for name, do in tries.items():
        began = time.monotonic()
        answer = quick(lambda do=do: (do(), 0.0), QUICK_S)
        assert 400 <= answer.status_code < 500, (name, answer.status_code, answer.text[:200])
        assert time.monotonic() - began < 10, name

    refused, _ = phone.send(bytes(60 * MIB), ids.mint())
    assert refused.status_code == 413, refused.status_code
    assert "60 MB" in refused.json()["title"]  # the reason is heard though the server has read nothing of the photo
    assert phone.send(make_photo(), ids.mint())[0].status_code == 201  # and the line goes on

    for head in (b"Content-Length: 9000000000000000000", b"Content-Length: -1", b"Content-Length: 5, 6"):
        assert raw(live_server, b"POST /api/v1/login HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n\r\n") < 500, head
    metadata_of_1_mb = b"POST /api/v1/evidence HTTP/1.1\r\nHost: a\r\nUpload-Metadata: id " + b"QUFB" * 2**18
    said = raw(live_server, metadata_of_1_mb + b"\r\n\r\n")
    assert said == 0 or 400 <= said < 500, said
    endless = b"POST /api/v1/evidence HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(live_server, endless, then=b"10000\r\n" + bytes(65_536) + b"\r\n", times=2_000) < 500

    assert memory_of(live_server) - before < MOST_GROWTH_BYTES
    assert phone.send(make_photo(), ids.mint())[0].status_code == 201
    assert "Traceback" not in live_server.log, live_server.log[-3000:]


def raw(server, head: bytes, *, then: bytes = b"", times: int = 0) -> int:
    """The status for a request in raw bytes, followed by `times` times `then`; 0 when the server just hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        try:
            line.sendall(head)
            for _ in range(times):
                line.sendall(then)
            line.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has answered and hung up: right
        try:
            answer = line.recv(4096)
        except OSError:
            return 0
        return int(answer[9:12]) if answer.startswith(b"HTTP/1.") else 0


@pytest.mark.parametrize("mutants", [1_200, pytest.param(20_000, marks=pytest.mark.long)])
def test_no_mutant_kills_hangs_or_swells_the_child_that_opens_pictures(mutants, tmp_path):
    renderer.load_decoders()
    dice = random.Random(seed := seed_of_this_run())
    whole = [JPEG, PNG, WEBP, make_photo(64, 48, picture_format="HEIF")]
    room = RendererClient()
    order = {"kind": "thumbnail", "size_px": 320, "pixel_limit": 120_000_000, "lines": ("", ""), "plain": ("", "")}
    died = 0
    try:
        for number in range(mutants):
            path = tmp_path / "mutant"
            path.write_bytes(mutated(dice.choice(whole), dice))
            began = time.monotonic()
            with path.open("rb") as picture:
                try:
                    made = room.develop(order, picture)
                    assert made.startswith(b"\xff\xd8\xff")
                except Undecodable as refusal:
                    died += not refusal.is_certain
            assert time.monotonic() - began < VIEW_S, (seed, number)
    finally:
        room.close()
    assert died <= mutants // 200, (seed, died)  # each death costs that one picture; many would be a hole


def mutated(content: bytes, dice: random.Random) -> bytes:
    """`content` with a few bytes changed, a stretch doubled or taken out."""
    file = io.BytesIO(content)
    for _ in range(dice.choice((1, 2, 8, 40))):
        file.seek(dice.randrange(len(content)))
        file.write(bytes([dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))]))
    made = file.getvalue()
    start, end = sorted(dice.randrange(len(made)) for _ in range(2))
    return dice.choice((made, made, made[:start] + made[end:], made[:end] + made[start:], made[:end]))
