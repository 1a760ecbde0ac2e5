"""A county on a live server with a visit of today and one of tomorrow, and 张三's phone with a stock of slips."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from factories import make_checklist_version, make_visit
from personas import County, make_county
from phone_driver import Driver

from fieldapp import clock


@dataclass(frozen=True)
class Scene:
    """`today`, `tomorrow`: visits of the group of 张三 and 李四."""

    county: County
    today: str
    tomorrow: str


@pytest.fixture
def scene(live_app: Any) -> Scene:
    """Two visits and the whole checklist in force."""
    county = make_county()
    make_checklist_version(items=None)
    where = {"group": county.first_group, "agency": county.work_safety_agency}
    return Scene(
        county,
        today=make_visit(place="柳湾镇示例路1号", **where).id,
        tomorrow=make_visit(place="柳湾镇示例路2号", starts_at=clock.now() + timedelta(days=1), **where).id,
    )


@pytest.fixture
def tab(phone: Any, scene: Scene) -> Driver:
    """A tab of 张三's phone: signed in, the pack with its slips on board, and ready for no network."""
    return Driver(phone.new_page()).arrive("zhangsan", "/field/").ready_offline()
