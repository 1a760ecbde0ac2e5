"""Every page of every door, found in the application's own list of addresses, over a month of demo work: nothing for
axe-core to find in light and dark, nothing wider than a phone. A new page is looked at without being named here.
"""

from typing import Any

import pytest
from axe import STANDARD, violations
from browsers import PHONE, opened, sign_in_at_desk, until_ready, until_still, watching
from conftest import make_app
from servers import LiveServer
from sqlalchemy import select
from werkzeug.routing import Rule

from fieldapp.checklists.models import ChecklistVersion
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.interviews.models import Interview
from fieldapp.observations.models import Observation
from fieldapp.officers.models import Officer
from fieldapp.people.models import Certificate, ContactPoint, Organisation, User, WorkingGroup
from fieldapp.people.passwords import DEMO_PASSWORD
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings.models import Opinion, Rating
from fieldapp.roundtables.models import Roundtable
from fieldapp.visits.models import Visit

WHO_LOOKS = {"admin": "admin", "review": "lead1", "agency": "agency1", "account": "lead1", "field": "supervisor1"}
POSTER = RatingCode.kind == "poster", RatingCode.revoked_at.is_(None)
ROWS = {
    "visit_id": select(Visit.id),
    "certificate_id": select(Certificate.id),
    "version_id": select(ChecklistVersion.id),
    "contact_point_id": select(ContactPoint.id),
    "group_id": select(WorkingGroup.id),
    "organisation_id": select(Organisation.id),
    "user_id": select(User.id),
    "code_id": select(RatingCode.id).where(*POSTER),
    "officer_id": select(Officer.id),
    "opinion_id": select(Opinion.id),
    "evidence_id": select(Evidence.id).where(Evidence.source == "camera", Evidence.owner_kind == "observation"),
    "interview_id": select(Interview.id).where(Interview.state == "submitted"),
    "roundtable_id": select(Roundtable.id).where(Roundtable.state == "submitted"),
    "rating_id": select(Rating.id).where(Rating.level <= 2),
    "receipt_code": select(Rating.receipt_code),
    "observation_id": select(Observation.id).where(Observation.state == "submitted", Observation.no_count > 0),
    "subject_id": select(Observation.id).where(Observation.state == "approved"),
    "code": select(RatingCode.code).where(*POSTER),
}
NOT_THERE = {  # pages that the demo has no row for, and the tests that look at them instead
    "admin.edit_calendar_day": "tests/web/admin/test_calendar.py",
    "admin.withdraw_calendar_year": "tests/web/admin/test_calendar.py",
    "admin.certificate_portrait": "tests/web/public/test_live_certificate.py",
    "admin.one_time_password": "tests/web/test_desk_forms.py",
    "admin.checklist_differences": "tests/web/admin/test_checklists.py",
    "public.kept_photo": "tests/web/public/test_rating.py",
    "public.officer_word": "tests/web/public/test_officer_words.py",
    "public.verify_portrait": "tests/web/public/test_live_certificate.py",
    "review.released_photo": "tests/web/review/test_photos.py",
    "review.rating_photo": "tests/web/review/test_ratings.py",
}
ERRORS = {"/no-such-page": 404, "/admin/": 403, "/verify/receipt/00000000-0000-7000-8000-000000000000": 404}
FIELD_QUERIES = {
    "visit": "?id={visit}",
    "record": "?id={returned}",
    "section": "?id={returned}&category=B",
    "check": "?id={returned}",
    "receipt": "?id={returned}",
    "slip": "?visit={visit}",
    "guide": "?item=B01",
}


@pytest.fixture(scope="session")
def addresses(demo: LiveServer) -> dict[str, list[str]]:
    """Every address that answers GET, by blueprint, with a row of the demo where it names one."""
    app = make_app(demo.instance, demo.database_url, **demo.environment)
    found: dict[str, list[str]] = {}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            blueprint = rule.endpoint.split(".")[0]
            if "GET" in (rule.methods or ()) and blueprint not in ("static", "api") and rule.endpoint not in NOT_THERE:
                found.setdefault(blueprint, []).append(_address(app, rule))
        found["field"] = [_with_query(address) for address in found["field"]]
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("door", ["field", "public", "sign_in", "account", "review", "admin", "agency"])
def test_every_page_of_a_door_is_for_everybody(browser: Any, demo: LiveServer, addresses: Any, door: str) -> None:
    with opened(browser.new_context(base_url=demo.url, **PHONE)) as context, watching(context):
        page = context.new_page()
        if door in WHO_LOOKS:
            _sign_in(page, WHO_LOOKS[door])
        pages = [address for address in addresses[door] if _is_page(context, address)]
        faults = [fault for address in pages for fault in _faults(page, address)]

    assert pages
    assert faults == []


def test_pages_that_say_no_are_for_everybody_too(browser: Any, demo: LiveServer) -> None:
    with opened(browser.new_context(base_url=demo.url, **PHONE)) as context, watching(context):
        page = context.new_page()
        _sign_in(page, "agency1")
        answers = {address: context.request.get(address).status for address in ERRORS}
        faults = [fault for address in ERRORS for fault in _faults(page, address)]

    assert answers == ERRORS
    assert faults == []


def _address(app: Any, rule: Rule) -> str:
    values = {}
    for name in rule.arguments - set(rule.defaults or ()):
        query = select(Certificate.verify_code) if rule.endpoint == "public.verify_certificate" else ROWS.get(name)
        assert query is not None, f"{rule}: say in ROWS which row to look at"
        values[name] = db.session.scalar(query.limit(1))
        assert values[name], f"{rule}: the demo has no row for it"
    return str(app.url_for(rule.endpoint, **values))


def _with_query(address: str) -> str:
    query = FIELD_QUERIES.get(address.removeprefix("/field/"), "")
    author = select(User.id).where(User.username == WHO_LOOKS["field"]).scalar_subquery()
    mine = select(Observation).where(Observation.author_id == author)
    returned = db.session.scalar(mine.where(Observation.state == "returned"))
    assert returned is not None
    return address + query.format(visit=returned.visit_id, returned=returned.id)


def _sign_in(page: Any, username: str) -> None:
    page.goto("/sign-in")
    sign_in_at_desk(page, username, DEMO_PASSWORD)
    if username == WHO_LOOKS["field"]:
        page.wait_for_selector('main a[href*="visit?id"]')


def _is_page(context: Any, address: str) -> bool:
    answer = context.request.get(address)
    assert answer.ok, f"{address}: {answer.status}"
    return "text/html" in answer.headers["content-type"]


def _faults(page: Any, address: str) -> list[str]:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE["viewport"])
    page.goto(address)
    if address.startswith("/field/"):
        until_ready(page)
        until_still(page)
    tall = page.evaluate("Math.ceil(document.documentElement.scrollHeight)")
    page.set_viewport_size(PHONE["viewport"] | {"height": min(tall, 8000)})  # what sticks to the bottom covers nothing
    found = violations(page, *STANDARD)
    page.emulate_media(color_scheme="dark")
    found += violations(page, "color-contrast")  # all else is the same page
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found += [f"{wider} px too wide"] if wider > 0 else []
    return [f"{address}: {fault}" for fault in found]
