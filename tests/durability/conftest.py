"""A live server with people, a visit and phones."""

import pytest
from factories import make_checklist_version, make_visit, observation_body
from personas import make_county

from fieldapp.extensions import db


@pytest.fixture
def new_body(live_app):
    """A maker of bodies for records of one visit of 张三's group."""
    visit, version = make_visit(group=make_county().first_group), make_checklist_version()
    observation_body(visit, version)
    db.session.remove()
    return lambda **changes: observation_body(visit, version, **changes)
