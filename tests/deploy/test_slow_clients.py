"""M21: the nginx that is shipped, in front of the real server: slow clients hold up nobody.

The shipped files are used as they are; only ports and the paths of the certificate are changed.
"""

import asyncio
import re
import shutil
import socket
import ssl
import statistics
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from factories import PASSWORD
from loops import run_apart
from personas import make_county
from servers import ROOT, LiveServer, free_port

from fieldapp import clock
from fieldapp.extensions import db
from fieldapp.people.models import FailedSignIn

SLOW_HEADERS = SLOW_BODIES = 200
SECONDS = 8  # at least, and until as many honest ones have been answered
ANSWERS = 30
HONEST_P95_SECONDS = 1.0

pytestmark = [
    pytest.mark.parametrize("live_server", ["sqlite"], indirect=True),
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]


# The certificate is the test's own. One context for all: reading the machine's certificates anew takes a while.
TRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE


@dataclass
class Gate:
    """nginx at work. `url` without a slash at the end."""

    url: str
    port: int
    process: Any


@pytest.fixture
def production(live_server: LiveServer) -> LiveServer:
    """The server as deployed: behind one proxy of its own, in production."""
    live_server.environment = {
        "FIELDAPP_ENV": "production",
        "FIELDAPP_TRUSTED_PROXIES": "1",
        "FIELDAPP_SECRET_KEY": "behind-nginx-0123456789-abcdefghijkl",
    }
    live_server.restart()
    return live_server


