"""`flask demo load`: a county to look around in."""

import pytest
from sqlalchemy import func, select

from fieldapp.audit.queries import verify_chain
from fieldapp.clock import china, now
from fieldapp.commands.demonstration.staff import ACCOUNTS
from fieldapp.evidence import queries as evidence
from fieldapp.evidence.models import Evidence
from fieldapp.extensions import db
from fieldapp.filing import queries as phones
from fieldapp.filing.models import Receipt
from fieldapp.interviews import queries as interviews
from fieldapp.interviews import reading as interview_reading
from fieldapp.interviews.rules import QUESTIONS
from fieldapp.observations import queries as observations
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.people import listing, operations, passwords, queries
from fieldapp.people.models import Certificate, Organisation, User
from fieldapp.reviews.models import Review
from fieldapp.roundtables import listing as roundtables
from fieldapp.roundtables import reading as roundtable_reading
from fieldapp.roundtables.listing import Asked
from fieldapp.visits import queries as visits


@pytest.fixture
def empty_demo(app):
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"demo": True})
    return app


def load(app):
    return app.test_cli_runner().invoke(args=["demo", "load"])


def count(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def test_the_county_is_whole_and_everything_in_it_holds(empty_demo):
    result = load(empty_demo)

    assert result.exit_code == 0, result.output
    assert listing.count_by_state(china(now()).date(), kind="inspector") | {"valid": 0} == {
        "valid": 0, "expiring": 3, "not_yet": 0, "expired": 2, "suspended": 1, "revoked": 0, "in_force": 43,
    }  # fmt: skip
    holders = db.session.execute(select(Certificate.kind, Organisation.kind).join(Certificate.organisation)).all()
    justice = {"justice_bureau", "justice_office"}
    assert {kind for certificate, kind in holders if certificate == "inspector"} == justice
    assert not {kind for certificate, kind in holders if certificate == "invited"} & justice
    marked = db.session.execute(
        select(User.username, Observation.marks).join(Observation.author).where(Observation.marks != "")
    ).all()
    assert marked == [("legal1", "own_agency,single")]
    assert (len(queries.localities()), len(listing.contact_points())) == (11, 22)
    entries, broken = verify_chain()
    assert (entries > 300, broken) == (True, None)
    for state in ("draft", "submitted", "returned", "approved"):
        assert count(Observation, Observation.state == state) >= 1, state
    assert count(ObservationRevision) + count(Evidence) <= count(Receipt)
    assert all(evidence.verify_original(row) for row in db.session.scalars(select(Evidence).limit(5)))
    assert count(Observation, Observation.evidence_arrived < Observation.evidence_named) == 1
    assert not db.session.scalars(
        select(Review).join(Observation).where(Review.reviewer_id == Observation.author_id)
    ).all()
    assert phones.count_late(now()) == 2


def test_the_county_has_interviews_and_a_roundtable_of_every_kind_that_a_lead_has_to_look_at(demo_app):
    lead = queries.find_by_username("lead1")

    seen = interview_reading.of_visit(db.session.scalars(interviews.filed_visible_to(lead)).unique())

    assert any(one.changed == [QUESTIONS["q1"]] and one.signature for one in seen)
    assert any(one.contact.is_wanted and one.contact.contact_mask == "000****21" and one.recordings for one in seen)
    assert any(one.refusal for one in seen)
    assert sum(not observations.of_visit(lead, one.interview.visit_id) for one in seen) == 2
    assert all(one.intact == {file.id for file in [*one.recordings, one.signature] if file} for one in seen)
    [table] = roundtables.listed(lead, Asked()).rows
    read = roundtable_reading.read(lead, table)
    assert (table.state, len(read.actions), len(read.photos), len(read.named), read.lacks) == ("submitted", 2, 1, 1, [])
    begun = roundtables.listed(queries.find_by_username("bureau1"), Asked()).rows
    assert [one.state for one in begun] == ["draft", "submitted"]


def test_every_demo_account_signs_in_and_has_something_to_see(demo_app):
    for username in (one[0] for one in ACCOUNTS):
        user, _ = operations.sign_in(username, passwords.DEMO_PASSWORD, address="203.0.113.5", browser="test")
        assert not user.must_change_password
        if user.roles & {"supervisor", "invited"}:
            today = china(now()).replace(hour=0, minute=0, second=0, microsecond=0)
            assert len(visits.going_along(user, since=today)) >= 2


def test_it_does_not_mix_with_anything_that_is_there(empty_demo, county):
    result = load(empty_demo)

    assert result.exit_code == 1
    assert "没有改动" in result.output
    assert count(User, User.username == "supervisor1") == 0


def test_it_is_refused_outside_a_demonstration(app):
    result = load(app)

    assert result.exit_code == 1
    assert "FIELDAPP_DEMO=1" in result.output
    assert queries.is_empty()
