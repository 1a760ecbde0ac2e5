"""A county on a live server with one visit of today, and a supervisor's phone that knows it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from factories import make_checklist_version, make_visit
from personas import County, make_county
from phone_driver import Driver


@dataclass(frozen=True)
class Scene:
    """Who and what there is: `visit_id` is of the group of 张三 and 李四."""

    county: County
    visit_id: str


@pytest.fixture
def scene(live_app: Any) -> Scene:
    """One visit of today, planned for the first group, and a small checklist in force."""
    county = make_county()
    make_checklist_version()
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    return Scene(county, visit.id)


@pytest.fixture
def tab(phone: Any, scene: Scene) -> Driver:
    """A tab of 张三's phone, signed in, with the pack on board."""
    return Driver(phone.new_page()).arrive("zhangsan")


@pytest.fixture(scope="module")
def blank(chromium: Any) -> Any:
    """A page of nobody, into which the module is put from its file: no server is needed."""
    static = Path(__file__).parents[3] / "fieldapp" / "static"
    context = chromium.running().new_context()
    context.route("**/*", lambda route: _serve(route, static))
    page = context.new_page()
    page.goto("http://localhost:8299/")
    yield page
    context.close()


def _serve(route: Any, static: Any) -> None:
    path = route.request.url.split("8299", 1)[1].split("?")[0]
    if path.startswith("/static/"):
        route.fulfill(body=(static / path.removeprefix("/static/")).read_bytes(), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")
