"""What stands against a record: it never hinders filing, always approval, and stays as it was decided."""

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import (
    filed_observation,
    make_certificate,
    make_checklist_version,
    make_group,
    make_organisation,
    make_user,
    make_visit,
    observation_body,
)

from fieldapp import ids
from fieldapp.audit import queries as audit
from fieldapp.clock import china, now
from fieldapp.errors import Locked
from fieldapp.extensions import db
from fieldapp.filing.operations import file_revision
from fieldapp.observations import marks
from fieldapp.observations.models import Observation
from fieldapp.people import certificates, groups
from fieldapp.people.groups import GroupPlan
from fieldapp.reviews import binding, operations
from fieldapp.visits.ad_hoc import FiledVisit, file_visit


@pytest.fixture
def version(county):
    return make_checklist_version()


@pytest.fixture
def file(version):
    """file(author, visit): a submitted record; gives its id."""

    def file(author, visit, *, record=None, revision=1, **changes):
        record = record or ids.mint()
        body = observation_body(visit, version, revision=revision, **changes)
        assert file_revision(author, filed_observation(record, body)).receipt
        return record

    return file


def row(record):
    return db.session.get(Observation, record, populate_existing=True)


def marks_of(record):
    return set(marks.of(row(record)))


def own_lawyer(county, agency=None):
    lawyer = make_user("法制科", organisation=agency or county.work_safety_agency, origin="legal_unit")
    make_certificate(lawyer, kind="invited")
    return lawyer


def is_not_approved(county, record, words):
    with pytest.raises(Locked, match=words):
        operations.approve(county.qian, record, revision=row(record).head_revision)
    assert row(record).state == "submitted"
    operations.return_to_author(county.qian, record, revision=row(record).head_revision, comment="请回避", items={})
    assert row(record).state == "returned"


@pytest.mark.parametrize("relation", ["same", "above", "below"])
def test_who_records_the_own_agency_is_filed_and_marked_and_not_approved(county, file, relation):
    agency = county.work_safety_agency
    above = make_organisation("上级执法局") if relation == "above" else None
    if above:
        agency.parent_id = above.id
        db.session.commit()
    below = make_organisation("下属大队", parent=agency) if relation == "below" else None
    lawyer = own_lawyer(county, above or below or agency)
    group = make_group(county.qian, [county.zhang_san, lawyer], locality=county.liuwan)

    record = file(lawyer, make_visit(group=group, agency=agency))
    other = file(county.zhang_san, make_visit(group=group, agency=agency))

    assert marks_of(record) == {"own_agency"}
    assert marks_of(other) == set()
    assert '"marks":["own_agency"]' in audit.of_subject(record)[-1].details
    is_not_approved(county, record, "本单位.*退回.*其他监督员")


@pytest.mark.parametrize("words", ["云川市应急管理局", "云川市应急管理局 ", "云川市\u200b应急管理局"])
def test_an_agency_in_words_is_known_for_ones_own_however_it_is_written(county, file, words):
    lawyer = own_lawyer(county)
    visit = file_visit(lawyer, typed(words))

    record = file(lawyer, visit)

    assert "own_agency" in marks_of(record)


def typed(words, visit_id=None):
    return FiledVisit(
        id=visit_id or ids.mint(), mode="on_site", domain="work_safety", agency_id=None, agency_name=words,
        group_id=None, locality_id=None, place="示例路1号", matter="", source="routine", starts_at=now(),
        digest="0" * 64,
    )  # fmt: skip


@pytest.mark.parametrize("certificate", ["none", "expired", "suspended", "revoked", "not yet"])
def test_without_a_valid_certificate_a_record_is_filed_and_marked_and_not_approved(county, file, certificate):
    author, today = make_user("没证", organisation=county.bureau), china(now()).date()
    dates = {"expired": (-400, -1), "not yet": (1, 400)}.get(certificate, (-100, 100))
    if certificate != "none":
        make_certificate(
            author,
            state=certificate if certificate in ("suspended", "revoked") else "valid",
            issued_on=today + timedelta(days=dates[0]),
            valid_until=today + timedelta(days=dates[1]),
        )
    group = make_group(county.qian, [author, county.zhang_san], locality=county.liuwan)

    record = file(author, make_visit(group=group))

    assert marks_of(record) == {"no_certificate"}
    is_not_approved(county, record, "无有效监督证")


