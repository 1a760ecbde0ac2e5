"""A server in front of today's: /field/… and /static/… come from an archive, all else goes to the server behind.

So a browser gets an earlier release's program, its service worker included, and that program speaks to today's server.
"""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from old_phones import archive

OF_ONE_LINE = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-authorization"}
OF_THE_PHONE = ("/field/", "/static/")
ALL_IN_ONE, WITH_ITS_VERSION = "/field/kept.txt", "max-age=86400, immutable"


@contextmanager
def in_front_of(upstream_port: int, release: str) -> Iterator[str]:
    """The address (without a slash at its end) under which the phone app of `release` meets the server behind."""
    kept = archive.read(release)

    class Handler(_Handler):
        answers = kept
        behind = upstream_port

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """`answers`: by address. `behind`: the port of today's server."""

    protocol_version = "HTTP/1.1"
    answers: dict[str, archive.Kept]
    behind: int

    def do_GET(self) -> None:  # noqa: N802  (the name is the library's)
        path, _, query = self.path.partition("?")
        if not path.startswith(OF_THE_PHONE):
            self._pass_on()
        elif path not in self.answers:
            self._answer(404, [("Content-Type", "text/plain")], b"not of this release")
        else:
            one = self.answers[path]
            headers = one.headers | ({"Cache-Control": WITH_ITS_VERSION} if path == ALL_IN_ONE and query else {})
            self._answer(one.status, list(headers.items()), one.body)

    def do_POST(self) -> None:  # noqa: N802
        self._pass_on()

    do_HEAD = do_GET  # noqa: N815
    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST  # noqa: N815

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_ONE_LINE}
        line = http.client.HTTPConnection("127.0.0.1", self.behind, timeout=60)
        try:
            line.request(self.command, self.path, body, headers)
            answer = line.getresponse()
            self._answer(answer.status, answer.getheaders(), answer.read())
        except (OSError, http.client.HTTPException):
            self.close_connection = True  # the phone sees a line that broke
        finally:
            line.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        has_length = False
        for name, value in headers:
            if name.lower() not in OF_ONE_LINE:
                self.send_header(name, value)
                has_length = has_length or name.lower() == "content-length"
        if not has_length and status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Nothing: the server behind has a log of its own."""
