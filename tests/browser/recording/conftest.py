"""A visit of today with the whole checklist of 48 items, and 张三's phone at it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from factories import make_checklist_version, make_visit
from personas import County, make_county
from recording_phone import RecordingPhone


@dataclass(frozen=True)
class Scene:
    """Who there is, the checklist in force, and the visit of the first group."""

    county: County
    version: Any
    visit: Any


@pytest.fixture
def scene(live_app: Any) -> Scene:
    """An on-site visit in work safety: 29 of the 48 items are asked."""
    county = make_county()
    version = make_checklist_version("field-2026-1", items=None)
    return Scene(county, version, make_visit(group=county.first_group, agency=county.work_safety_agency))


@pytest.fixture
def recording(phone: Any, scene: Scene) -> RecordingPhone:
    """张三, signed in, with the visit on board and the worker ready."""
    return RecordingPhone(phone.new_page()).arrive()


@pytest.fixture
def signed_in_at(live_app: Any) -> Callable[[Any], Any]:
    """signed_in_at(user): another device of `user`, speaking to the API."""

    def sign_in(user: Any) -> Any:
        client = live_app.test_client()
        assert client.sign_in(user.username).status_code == 200
        return client

    return sign_in
