"""What a batch writes: numbers in order, one row of a record, one of each revision, its person sealed apart."""

import pytest
from factories import filed_observation, make_checklist_version, make_visit, observation_body
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from fieldapp import ids
from fieldapp.clock import as_if_at, now, parse_rfc3339
from fieldapp.extensions import db
from fieldapp.filing import operations
from fieldapp.filing.models import NumberSeries, Receipt, SealedPerson
from fieldapp.filing.operations import file_together
from fieldapp.observations.models import Observation, ObservationRevision


@pytest.fixture
def file(county):
    """file(body changes, …): what 张三 sends in one batch, as (record, changes); gives the outcomes."""
    visit, version = make_visit(group=county.first_group), make_checklist_version()

    def sent(*batch):
        filings = [filed_observation(record, observation_body(visit, version, **said)) for record, said in batch]
        return file_together([(county.zhang_san.id, one) for one in filings])

    return sent


def numbers(outcomes):
    return [one.number for one in outcomes]


def series():
    db.session.expire_all()
    return {row.name: row.last for row in db.session.scalars(select(NumberSeries))}


def test_numbers_run_on_without_a_gap_within_a_batch_and_from_one_to_the_next(file):
    with as_if_at(parse_rfc3339("2026-11-24T09:00:00+08:00")):
        first = file((ids.mint(), {}), (ids.mint(), {"state": "draft"}), (ids.mint(), {}))
        assert (numbers(first), series()) == (["JD-2026-000001", None, "JD-2026-000002"], {"JD-2026": 2})
        assert numbers(file((ids.mint(), {}))) == ["JD-2026-000003"]
        assert numbers(file((ids.mint(), {}), (ids.mint(), {}))) == ["JD-2026-000004", "JD-2026-000005"]
        assert series() == {"JD-2026": 5}


def test_drafts_alone_take_no_number_and_begin_no_series(file):
    record = ids.mint()
    assert numbers(file((record, {"state": "draft"}))) == [None]
    assert series() == {}

    (submitted,) = file((record, {"revision": 2}))
    assert submitted.number.endswith("-000001")
    (again,) = file((ids.mint(), {"state": "draft"}))
    assert again.number is None
    assert list(series().values()) == [1], "and use none up later"


def test_each_year_has_a_series_of_its_own(file):
    for at, number in (("2026-12-31T23:59:59+08:00", "JD-2026-000001"), ("2027-01-01T00:00:00+08:00", "JD-2027-000001"),
                       ("2027-01-02T00:00:00+08:00", "JD-2027-000002")):  # fmt: skip
        with as_if_at(parse_rfc3339(at)):
            assert numbers(file((ids.mint(), {}))) == [number]
    assert series() == {"JD-2026": 1, "JD-2027": 2}


def test_a_record_has_one_row_that_follows_its_newest_revision_and_each_revision_one_that_stays(county, file):
    record, first_at = ids.mint(), parse_rfc3339("2026-11-24T09:00:00+08:00")
    with as_if_at(first_at):
        file((record, {"state": "draft", "summary": "甲"}))
    file((record, {"revision": 2, "summary": "乙"}))

    row = db.session.scalars(select(Observation)).one()
    assert (row.id, row.author_id, row.head_revision, row.state) == (record, county.zhang_san.id, 2, "submitted")
    assert (row.created_at, row.submitted_at, row.changed_at) == (first_at, row.changed_at, row.changed_at)
    assert row.changed_at > first_at
    kept = db.session.scalars(select(ObservationRevision).order_by(ObservationRevision.revision)).all()
    assert [(one.observation_id, one.revision, one.base_revision, one.state) for one in kept] == [
        (record, 1, 0, "draft"), (record, 2, 1, "submitted"),
    ]  # fmt: skip
    assert ["甲" in one.body for one in kept] == [True, False]
    assert kept[0].received_at == first_at
    assert abs((kept[1].received_at - now()).total_seconds()) < 600


def test_a_person_is_sealed_for_each_revision_that_names_one_and_for_no_other(file):
    named, unnamed = ids.mint(), ids.mint()
    file((named, {"state": "draft"}), (unnamed, {"state": "draft", "party": None}))
    file((named, {"revision": 2}))

    sealed = db.session.execute(select(SealedPerson.owner_id, SealedPerson.revision, SealedPerson.owner_kind)).all()

    assert sorted(sealed) == [(named, 1, "observation"), (named, 2, "observation")]


def test_of_one_record_twice_in_a_batch_the_second_stands_on_the_first(file):
    record, final = ids.mint(), {"revision": 2, "party": None}

    outcomes = file((record, {"state": "draft"}), (record, final), (record, final))

    assert [one.receipt.revision for one in outcomes] == [1, 2, 2]
    assert outcomes[1].number == outcomes[2].number
    assert outcomes[1].receipt.signature == outcomes[2].receipt.signature
    assert db.session.scalars(select(Observation.head_revision)).all() == [2]


def test_a_batch_that_fails_at_its_last_record_leaves_nothing_of_the_earlier_ones(file, monkeypatch):
    """Twice the same record is written in two goes, which are one transaction all the same."""
    real, goes = operations.issue_many, []

    def fail_at_the_second(*given, **options):
        goes.append(given)
        if len(goes) == 2:
            raise OperationalError("INSERT", {}, Exception("disk full"))
        return real(*given, **options)

    monkeypatch.setattr(operations, "issue_many", fail_at_the_second)
    record = ids.mint()
    with pytest.raises(OperationalError):
        file((record, {"state": "draft"}), (record, {"revision": 2}))

    assert len(goes) == 2
    for model in (Observation, ObservationRevision, Receipt, SealedPerson, NumberSeries):
        assert db.session.query(model).count() == 0, model
