"""Whoever signs in begins on a page, and no link that is shown to them leads to a closed door."""

import re
from typing import Any

import pytest
from citizens import Citizen, make_poster, make_slip
from factories import (
    filed_observation,
    make_certificate,
    make_checklist_version,
    make_user,
    make_visit,
    observation_body,
)
from flask.testing import FlaskClient

from fieldapp import ids
from fieldapp.access import ROLES
from fieldapp.filing.operations import file_revision
from fieldapp.web.navigation import home_of

STEPS = 2  # what a link of the navigation shows, and what the links on that page show
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"]*)"')
ONE_OF_MANY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


@pytest.fixture
def filled(county: Any, app: Any) -> Any:
    """Something to be seen on every desk."""
    version, visit = make_checklist_version(), make_visit(group=county.first_group)
    make_certificate(county.chen)
    Citizen(app).rate(make_slip(county.zhang_san, visit=visit).code, level="1")
    make_poster(county.wu, agency_id=county.work_safety_agency.id)
    file_revision(county.zhang_san, filed_observation(ids.mint(), observation_body(visit, version)))
    return county


def closed_doors(client: FlaskClient, start: str) -> tuple[set[str], list[tuple[str, str, int]]]:
    """The pages that were opened, and what was shown as a link and did not open: (page, link, status).

    Of pages that differ only in which row they show the first one is opened.
    """
    opened, asked, closed, todo = set[str](), set[str](), [], [("", start, STEPS)]
    while todo:
        page, path, left = todo.pop(0)
        kind = ONE_OF_MANY.sub("#", path)
        if kind in asked or "sign-out" in path:
            continue
        asked.add(kind)
        answer = client.get(path.replace("&amp;", "&"), follow_redirects=True)
        if answer.status_code >= 400:
            closed.append((page, path, answer.status_code))
        elif answer.mimetype == "text/html" and left:
            opened.add(path)
            todo += [(path, found, left - 1) for found in LINK.findall(answer.get_data(as_text=True))]
    return opened, closed


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_no_link_leads_to_a_closed_door(filled: Any, signed_in: Any, role: str):
    organisation = filled.work_safety_agency if role == "liaison" else filled.bureau
    user = make_user(
        "新来的", role=role, organisation=organisation, origin=None if role == "liaison" else "justice_bureau"
    )

    opened, closed = closed_doors(signed_in(user), home_of(user))

    assert closed == []
    assert home_of(user) in opened
