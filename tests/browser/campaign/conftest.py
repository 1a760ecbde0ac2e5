"""One live server and one county for all tests of a file; each test has its own phone and its own records."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import live_server_for, make_app
from factories import make_checklist_version, make_visit
from personas import County, make_county
from servers import LiveServer

from fieldapp.extensions import db


@dataclass(frozen=True)
class Scene:
    """Who there is."""

    county: County

    def new_visit(self) -> str:
        """The id of another visit of today of the group of 张三: a supervisor makes one record of each."""
        return str(make_visit(group=self.county.first_group, agency=self.county.work_safety_agency).id)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def live_server(request: pytest.FixtureRequest) -> LiveServer:
    """The application under gunicorn, on SQLite; in the long run also on PostgreSQL."""
    return live_server_for(request, request.param)


@pytest.fixture(scope="module")
def live_app(live_server: LiveServer) -> Iterator[Any]:
    """The application in the test's own process, on the live server's database."""
    app = make_app(Path(live_server.instance), live_server.database_url, **live_server.environment)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def scene(live_app: Any) -> Scene:
    """The county, and the whole checklist in force."""
    county = make_county()
    make_checklist_version("campaign-1", items=None)
    return Scene(county)