@pytest.fixture
def gate(production: LiveServer, tmp_path: Path) -> Iterator[Gate]:
    """The shipped nginx in front of it, with a certificate of its own."""
    urllib3.disable_warnings()
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    assert Path(program).exists(), "nginx is missing: `make test` installs it (Debian package nginx-light)"
    plain, secure = free_port(), free_port()
    (tmp_path / "nginx.conf").write_text(_main_file(tmp_path, _shipped(tmp_path, production.port, plain, secure)))
    _make_certificate(tmp_path)
    checked = subprocess.run(
        [program, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(
        [program, "-p", tmp_path, "-c", tmp_path / "nginx.conf"], stderr=(tmp_path / "stderr").open("wb")
    )
    try:
        gate = Gate(f"https://127.0.0.1:{secure}", secure, process)
        _wait_for(gate)
        yield gate
    finally:
        process.terminate()
        process.wait(20)


def test_hundreds_of_slow_clients_do_not_hold_up_honest_ones(gate: Gate):
    figures = run_apart(_siege(gate))

    assert figures["slow"] >= 0.9 * (SLOW_HEADERS + SLOW_BODIES), figures
    assert figures["refused"] == 0, figures
    assert figures["answers"] >= ANSWERS, figures
    assert figures["p95"] <= HONEST_P95_SECONDS, figures


def test_a_client_cannot_choose_the_address_that_it_is_known_by(gate: Gate, live_app):
    make_county()
    for number in range(3):
        answer = _get_session().post(
            f"{gate.url}/api/v1/login",
            json={"username": "zhangsan", "password": "wrong-password"},
            headers={"X-Forwarded-For": f"198.51.{number}.7"},
        )
        assert answer.status_code == 401

    networks = {row.network for row in db.session.query(FailedSignIn)}
    assert len(networks) == 1


def test_a_sign_in_through_the_gate_gets_the_guarded_cookie(gate: Gate, live_app):
    make_county()
    browser = _get_session()

    answer = browser.post(f"{gate.url}/api/v1/login", json={"username": "zhangsan", "password": PASSWORD})

    assert answer.status_code == 200, answer.text
    cookie = next(one for one in answer.raw.headers.getlist("Set-Cookie") if one.startswith("__Host-fieldapp="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert browser.get(f"{gate.url}/api/v1/me").status_code == 200


def test_a_body_beyond_every_limit_is_refused_before_it_is_sent(gate: Gate):
    with socket.create_connection(("127.0.0.1", gate.port), timeout=20) as line, TRUSTING.wrap_socket(line) as secure:
        secure.sendall(b"PUT /api/v1/devices/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000000\r\n\r\n")

        assert b" 413 " in secure.recv(4096).partition(b"\r\n")[0]


async def _siege(gate: Gate) -> dict[str, float]:
    """Slow clients from addresses of their own, an honest one among them."""
    begin, held = time.monotonic(), [0]
    slow = [asyncio.create_task(_slow_header(gate, n, held)) for n in range(SLOW_HEADERS)]
    slow += [asyncio.create_task(_slow_body(gate, n, held)) for n in range(SLOW_BODIES)]
    while held[0] < 0.9 * len(slow) and time.monotonic() < begin + 30:
        await asyncio.sleep(0.05)
    most, begin_of_siege = held[0], time.monotonic()
    times, refused = [], 0
    while (past := time.monotonic() - begin_of_siege) < SECONDS or (len(times) < ANSWERS and past < 60):
        took, status = await asyncio.to_thread(_honest, gate, len(times))
        times.append(took)
        refused += status != 200
        await asyncio.sleep(0.02)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else 99.0
    return {"slow": most, "answers": len(times), "refused": refused, "p95": p95, "worst": max(times)}


async def _slow_header(gate: Gate, number: int, held: list[int]) -> None:
    await _drip(gate, number, b"GET /verify/ HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-Slow: 1\r\n", held)


async def _slow_body(gate: Gate, number: int, held: list[int]) -> None:
    path = ("/sign-in", "/api/v1/observations/x", "/api/v1/evidence")[number % 3]
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500000\r\n\r\n"
    await _drip(gate, number, head.encode(), b"x", held)


async def _drip(gate: Gate, number: int, first: bytes, drop: bytes, held: list[int]) -> None:
    """Keeps one connection and sends a drop a second; opens it again when it has been closed."""
    source = (f"127.0.{1 + number // 200}.{1 + number % 200}", 0)
    while True:
        writer = None
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", gate.port, ssl=TRUSTING, local_addr=source)
            held[0] += 1
            writer.write(first)
            while True:
                await writer.drain()
                await asyncio.sleep(1)
                writer.write(drop)
                if writer.transport.is_closing():
                    break
        except OSError:
            await asyncio.sleep(0.2)
        finally:
            if writer is not None:
                held[0] -= 1
                writer.close()


def _honest(gate: Gate, number: int) -> tuple[float, int]:
    path = ("/verify/", "/static/css/base.css", "/sign-in", "/field/")[number % 4]
    begin = time.monotonic()
    try:
        status = _get_session().get(f"{gate.url}{path}", timeout=20).status_code
    except requests.RequestException:
        status = 0
    return time.monotonic() - begin, status


def _get_session() -> requests.Session:
    session = requests.Session()
    session.verify = False
    session.trust_env = False
    return session


def _shipped(folder: Path, application: int, plain: int, secure: int) -> str:
    """deploy/nginx.conf with other ports and paths."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for old, new in (
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{application}"),
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
        (r"listen \[::\][^;]*;", ""),
        (r"/etc/ssl/fieldapp/", f"{folder}/"),
        (r"/etc/nginx/fieldapp-site\.conf", str(ROOT / "deploy" / "nginx-site.conf")),
    ):
        text, count = re.subn(old, new, text)
        assert count, f"deploy/nginx.conf has no {old} any more"
    return text


def _main_file(folder: Path, site: str) -> str:
    (folder / "site.conf").write_text(site)
    scratch = "\n".join(
        f"    {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log warn; worker_processes 2;
events {{ worker_connections 4096; }}
http {{
{scratch}
    include {folder}/site.conf;
}}
"""


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jd.example.gov.cn")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _wait_for(gate: Gate) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            if _get_session().get(f"{gate.url}/healthz", timeout=10).status_code == 200:
                return
        except requests.RequestException:
            pass
        assert time.monotonic() < end, "nginx does not answer"
        time.sleep(0.1)
