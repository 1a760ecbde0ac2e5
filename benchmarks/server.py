"""The server that is measured: gunicorn as in production, two processes, an instance of its own, a county."""

import http.client
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from factories import PASSWORD, applicable_items, make_checklist_version, make_visit, observation_body
from personas import County, make_county
from servers import LiveServer, PostgresCluster, make_tables

from benchmarks.load import message
from fieldapp import create_app, ids
from fieldapp.checklists import content
from fieldapp.clock import now
from fieldapp.config import read_settings
from fieldapp.extensions import db

ENGINES = ("sqlite", "postgresql")


ITEMS = 48
_NOTE_EVERY = 5  # items
_NOTE = "执法人员到场后主动亮明身份、出示执法证件，说明来意与检查事项，并告知当事人有陈述、申辩和申请回避的权利。"
_DEVICES_OF_EACH = 8
_FILERS = ("zhangsan", "lisi")  # of the group whose visits these are
_VISITS, _THESE_WEEKS = 900, 30  # a few records of each, as in a county; a phone carries those of these weeks


@dataclass
class Bench:
    """A running server, and an application context of this process on the same database."""

    engine: str
    server: LiveServer
    county: County
    visits: list[Any]
    version: Any
    folder: Path

    def __post_init__(self) -> None:
        self._turns = cycle(self.visits)
        # Those that the visits must answer, and of the others as many as are missing.
        owed = applicable_items(self.version, self.visits[0])
        others = [item.code for item in content.load(self.version.content).items if item.code not in owed]
        self._codes = [*owed, *others][:ITEMS]
        if len(self._codes) < ITEMS:
            raise RuntimeError(f"the sheet has only {len(self._codes)} items")

    @property
    def port(self) -> int:
        return self.server.port

    def body(self, *, visit: Any = None, evidence: str | None = None) -> bytes:
        """A record of 48 answered items, ten with a note, and a party: about 5.8 kB of JSON as a phone sends it.

        Of `visit`, or of the next in turn. `evidence`: the id of a photo that its first item names.
        """
        answers = {code: _answer(place) for place, code in enumerate(self._codes)}
        if evidence:
            answers[self._codes[0]]["evidence"] = [evidence]
        body = observation_body(visit or next(self._turns), self.version, officers_statement=_NOTE)
        body |= {"answers": answers, "location": body["location"] | {"accuracy": 12}}  # JSON.stringify writes no 12.0
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Browser:
    """A signed-in session as headers, for requests that are made beforehand."""

    cookie: str
    csrf_token: str
    device_id: str

    def message(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """One request of this session. `headers`: names with _ for -."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return message(method, path, body, self._headers() | said)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "X-CSRFToken": self.csrf_token, "X-Device-Id": self.device_id}


def sign_in(port: int, username: str) -> Browser:
    """A new session of a person of the county. Raises RuntimeError when the server refuses."""
    pair = json.dumps({"username": username, "password": PASSWORD})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/api/v1/login", pair, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"no session: {answer.status} {said.decode()[:300]}")
    cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    connection.close()
    return Browser("; ".join(cookies), json.loads(said)["csrf_token"], ids.mint())


def phones(port: int) -> "cycle[Browser]":
    """Sixteen phones of two people, each with a sign-in and an id of its own, in turn without end."""
    return cycle([sign_in(port, name) for _ in range(_DEVICES_OF_EACH) for name in _FILERS])


@contextmanager
def serving(engine: str) -> Iterator[Bench]:
    """A fresh instance with the people of 云川市, visits and the checklist of 48 items, served until the end."""
    with tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as name, database(engine, Path(name)) as url:
        folder = Path(name)
        make_tables(url, folder)
        app = create_app(read_settings({"FIELDAPP_INSTANCE": name, "FIELDAPP_DATABASE_URL": url}))
        with app.app_context():
            county = make_county()
            beginnings = [now() - timedelta(days=0 if place < _THESE_WEEKS else 100) for place in range(_VISITS)]
            visits = [
                make_visit(group=county.first_group, agency=county.work_safety_agency, starts_at=at)
                for at in beginnings
            ]
            version = make_checklist_version(items=None)
            observation_body(visits[0], version)
            db.session.remove()
            unlimited = {"FIELDAPP_RATING_PER_MINUTE": "1000000000"}  # one machine plays all citizens of a county
            server = LiveServer(folder, url, unlimited)
            try:
                yield Bench(engine, server.start(), county, visits, version, folder)
            finally:
                server.kill()
                db.session.remove()
                db.engine.dispose()


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database with its normal durable settings."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'fieldapp.sqlite3'}"
        return
    cluster = PostgresCluster()
    try:
        cluster.start()
        cluster.create("bench")
        yield cluster.url("bench")
    finally:
        cluster.stop()


def _answer(place: int) -> dict[str, Any]:
    note = _NOTE if place % _NOTE_EVERY == 0 else ""
    return {"value": "yes", "note": note, "at_ms": 1000 * place, "evidence": []}
