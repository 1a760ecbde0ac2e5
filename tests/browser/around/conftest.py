"""A county on a live server with visits of today and of another day, and 张三's phone."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from factories import make_certificate, make_checklist_version, make_visit
from personas import County, make_county
from phone_driver import Driver

from fieldapp import clock


@dataclass(frozen=True)
class Scene:
    """`today`, `tomorrow`: visits of the group of 张三 and 李四; `other`: one of another group."""

    county: County
    today: str
    tomorrow: str
    other: str


@pytest.fixture
def scene(live_app: Any) -> Scene:
    """Three visits, the whole checklist in force, and a certificate for 张三."""
    county = make_county()
    make_checklist_version(items=None)
    make_certificate(county.zhang_san, number="云执监证 000001")
    first, second = county.first_group, county.second_group
    agency = county.work_safety_agency
    tomorrow = clock.now() + timedelta(days=1)
    return Scene(
        county,
        today=make_visit(group=first, agency=agency, place="柳湾镇示例路1号").id,
        tomorrow=make_visit(group=first, agency=agency, place="柳湾镇示例路2号", starts_at=tomorrow).id,
        other=make_visit(group=second, agency=county.environment_agency, place="石桥镇示例路3号").id,
    )


@pytest.fixture
def tab(phone: Any, scene: Scene) -> Driver:
    """A tab of 张三's phone, signed in, with the pack on board."""
    return Driver(phone.new_page()).arrive("zhangsan", "/field/")
