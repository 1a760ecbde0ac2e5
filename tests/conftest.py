"""What every test can ask for. Real SQLite and real PostgreSQL; each test starts from empty tables."""

import contextvars
import gc
import hashlib
import os
import shutil
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient

sys.path.insert(0, str(Path(__file__).parent))  # so that tests in every folder can say `from factories import …`

# What is read once need not be compiled again, neither by the next run nor by the hundreds of programs that one starts.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
gc.disable()  # until all tests are collected: nothing of that is rubbish

from cpu_seconds import CpuByFile, CpuOfRun, closing_line  # noqa: E402
from demo_county import copy_to_postgres, demo_server, loaded_once  # noqa: E402
from engines import repeats  # noqa: E402
from factories import PASSWORD  # noqa: E402
from further import further_examples  # noqa: E402
from kept_app import KeptApp, empty_tables  # noqa: E402
from once import once_per_run  # noqa: E402
from pages import check_page  # noqa: E402
from personas import County, make_county  # noqa: E402
from seeds import seed_of_this_run  # noqa: E402
from servers import LiveServer, PostgresCluster, make_tables, memory_disk  # noqa: E402
from shared_server import SharedServer  # noqa: E402

from fieldapp import create_app  # noqa: E402
from fieldapp.config import Settings, read_settings  # noqa: E402
from fieldapp.extensions import db  # noqa: E402

for models in (Path(__file__).parents[1] / "fieldapp").glob("*/models.py"):
    import_module(f"fieldapp.{models.parent.name}.models")  # so that every table is known, whichever test runs alone

ENGINES = ("sqlite", "postgresql")
MEMORY_DISK = memory_disk()
if MEMORY_DISK:  # for every tmp_path too
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY_DISK)
TEMPLATE = "template_fieldapp"
TEST_SECRET = "only-for-tests-0123456789-abcdefghij"


def pytest_report_header() -> str:
    """Says by which chance this run goes."""
    return f"seed: {seed_of_this_run()}"


CPU_OF_RUN = CpuOfRun()
CPU_BY_FILE = CpuByFile() if os.environ.get("FIELDAPP_TEST_CPU") else None


def pytest_collection_finish() -> None:
    """What stays to the end is not looked through again and again; what it took to collect belongs to no file."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # of what a test makes, most goes without being looked for
    gc.enable()
    if CPU_BY_FILE:
        CPU_BY_FILE.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """With FIELDAPP_TEST_CPU=1: what the test used goes with its last report."""
    report = yield
    CPU_OF_RUN.look()
    if CPU_BY_FILE and report.when == "teardown":
        CPU_BY_FILE.note(report)
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Where the run is printed: hears of it."""
    if CPU_BY_FILE and report.when == "teardown":
        CPU_BY_FILE.hear(report)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the run cost."""
    for file, seconds in CPU_BY_FILE.of_file.most_common() if CPU_BY_FILE else ():
        terminalreporter.write_line(f"{seconds:8.1f} s CPU  {file}")
    if CPU_OF_RUN.total and not CPU_OF_RUN.last:  # others ran the tests and have said what they used
        CPU_OF_RUN.total += sum(os.times()[:2])
    else:
        CPU_OF_RUN.look(at_once=True)
    terminalreporter.write_line(closing_line(CPU_OF_RUN.total))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In one of several processes: hands over what it used."""
    if hasattr(session.config, "workeroutput"):
        CPU_OF_RUN.look(at_once=True)
        session.config.workeroutput["cpu"] = CPU_OF_RUN.total


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """In the process that prints: adds it."""
    CPU_OF_RUN.total += getattr(node, "workeroutput", {}).get("cpu", 0.0)


# What takes longest by itself begins first: otherwise one worker would sit alone with it at the end.
LONGEST_FIRST = ("/campaign/test_nothing", "_scripted_ratings_", "/durability/", "/browser/", "/deploy/", "_call.py")

