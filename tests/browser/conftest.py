"""A real Chromium. Every test below this folder is marked `browser`."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import LiveServer

HERE = Path(__file__).parent
SQLITE = "fieldapp.sqlite3"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what lies here, so that `-m "not browser"` leaves it out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with the demo county on it."""
    instance = tmp_path_factory.mktemp("demo") / "instance"
    shutil.copytree(_loaded_demo(sqlite_template, tmp_path_factory), instance)
    server = _demo_server(instance)
    try:
        yield server.start()
    finally:
        server.kill()


def _loaded_demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo county, loaded once for all test processes of this run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "demo-county"
    with (shared / "demo-county.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = shared / "demo-county.draft"
            draft.mkdir()
            shutil.copy(sqlite_template, draft / SQLITE)
            _demo_server(draft).flask("demo", "load")
            draft.rename(folder)
    return folder


def _demo_server(instance: Path) -> LiveServer:
    return LiveServer(instance, f"sqlite:///{instance / SQLITE}", {"FIELDAPP_DEMO": "1"})
