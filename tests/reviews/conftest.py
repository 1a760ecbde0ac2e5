"""Filed records for the tests of reviews."""

from collections.abc import Callable
from typing import Any

import pytest
from factories import filed_observation, make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.filing.operations import file_revision


@pytest.fixture
def file_record(county: Any) -> Callable[..., Any]:
    """file_record(author, **changes): a submitted record of the author's group's visit; gives its id."""
    version = make_checklist_version()
    visits = {
        county.first_group.id: make_visit(group=county.first_group, agency=county.work_safety_agency),
        county.second_group.id: make_visit(group=county.second_group, agency=county.environment_agency),
    }
    second = {county.wang_wu.id, county.zhao_liu.id, county.sun.id}

    def file(author: Any, *, record: str | None = None, visit: Any = None, **changes: Any) -> str:
        group = county.second_group if author.id in second else county.first_group
        record = record or ids.mint()
        body = observation_body(visit or visits[group.id], version, **changes)
        file_revision(author, filed_observation(record, body))
        return record

    return file