# They play with real browsers, processes and clocks: on a machine with neighbours one of thousands waits in vain. Each
# is tried once more, and the end of the run names every one that needed it. See docs/reliability.md.
TRIED_TWICE = ("/browser/", "/campaign/", "/durability/", "/deploy/", "/journeys/", "_killed_worker.py", "_serving.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests into the order in which they are begun; the rest stays as it was found."""
    for item in items:
        if any(part in str(item.path) for part in TRIED_TWICE):
            item.add_marker(pytest.mark.flaky(reruns=1))
    for item in (*repeats(items), *further_examples(items)):
        item.add_marker(pytest.mark.long)

    def place(item: pytest.Item) -> int:
        name = f"{item.path}::{getattr(item, 'originalname', '')}"
        return next((at for at, part in enumerate(LONGEST_FIRST) if part in name), len(LONGEST_FIRST))

    items.sort(key=place)


class PageReader(FlaskClient):
    """A browser without a screen: checks each page it gets, and speaks to the API with the CSRF token it was handed.

    Each request runs apart from the test's own application context, as it would in a server: otherwise the signed-in
    person and the database session would leak from one request into the next.
    """

    _csrf_token: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base["fieldapp.propagate"] = True  # a fault in the program fails the test with its own traceback

    def open(self, *args: Any, **kwargs: Any) -> Any:
        response = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.rollback()  # the test's own objects are read anew: the request may have changed their rows
        if response.mimetype == "text/html" and not response.is_streamed and response.data:
            check_page(response.get_data(as_text=True), response.request.path)
        return response

    def api_get(self, url: str, **kwargs: Any) -> Any:
        """GET that asks for JSON."""
        return self.get(url, headers={"Accept": "application/json"} | kwargs.pop("headers", {}), **kwargs)

    def api_put(self, url: str, json: Any = None, **kwargs: Any) -> Any:
        """PUT with the CSRF token."""
        return self._unsafe("PUT", url, json, **kwargs)

    def api_post(self, url: str, json: Any = None, **kwargs: Any) -> Any:
        """POST with the CSRF token."""
        return self._unsafe("POST", url, json, **kwargs)

    def api_patch(self, url: str, json: Any = None, **kwargs: Any) -> Any:
        """PATCH with the CSRF token."""
        return self._unsafe("PATCH", url, json, **kwargs)

    def api_delete(self, url: str, **kwargs: Any) -> Any:
        """DELETE with the CSRF token."""
        return self._unsafe("DELETE", url, None, **kwargs)

    def post_form(self, url: str, form: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """POST of a page's form, with the CSRF token as its hidden field."""
        return self.post(url, data={"csrf_token": self.csrf_token, **(form or {})}, **kwargs)

    def send_file(self, content: bytes, *, evidence_id: str, filetype: str = "image/jpeg", **said: str) -> Any:
        """POST of a whole evidence file in one request, as a phone does. `said`: observation, item, source …"""
        digest = hashlib.sha256(content)
        metadata = {"source": "camera", "filename": "现场.jpg"} | said
        metadata |= {"id": evidence_id, "sha256": digest.hexdigest(), "filetype": filetype}
        spelled = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in metadata.items())
        headers = {
            "X-CSRFToken": self.csrf_token,
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Upload-Metadata": spelled,
            "Upload-Checksum": f"sha256 {b64encode(digest.digest()).decode()}",
        }
        return self.post(
            "/api/v1/evidence", data=content, headers=headers, content_type="application/offset+octet-stream"
        )

    @property
    def csrf_token(self) -> str:
        """The token of this browser's session, as /api/v1/me hands it out."""
        if self._csrf_token is None:
            answer = self.get("/api/v1/me")
            assert answer.status_code == 200, answer.get_data(as_text=True)
            self._csrf_token = answer.json["csrf_token"]
        return self._csrf_token

    def sign_in(self, username: str, password: str = PASSWORD) -> Any:
        """Signs in by the API; gives the answer."""
        answer = self.post("/api/v1/login", json={"username": username, "password": password})
        self._csrf_token = answer.json.get("csrf_token") if answer.status_code == 200 else None
        return answer

    def _unsafe(self, method: str, url: str, json: Any, **kwargs: Any) -> Any:
        headers = {"X-CSRFToken": self.csrf_token} | kwargs.pop("headers", {})
        content = {} if json is None else {"json": json}
        return self.open(url, method=method, headers=headers, **content, **kwargs)


@pytest.fixture(scope="session")
def postgres_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresCluster]:
    """A PostgreSQL server of this test process."""
    cluster = PostgresCluster(within=MEMORY_DISK)
    try:
        cluster.start(like=once_per_run(tmp_path_factory, "postgres-cluster", _lay_cluster) / "data")
        yield cluster
    finally:
        cluster.stop()