def test_a_mark_stays_as_it_was_decided_whatever_becomes_of_the_certificate(county, file):
    visit = make_visit(group=county.first_group)
    held = file(county.zhang_san, visit)
    late = make_user("后来发证", organisation=county.bureau)
    group = make_group(county.qian, [late, county.zhang_san], locality=county.liuwan)
    lacking = file(late, make_visit(group=group))

    certificate = county.zhang_san
    (own,) = [one for one, _ in certificates_of(certificate)]
    certificates.change_state(county.wu, own.id, state="revoked", reason="离岗")
    make_certificate(late)

    assert (marks_of(held), marks_of(lacking)) == (set(), {"no_certificate"})
    assert operations.approve(county.qian, held, revision=1)
    operations.return_to_author(county.qian, lacking, revision=1, comment="请补办证件后重新提交", items={})
    file(late, row(lacking).visit, record=lacking, revision=2)
    assert marks_of(lacking) == set()


def certificates_of(user):
    from fieldapp.people import listing

    return listing.certificates(china(now()).date(), text=user.name)


def test_one_alone_is_marked_until_a_second_record_of_the_visit_comes_in(county, file):
    visit = make_visit(created_by=county.zhang_san, is_ad_hoc=True, locality=county.liuwan)
    visit.group_id = county.first_group.id  # what the phone offered first says nothing of who was there
    db.session.commit()
    first = file(county.zhang_san, visit)
    assert marks_of(first) == {"single"}
    with pytest.raises(Locked, match="不足两人"):
        operations.approve(county.qian, first, revision=1)

    second = file(county.li_si, visit)

    assert (marks_of(first), marks_of(second)) == (set(), set())
    assert operations.approve(county.qian, first, revision=1)


def test_one_alone_in_a_group_is_marked_until_somebody_is_added_to_it(county, file):
    lead = make_user("独任组长", role="lead", organisation=county.bureau, disabled=True)
    group = make_group(lead, [county.zhang_san], locality=county.liuwan)
    record = file(county.zhang_san, make_visit(group=group, created_by=county.qian))
    assert marks_of(record) == {"single"}

    groups.change_group(
        county.wu,
        group.id,
        GroupPlan(group.name, county.qian.id, [county.zhang_san.id, county.li_si.id], county.liuwan.id),
    )

    assert marks_of(record) == set()


def test_invited_people_alone_are_no_pair_before_one_of_the_bureau_is_with_them(county, file):
    invited = make_user("特邀", organisation=county.li_si.organisation, origin="congress", role="lead")
    make_certificate(invited, kind="invited")
    group = make_group(invited, [county.li_si], locality=county.liuwan)
    visit = make_visit(group=group)

    record = file(county.li_si, visit)

    assert marks_of(record) == {"no_inspector"}
    is_not_approved(county, record, "同行无行政执法监督证")


def test_a_draft_is_not_marked_and_does_not_make_a_pair(county, file):
    visit = make_visit(created_by=county.zhang_san, is_ad_hoc=True, locality=county.liuwan)
    visit.group_id = county.first_group.id
    db.session.commit()
    draft = file(county.li_si, visit, state="draft")
    record = file(county.zhang_san, visit)

    assert (row(draft).marks, marks_of(record)) == ("", {"single"})


def test_an_agency_in_words_is_put_on_the_register_before_approval_and_stays_there(county, file):
    filed = typed("云川市生态环境局（分局）")
    filed = replace(filed, locality_id=county.liuwan.id)
    visit = file_visit(county.zhang_san, filed)
    visit.group_id = county.first_group.id
    db.session.commit()
    record = file(county.zhang_san, visit)
    file(county.li_si, visit)
    with pytest.raises(Locked, match="对应行政执法机关"):
        operations.approve(county.qian, record, revision=1)

    binding.bind_agency(county.qian, record, county.environment_agency.id)
    file_visit(county.zhang_san, replace(filed, group_id=county.first_group.id))  # the phone sends it once more

    found = row(record)
    assert (found.agency_id, found.visit.agency_id) == (county.environment_agency.id,) * 2
    assert (found.visit.agency_name, found.visit.typed_agency_name) == ("云川市生态环境局", "云川市生态环境局（分局）")
    assert "visit.agency_bound" in [entry.event for entry in audit.of_subject(visit.id)]
    assert operations.approve(county.qian, record, revision=1)
    with pytest.raises(Locked, match="已经对应"):
        binding.bind_agency(county.qian, record, county.work_safety_agency.id)


def test_an_agency_that_turns_out_to_be_the_authors_own_marks_the_record(county, file):
    lawyer = own_lawyer(county)
    visit = file_visit(lawyer, replace(typed("应急局"), locality_id=county.liuwan.id))
    record = file(lawyer, visit)
    assert "own_agency" not in marks_of(record)

    binding.bind_agency(county.qian, record, county.work_safety_agency.id)

    assert "own_agency" in marks_of(record)
