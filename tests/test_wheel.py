"""The wheel is whole: installed where none of the sources can be seen, it makes a database and files a record."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from conftest import make_app
from factories import PASSWORD, make_checklist_version, make_visit, observation_body
from personas import make_county
from servers import ROOT, free_port, wait_until

from fieldapp import ids
from fieldapp.extensions import db

WANTED = ("fieldapp", "migrations", "deploy", "pyproject.toml", "README.md", "LICENSE", "NOTICE", "wsgi.py")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "js-tools", "*.egg-info")


class Installed:
    """An environment of its own with the wheel: the locked dependencies can be seen from it, the sources cannot."""

    def __init__(self, wheel: Path, within: Path) -> None:
        self.folder = within / "environment"
        self.home = within / "home"  # where somebody stands who calls the program
        self.home.mkdir()
        self.port = free_port()
        venv.create(self.folder, symlinks=True)
        site = Path(sysconfig.get_path("purelib", "venv", {"base": str(self.folder)}))
        (site / "locked.pth").write_text("\n".join(one for one in sys.path if one.endswith("-packages")))
        run(
            sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet", "--no-deps", "--no-index",
            str(wheel), cwd=within,
        )  # fmt: skip

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.folder / "bin" / "python"

    def program(self, *arguments: str, **changes: str) -> str:
        """What `fieldapp …` prints, called from a folder that holds nothing of the sources."""
        return run(str(self.folder / "bin" / "fieldapp"), *arguments, cwd=self.home, env=self.env() | changes)

    def env(self) -> dict[str, str]:
        """The environment of its commands: no way back to the sources."""
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("FIELDAPP_", "PYTHON", "PYTEST"))
        }
        return kept | {"PORT": str(self.port), "WEB_CONCURRENCY": "1", "FIELDAPP_DEMO": "1"}

    @contextmanager
    def served(self) -> Iterator[str]:
        """Its server, by `fieldapp serve`; gives the address. Ends it with SIGTERM, and sees that it ends well."""
        with (self.home / "server.log").open("wb") as log:
            command = [str(self.folder / "bin" / "fieldapp"), "serve"]
            server = subprocess.Popen(command, cwd=self.home, env=self.env(), stdout=log, stderr=log)
        try:
            wait_until(lambda: self._answers(server), lambda: (self.home / "server.log").read_text())
            yield f"http://127.0.0.1:{self.port}"
        finally:
            server.terminate()
            code = server.wait(30)
        assert code == 0, (self.home / "server.log").read_text()

    def _answers(self, server: "subprocess.Popen[bytes]") -> bool:
        assert server.poll() is None, (self.home / "server.log").read_text()
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """What a command prints. Fails with all that it said when it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what a wheel is made of."""
    within = tmp_path_factory.mktemp("wheel")
    for name in WANTED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, within / "tree" / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, within / "tree" / name)
    run(
        sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-index", "--no-build-isolation", "--quiet",
        "--wheel-dir", str(within), cwd=within / "tree",
    )  # fmt: skip
    [built] = within.glob("*.whl")
    return built


def test_every_file_of_the_program_is_in_the_wheel_and_nothing_that_only_tools_need(wheel: Path):
    packed = set(zipfile.ZipFile(wheel).namelist())
    package = {str(path.relative_to(ROOT)) for path in (ROOT / "fieldapp").rglob("*") if path.is_file()}
    beside = {f"fieldapp/_shipped/{path.relative_to(ROOT)}" for path in (ROOT / "migrations").rglob("*.*")}

    assert {name for name in package | beside if "__pycache__" not in name} - packed == set()
    assert {"fieldapp/_shipped/wsgi.py", "fieldapp/_shipped/deploy/gunicorn.conf.py"} <= packed
    assert [name for name in packed if name.startswith(("tests/", "docs/", "deploy/")) or "__pycache__" in name] == []
    assert [name for name in packed if name.endswith(".sh") or "js-tools" in name] == []
    assert [name for name in packed if name.endswith(("licenses/LICENSE", "licenses/NOTICE"))] != []


def test_installed_where_no_source_is_seen_it_makes_a_database_and_files_a_record(wheel: Path, tmp_path: Path):
    installed = Installed(wheel, tmp_path)
    where = "import fieldapp; print(fieldapp.__file__)"
    assert str(installed.folder) in run(str(installed.python), "-c", where, cwd=installed.home, env=installed.env())

    installed.program("db", "upgrade")
    database = installed.home / "instance" / "fieldapp.sqlite3"
    assert database.is_file(), "its data lies where it was started"
    body = people_and_a_record(installed.home / "instance", f"sqlite:///{database}")
    with installed.served() as base:
        receipt = file_a_record(base, "zhangsan", PASSWORD, body)
        page = requests.get(f"{base}/verify/receipt/{receipt['id']}", timeout=30)

    assert (receipt["kind"], receipt["revision"], len(receipt["chain"])) == ("observation", 1, 64)
    assert page.status_code == 200


@pytest.mark.long
def test_installed_it_says_its_version_and_fills_itself_with_the_demonstration(wheel: Path, tmp_path: Path):
    installed = Installed(wheel, tmp_path)

    assert installed.program("--version") == f"fieldapp {wheel.name.split('-')[1]}\n"
    installed.program("db", "upgrade")
    assert "supervisor1" in installed.program("demo", "load")
    with installed.served() as base:
        sign_in(base, "supervisor1", "Demo-2026-accompany!")


def people_and_a_record(instance: Path, database_url: str) -> dict[str, Any]:
    """What a phone of one of the county's people would file; the people are in the database."""
    with make_app(instance, database_url).app_context():
        visit = make_visit(group=make_county().first_group)
        body = observation_body(visit, make_checklist_version())
        db.session.remove()
        db.engine.dispose()
    return body


def sign_in(base: str, username: str, password: str) -> requests.Session:
    """A phone with a session and its token."""
    phone = requests.Session()
    account = {"username": username, "password": password}
    assert phone.post(f"{base}/api/v1/login", json=account, timeout=30).status_code == 200
    phone.headers["X-CSRFToken"] = phone.get(f"{base}/api/v1/me", timeout=30).json()["csrf_token"]
    return phone


def file_a_record(base: str, username: str, password: str, body: dict[str, Any]) -> dict[str, Any]:
    """The receipt for `body`, filed as a phone does."""
    answer = sign_in(base, username, password).put(f"{base}/api/v1/observations/{ids.mint()}", json=body, timeout=30)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["receipt"])