def _lay_cluster(draft: Path) -> None:
    """In `draft`: a cluster that has been stopped, with all tables in one of its databases."""
    first = PostgresCluster(within=MEMORY_DISK)
    try:
        first.start()
        first.create(TEMPLATE)
        make_tables(first.url(TEMPLATE), draft)
        first.halt()
        shutil.move(first.folder / "data", draft / "data")
    finally:
        first.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no rows."""

    def lay_tables(draft: Path) -> None:
        make_tables(f"sqlite:///{draft / 'template.sqlite3'}", draft)

    return once_per_run(tmp_path_factory, "sqlite-template", lay_tables) / "template.sqlite3"


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: PostgresCluster) -> str:
    """The name of a database with all tables and no rows. Nobody connects to it."""
    return TEMPLATE


@pytest.fixture(scope="session")
def postgres_url(postgres_cluster: PostgresCluster, postgres_template: str) -> str:
    """The database that the `app` fixture uses again and again, emptied before each test."""
    postgres_cluster.create("fieldapp", template=postgres_template)
    return postgres_cluster.url("fieldapp")


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the `app` fixture uses again and again, a new one at the same place for each test."""
    return tmp_path_factory.mktemp("sqlite") / "fieldapp.sqlite3"


@pytest.fixture(scope="session")
def demo_county(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo county on SQLite: to be copied, not to be touched."""
    return loaded_once(sqlite_template, tmp_path_factory)


@pytest.fixture(params=ENGINES)
def demo_copy(request: pytest.FixtureRequest, demo_county: Path, tmp_path: Path) -> LiveServer:
    """The demo county on each engine in turn, for the test alone: its folder and database; no server is started."""
    instance = tmp_path / "demo-county"
    shutil.copytree(demo_county, instance)
    server = demo_server(instance)
    if request.param == "postgresql":
        server.database_url = copy_to_postgres(request, demo_county, "demo_copy")
    return server


@pytest.fixture
def demo_app(demo_copy: LiveServer) -> Iterator[Flask]:
    """The application on `demo_copy`, inside its application context."""
    app = make_app(demo_copy.instance, demo_copy.database_url, **demo_copy.environment)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database with all tables, on each engine in turn."""
    if request.param == "sqlite":
        file: Path = request.getfixturevalue("sqlite_file")
        for old in file.parent.glob(f"{file.name}*"):
            old.unlink()
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    url: str = request.getfixturevalue("postgres_url")
    if not empty_tables(url) and url in (kept := request.getfixturevalue("kept_apps")):
        kept[url].forget_connections()
    return url


@pytest.fixture(scope="session")
def kept_apps() -> dict[str, KeptApp]:
    """The applications that this test process has made so far, by the address of their database."""
    return {}


@pytest.fixture
def app(database_url: str, tmp_path: Path, kept_apps: dict[str, KeptApp]) -> Iterator[Flask]:
    """The application with empty tables and an empty instance folder, inside its application context."""
    if database_url not in kept_apps:
        kept_apps[database_url] = KeptApp(make_app(tmp_path, database_url))
    app = kept_apps[database_url].as_new(_settings(tmp_path, database_url))
    with app.app_context():
        yield app
        db.session.remove()
        # The file will be another one; a connection to PostgreSQL is kept, unless a thread has gone away with one.
        if db.engine.dialect.name == "sqlite" or db.engine.pool.checkedout():  # type: ignore[attr-defined]
            db.engine.dispose()


@pytest.fixture
def worker_caught_up(app: Flask) -> Callable[[], None]:
    """worker_caught_up(): brings what is derived up to the end of the chain, as the worker does; no page does it."""

    def follow() -> None:
        from fieldapp.keeping.standing_jobs import followers

        for _, go_on in followers():
            while not go_on():
                pass

    return follow


@pytest.fixture
def db_session(app: Flask) -> Any:
    """The session of the test's own application context."""
    return db.session


@pytest.fixture
def client(app: Flask) -> PageReader:
    """A browser that nobody has signed in with."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def county(app: Flask) -> County:
    """云川市 and its people: see personas.py."""
    return make_county()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Any], PageReader]:
    """signed_in(user): a browser of its own in which `user` has signed in with the password."""

    def sign_in(user: Any) -> PageReader:
        client: PageReader = app.test_client()  # type: ignore[assignment]
        answer = client.sign_in(user.username)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return client

    return sign_in


@pytest.fixture(scope="session")
def shared_servers() -> Iterator[dict[str, SharedServer]]:
    """The live servers of this test process by engine: see `live_server`."""
    servers: dict[str, SharedServer] = {}
    yield servers
    for server in servers.values():
        server.kill()


@pytest.fixture(params=ENGINES)
def live_server(request: pytest.FixtureRequest) -> LiveServer:
    """The application under gunicorn with two new processes, on each engine in turn, with empty tables and folder.

    A test that needs only one engine: @pytest.mark.parametrize("live_server", ["sqlite"], indirect=True).
    Rows are made in `with live_app(server):`, a context on the same database and instance folder.
    """
    return live_server_for(request, request.param)


@pytest.fixture
def live_app(live_server: LiveServer, kept_apps: dict[str, KeptApp]) -> Iterator[Flask]:
    """The application in the test's own process, on the live server's database: for making and looking at rows."""
    where = live_server.instance, live_server.database_url
    if live_server.database_url not in kept_apps:
        kept_apps[live_server.database_url] = KeptApp(make_app(*where))
    app = kept_apps[live_server.database_url].as_new(_settings(*where, **live_server.environment))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Argon2 with the least cost inside the test process: the tests are about everything else.

    A live server does the same (warm_gunicorn.py); whoever starts another program keeps the real cost.
    """
    import argon2

    from fieldapp.people import passwords

    names = [name for name, value in vars(passwords).items() if isinstance(value, argon2.PasswordHasher)]
    assert names, "people/passwords.py keeps its PasswordHasher under a module-level name"
    kept = {name: getattr(passwords, name) for name in names}
    for name in names:
        setattr(passwords, name, argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield
    for name, hasher in kept.items():
        setattr(passwords, name, hasher)


@pytest.fixture(scope="session", autouse=True)
def compressed_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Live servers compress each file of the phone once per run, not once per start: see warm_gunicorn.py."""
    os.environ["PACKED_ONCE"] = str(once_per_run(tmp_path_factory, "compressed", lambda draft: None))


def make_app(instance: Path, database_url: str, **environment: str) -> Flask:
    """An application for tests on `database_url`, whose clients check the pages they fetch."""
    app = create_app(_settings(instance, database_url, **environment))
    app.testing = True
    app.test_client_class = PageReader
    return app


def _settings(instance: Path, database_url: str, **environment: str) -> Settings:
    given = {"FIELDAPP_INSTANCE": str(instance), "FIELDAPP_DATABASE_URL": database_url}
    if not (instance / "secret-key").exists():
        given["FIELDAPP_SECRET_KEY"] = TEST_SECRET
    return read_settings(given | environment)


def live_server_for(request: pytest.FixtureRequest, engine: str) -> LiveServer:
    """The live server of this test process on `engine`, as new."""
    servers: dict[str, SharedServer] = request.getfixturevalue("shared_servers")
    if engine not in servers:
        instance = request.getfixturevalue("tmp_path_factory").mktemp(f"live-{engine}")
        servers[engine] = SharedServer(instance, f"sqlite:///{instance / 'fieldapp.sqlite3'}")
        if engine == "postgresql":
            servers[engine].database_url = request.getfixturevalue("postgres_cluster").url("live")
    server = servers[engine]
    if engine == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return server.as_new(lambda: shutil.copy(template, server.instance / "fieldapp.sqlite3"))
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    template = request.getfixturevalue("postgres_template")

    def lay_tables() -> None:
        cluster.drop("live")
        cluster.create("live", template=template)

    return server.as_new(lay_tables)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Playwright's driver, one for this test process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Any]:
    """The Chromium of this test process."""
    from browsers import SharedChromium, shell_path

    with closing(SharedChromium(playwright, shell_path())) as shared:
        yield shared


@pytest.fixture(scope="session")
def kept_phones(chromium: Any) -> list[Any]:
    """The two phones of this test process: see kept_phone.py."""
    from kept_phone import KeptPhone

    return [KeptPhone(chromium), KeptPhone(chromium)]


@pytest.fixture
def browser(chromium: Any, kept_phones: list[Any]) -> Iterator[Any]:
    """The running Chromium; each test opens a context of its own in it, and what it leaves open is closed."""
    from browsers import opened

    running = chromium.running()
    yield running
    for context in running.contexts:
        if not any(kept.is_at(context) for kept in kept_phones):
            with opened(context):
                pass


@pytest.fixture
def phone(browser: Any, live_server: LiveServer, kept_phones: list[Any]) -> Iterator[Any]:
    """A supervisor's phone at the live server: a Playwright context with touch, place and camera."""
    with _lent(kept_phones[0], live_server) as context:
        yield context


@pytest.fixture
def second_phone(browser: Any, live_server: LiveServer, kept_phones: list[Any]) -> Iterator[Any]:
    """Another phone, with storage of its own."""
    with _lent(kept_phones[1], live_server) as context:
        yield context


@pytest.fixture
def new_phone(browser: Any, live_server: LiveServer) -> Iterator[Any]:
    """A phone that has never seen the app: for installing, for updating, and for what cannot be undone."""
    from browsers import PHONE, opened, watching

    with opened(browser.new_context(base_url=live_server.url, **PHONE)) as context, watching(context):
        yield context


@contextmanager
def _lent(kept: Any, live_server: LiveServer) -> Iterator[Any]:
    from browsers import watching

    is_as_before = False
    try:
        with watching(kept.as_new(live_server.url)):
            yield kept.context
        kept.put_away()
        is_as_before = not live_server.environment  # else its worker may be of another version
    finally:
        if not is_as_before:
            kept.give_up()


@pytest.fixture
def desk(browser: Any, live_server: LiveServer) -> Iterator[Any]:
    """A desk computer at the live server."""
    from browsers import DESK, opened, watching

    with opened(browser.new_context(base_url=live_server.url, **DESK)) as context, watching(context):
        yield context


@pytest.fixture
def persistent_phone(playwright: Any, live_server: LiveServer, tmp_path: Path) -> Iterator[Any]:
    """A phone whose browser can be killed and opened again on the same storage: see browsers.PersistentPhone."""
    from browsers import PersistentPhone

    phone = PersistentPhone(playwright, tmp_path / "profile", live_server.url)
    yield phone
    phone.close()
