"""A real Chromium. Every test below this folder is marked `browser`."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_county import demo_server
from servers import LiveServer

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what lies here, so that `-m "not browser"` leaves it out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo(demo_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with the demo county on it, for tests that look."""
    instance = tmp_path_factory.mktemp("demo") / "instance"
    shutil.copytree(demo_county, instance)
    server = demo_server(instance)
    server.configuration = HERE.with_name("warm_gunicorn.py")
    try:
        yield server.start()
    finally:
        server.kill()
