"""What most calls of the API are about: a visit of 张三's group, a published checklist, his phone."""

import pytest
from factories import make_checklist_version, make_visit


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group)


@pytest.fixture
def version(county):
    return make_checklist_version()


@pytest.fixture
def phone(county, signed_in):
    return signed_in(county.zhang_san)
