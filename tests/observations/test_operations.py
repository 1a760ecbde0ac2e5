"""Filing observations, below the API."""

import pytest
from factories import filed_observation, make_checklist_version, make_photo, make_visit, observation_body
from sqlalchemy.exc import OperationalError

from fieldapp import clock, ids
from fieldapp.audit.models import AuditEntry
from fieldapp.errors import FieldappError, Refused
from fieldapp.extensions import db
from fieldapp.filing import operations, persons
from fieldapp.filing.models import NumberSeries, Receipt, SealedPerson
from fieldapp.filing.operations import file_revision, file_together
from fieldapp.observations import queries
from fieldapp.observations.models import Observation, ObservationRevision


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def version(county):
    return make_checklist_version()


def file(author, visit, version, *, record=None, **changes):
    record = record or ids.mint()
    return record, file_revision(author, filed_observation(record, observation_body(visit, version, **changes)))


def row_of(record):
    return db.session.get(Observation, record, populate_existing=True)


def test_what_lists_sort_and_filter_by_is_taken_from_visit_and_answers(county, visit, version):
    record, _ = file(
        county.zhang_san, visit, version,
        answers={"B01": {"value": "no", "note": "x", "corrected_on_spot": True}, "B02": {"value": "na", "note": "y"},
                 "C01": {"value": "not_observed"}},
    )  # fmt: skip

    row = row_of(record)

    assert (row.group_id, row.locality_id, row.agency_id) == (visit.group_id, county.liuwan.id, visit.agency_id)
    assert (row.mode, row.domain) == ("on_site", "work_safety")
    assert (row.no_count, row.na_count, row.not_observed_count) == (1, 1, 1)
    assert (row.no_items, row.critical_no_items) == ("B01", "B01")
    assert row.started_at == clock.parse_rfc3339("2026-11-23T09:12:04+08:00")


def test_a_record_submitted_again_counts_anew_and_keeps_its_number(county, visit, version):
    from fieldapp.reviews import operations as reviews

    record, first = file(county.zhang_san, visit, version, answers={"B01": {"value": "no", "note": "x"}})
    created_at, submitted_at = row_of(record).created_at, row_of(record).submitted_at
    reviews.return_to_author(county.qian, record, revision=1, comment="补", items={})
    file(county.zhang_san, visit, version, record=record, revision=2, state="draft")
    assert (row_of(record).state, row_of(record).submitted_at) == ("returned", submitted_at)
    _, again = file(county.zhang_san, visit, version, record=record, revision=3)

    row = row_of(record)
    assert (row.no_count, row.no_items, row.state) == (0, "", "submitted")
    assert row.submitted_at > submitted_at
    assert row.created_at == created_at
    assert again.number == first.number


def test_a_number_belongs_to_the_year_in_china(county, visit, version):
    with clock.as_if_at(clock.parse_rfc3339("2026-12-31T16:30:00Z")):  # 00:30 on New Year's Day in China
        _, new_year = file(county.zhang_san, visit, version)
    with clock.as_if_at(clock.parse_rfc3339("2026-12-31T15:30:00Z")):
        _, old_year = file(county.zhang_san, visit, version)

    assert (new_year.number, old_year.number) == ("JD-2027-000001", "JD-2026-000001")


def test_a_filing_that_fails_half_way_leaves_no_trace(county, visit, version, monkeypatch):
    def fail(*_, **__):
        raise OperationalError("signing", {}, Exception("power cut"))

    monkeypatch.setattr(operations, "issue_many", fail)
    with pytest.raises(OperationalError):
        file(county.zhang_san, visit, version)

    for model in (Observation, ObservationRevision, Receipt, AuditEntry, SealedPerson, NumberSeries):
        kept = db.session.query(model)
        if model is AuditEntry:
            kept = kept.filter(AuditEntry.event.startswith("observation."))
        assert kept.count() == 0, model


def test_a_batch_with_a_row_that_the_database_refuses_files_the_others(county, visit, version):
    """The same id twice in one batch by two people: the second is judged after the first is in."""
    record = ids.mint()
    outcomes = file_together(
        [
            (county.zhang_san.id, filed_observation(record, observation_body(visit, version))),
            (county.li_si.id, filed_observation(record, observation_body(visit, version))),
            (county.li_si.id, filed_observation(ids.mint(), observation_body(visit, version))),
        ]
    )

    assert [one.status if isinstance(one, FieldappError) else 200 for one in outcomes] == [200, 404, 200]
    assert row_of(record).author_id == county.zhang_san.id


def test_the_sealed_party_of_each_revision_can_be_read_and_erased_by_itself(county, visit, version):
    record, _ = file(county.zhang_san, visit, version, state="draft")
    file(county.zhang_san, visit, version, record=record, revision=2, state="draft", party=None)
    file(county.zhang_san, visit, version, record=record, revision=3)

    assert persons.person_of(record, 1)["name"] == "某某五金厂"
    assert persons.person_of(record, 2) is None
    persons.erase(county.wu, record, 3, reason="本人申请")

    assert persons.person_of(record, 3) is None
    assert persons.person_of(record, 1)["name"] == "某某五金厂"
    digest = queries.revision_of(row_of(record), 3).digest
    assert digest == db.session.get(Receipt, (record, 3)).digest, "the record and its receipt still stand"
    entry = db.session.query(AuditEntry).filter_by(event="person.erased").one()
    assert "五金厂" not in entry.details


def test_an_old_visit_is_judged_by_the_checklist_that_the_draft_carries(county, visit, version):
    larger = make_checklist_version("test-2027-1", items=None)

    file(county.zhang_san, visit, version)
    with pytest.raises(Refused) as refused:
        body = observation_body(visit, version) | {"checklist_version": larger.id}
        file_revision(county.zhang_san, filed_observation(ids.mint(), body))
    assert len(refused.value.faults) > 10


def test_photos_that_came_before_or_between_are_all_counted(county, visit, version, signed_in):
    phone, photos = signed_in(county.zhang_san), [ids.mint() for _ in range(3)]
    record = ids.mint()
    answers = {"B01": {"value": "no", "note": "x", "evidence": photos[:2]}}
    body = observation_body(visit, version, answers=answers, unfiled_evidence=photos[2:], state="draft")
    file_revision(county.zhang_san, filed_observation(record, body))
    for place, photo in enumerate(photos, start=1):
        phone.send_file(make_photo(64, 48, text=photo), evidence_id=photo, observation=record)
        assert (row_of(record).evidence_arrived, row_of(record).evidence_named) == (place, 3)

    fewer = observation_body(visit, version, revision=2)
    file_revision(county.zhang_san, filed_observation(record, fewer))
    assert (row_of(record).evidence_arrived, row_of(record).evidence_named) == (0, 0)
