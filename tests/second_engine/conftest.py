"""WebKit, the engine of every iPhone. Every test below this folder is marked `webkit` and `long`."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from webkit_driver import Session, driver, screen

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what lies here: it is run by `make test-long`, which brings the engine."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.webkit)
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A screen in memory, one for this test process."""
    with screen() as name:
        yield name


@pytest.fixture
def new_session(display: str, live_server: Any, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """new_session(keeps_pages=True): a browser of another person at the live server, with storage of its own."""
    with ExitStack() as opened:

        def start(*, keeps_pages: bool = True) -> Session:
            home = tmp_path / f"home-{len(list(tmp_path.glob('home-*')))}"
            home.mkdir()
            port = opened.enter_context(driver(display, home))
            session = Session(port, live_server.url, keeps_pages=keeps_pages)
            opened.callback(session.close)
            return session

        yield start
