"""What the other tests rely on."""

import pytest
from factories import make_checklist_version, make_photo, make_visit, observation_body
from pages import faults_of
from sqlalchemy import func, select

from fieldapp.people.models import User


@pytest.mark.parametrize("round_of", [1, 2])
def test_each_test_starts_from_empty_tables(app, db_session, round_of):
    before = db_session.scalar(select(func.count()).select_from(User))

    make_visit()

    assert before == 0
    assert db_session.scalar(select(func.count()).select_from(User)) > 0
