"""Where the voices of a visit contradict: kept for lists, as the chain tells, and never behind for long."""

import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import pytest
from citizens import Citizen, a_wish, later, make_slip, rated
from factories import interview_body, make_checklist_version, make_visit, observation_body
from sqlalchemy import select, update

from benchmarks.seeding import seed
from fieldapp import ids
from fieldapp.audit import projections
from fieldapp.audit.models import ProjectionProgress
from fieldapp.checklists import content as contents
from fieldapp.checklists import operations as checklists
from fieldapp.extensions import db, unit_of_work
from fieldapp.observations.models import Observation
from fieldapp.rating_codes import operations as codes
from fieldapp.ratings import follow_ups
from fieldapp.reviews import agreement_projection, inbox, three_voices
from fieldapp.reviews import operations as reviews
from fieldapp.reviews.inbox import Filters
from fieldapp.reviews.models import KeptVoice, VisitVoices
from fieldapp.visits.models import Visit

FACTS = ("show_credentials", "inform_rights", "full_recording")
AGREEING = dict.fromkeys(FACTS, "yes")


@pytest.fixture
def version(app):
    return make_checklist_version()


@pytest.fixture
def visit(county):
    return make_visit(group=county.first_group, agency=county.work_safety_agency)


@pytest.fixture
def file(signed_in, version):
    """file(author, visit, state=…, **answers): a record by the API; gives its id."""

    def put(author, visit, *, state="submitted", **answers):
        record_id = ids.mint()
        given = {code: {"value": value, "note": "看到了"} for code, value in answers.items()}
        body = observation_body(visit, version, state=state, answers=given)
        answer = signed_in(author).api_put(f"/api/v1/observations/{record_id}", body)
        assert answer.status_code in (200, 201), answer.get_data(as_text=True)
        return record_id

    return put


@pytest.fixture
def talk(county, signed_in):
    """talk(visit, facts=…): an interview by the API."""

    def put(visit, **changes):
        answer = signed_in(county.zhang_san).api_put(
            f"/api/v1/interviews/{ids.mint()}", interview_body(visit, **changes)
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)

    return put


def rate(county, visit, *, level="5", **facts):
    """A rating that nothing is wrong with: its page was open for half a minute."""
    slip = make_slip(county.zhang_san, visit=visit)
    return rated(slip, a_wish(level, **facts))


def marked(visit):
    projections.catch_up(agreement_projection.PROJECTION)
    return agreement_projection.marks([visit.id]).get(visit.id, [])


def listed(user):
    return [row.visit_id for row in inbox.inbox(user, Filters(is_contradicted=True)).rows]


def test_a_record_and_a_citizen_who_disagree_are_marked_and_found(county, visit, file):
    file(county.zhang_san, visit)
    assert marked(visit) == []

    rate(county, visit, show_credentials="no", inform_rights="yes")

    assert marked(visit) == ["show_credentials"]
    assert listed(county.qian) == [visit.id]
    assert listed(county.sun) == []


def test_two_supervisors_who_disagree_are_marked(county, visit, file):
    file(county.zhang_san, visit)
    file(county.li_si, visit, B03="no")

    assert marked(visit) == ["inform_rights"]


def test_codes_that_are_swapped_in_a_list_change_nothing(county, visit, signed_in):
    swap = {"B01": "B02", "B02": "B01"}
    plain = contents.load_default()
    items = tuple(replace(item, code=swap.get(item.code, item.code)) for item in plain.items)
    version = checklists.publish(county.wu, checklists.propose(county.wu, replace(plain, items=items)).id)
    for author, shown in ((county.zhang_san, "yes"), (county.li_si, "no")):
        body = observation_body(visit, version, answers={"B02": {"value": shown, "note": "看到了"}})
        assert signed_in(author).api_put(f"/api/v1/observations/{ids.mint()}", body).status_code in (200, 201)

    assert marked(visit) == ["show_credentials"]


def test_a_party_who_disagrees_is_marked(county, visit, file, talk):
    file(county.zhang_san, visit)
    talk(visit, facts=AGREEING | {"full_recording": "no", "civil_language": "unclear"})

    assert marked(visit) == ["recorded"]


def test_a_recorder_that_ran_and_was_not_announced_is_no_contradiction(county, visit, file, talk):
    file(county.zhang_san, visit)  # C01 是
    talk(visit, facts={"full_recording": "yes"})
    rate(county, visit, full_recording="no")
    assert marked(visit) == []

    talk(visit, facts={"told_of_recording": "yes"})

    assert marked(visit) == ["told_of_recording"]


def test_a_draft_says_nothing(county, visit, file):
    file(county.zhang_san, visit)
    file(county.li_si, visit, state="draft", B01="no")

    assert marked(visit) == []


def test_a_rating_that_waits_for_its_binding_speaks_when_it_is_joined(app, county, visit, file):
    file(county.zhang_san, visit)
    slip = make_slip(county.zhang_san)
    Citizen(app).rate(slip.code, show_credentials="no")
    assert marked(visit) == []

    with later(days=3):
        codes.bind_slip(county.zhang_san, slip.id, visit_id=visit.id, bound_at=slip.issued_at)

    assert marked(visit) == []  # sent within a second: suspect, shown apart
    apart = [voice for voice in agreement_projection.of_visit(county.qian, visit.id) if not voice.is_counted]
    assert [voice.apart for voice in apart] == [("too_fast",)]


def test_what_was_misrated_no_longer_contradicts(county, visit, file):
    file(county.zhang_san, visit)
    rating = rate(county, visit, level="1", show_credentials="no")
    assert marked(visit) == ["show_credentials"]

    follow_ups.triage(county.qian, rating.id, owner=county.qian)
    follow_ups.conclude(county.qian, rating.id, outcome="misrated", words="本人说点错了")

    assert marked(visit) == []
    assert listed(county.qian) == []


def test_catching_up_goes_in_steps_and_ends(app, county, file):
    visits = [make_visit(group=county.first_group) for _ in range(3)]
    for visit in visits:
        file(county.zhang_san, visit)
        file(county.li_si, visit, B01="no")

    steps = [projections.catch_up(agreement_projection.PROJECTION, 4)]
    while not steps[-1]:
        steps.append(projections.catch_up(agreement_projection.PROJECTION, 4))

    assert len(steps) > 2
    assert set(agreement_projection.marks(visit.id for visit in visits)) == {visit.id for visit in visits}


def test_with_nothing_new_nothing_is_written(county, visit, file):
    file(county.zhang_san, visit)
    projections.catch_up(agreement_projection.PROJECTION)
    before = db.session.scalar(select(ProjectionProgress.sequence))

    assert projections.catch_up(agreement_projection.PROJECTION) is True

    assert db.session.scalar(select(ProjectionProgress.sequence)) == before


def test_a_slow_process_does_not_overwrite_what_a_quicker_one_found(county, visit, file):
    file(county.zhang_san, visit)
    voices, overtaken = agreement_projection.PROJECTION, []

    def slowly(source_ids):
        found = voices.rows_of(source_ids)
        if not overtaken:
            overtaken.append(True)
            file(county.li_si, visit, B01="no")
            projections.catch_up(voices)
        return found

    projections.catch_up(replace(voices, rows_of=slowly))

    assert agreement_projection.marks([visit.id]) == {visit.id: ["show_credentials"]}


def test_the_share_of_an_agency_leaves_out_visits_where_only_one_side_spoke(county, file, talk):
    agency = county.work_safety_agency
    alone, *agreeing, contradicted = (make_visit(group=county.first_group, agency=agency) for _ in range(6))
    for visit in (alone, *agreeing, contradicted):
        file(county.zhang_san, visit)
    file(county.li_si, alone)
    for visit in agreeing:
        talk(visit)
    file(county.li_si, contradicted, C01="no")
    projections.catch_up(agreement_projection.PROJECTION)

    (found,) = agreement_projection.agreements(county.qian)

    assert (found.agency.id, found.compared, found.contradicted, found.share) == (agency.id, 5, 1, 0.8)
    assert agreement_projection.agreements(county.sun) == []


def test_agencies_stand_in_the_order_of_their_names_and_few_visits_make_no_rate(
    county, file, signed_in, worker_caught_up
):
    file(county.zhang_san, make_visit(group=county.first_group, agency=county.work_safety_agency))
    for agency, answer in ((county.work_safety_agency, "yes"), (county.environment_agency, "no")):
        visit = make_visit(group=county.first_group, agency=agency)
        file(county.zhang_san, visit, B01="no")
        file(county.li_si, visit, B01="yes", B03=answer)
    worker_caught_up()
    page = signed_in(county.zhou).get("/review/ratings/totals").get_data(as_text=True)

    found = [one.agency.name for one in agreement_projection.agreements(county.zhou)]
    assert found == sorted(found)
    assert len(found) == 2
    assert page.count("不足5，不出比率") == 2
    assert "%" not in page.partition('id="agreement"')[2].partition("</section>")[0]


def test_what_was_found_under_an_older_rule_is_found_anew_and_not_shown_before(county, visit, file):
    file(county.zhang_san, visit)
    file(county.li_si, visit, B01="no")
    projections.catch_up(agreement_projection.PROJECTION)
    with unit_of_work() as session:
        session.execute(update(VisitVoices).values(contradictions="full_recording", rule=three_voices.RULE - 1))
        session.execute(update(KeptVoice).values(said_no="recorded", rule=three_voices.RULE - 1))
        session.execute(update(ProjectionProgress).values(rule=three_voices.RULE - 1))
    assert agreement_projection.marks([visit.id]) == {}
    assert agreement_projection.agreements(county.qian) == []
    assert agreement_projection.of_visit(county.qian, visit.id) == []
    assert listed(county.qian) == []

    assert projections.catch_up(agreement_projection.PROJECTION) is True

    assert agreement_projection.marks([visit.id]) == {visit.id: ["show_credentials"]}
    assert listed(county.qian) == [visit.id, visit.id]


def test_an_older_rule_is_left_behind_in_steps(county, file):
    for visit in (make_visit(group=county.first_group) for _ in range(3)):
        file(county.zhang_san, visit)
    projections.catch_up(agreement_projection.PROJECTION)
    with unit_of_work() as session:
        for table in (KeptVoice, VisitVoices):
            session.execute(update(table).values(rule=1))
        session.execute(update(ProjectionProgress).values(rule=1))

    steps = [projections.catch_up(agreement_projection.PROJECTION, 2) for _ in range(2)]

    assert steps == [False, True]
    assert set(db.session.scalars(select(VisitVoices.rule))) == {three_voices.RULE}


def test_a_visit_half_of_whose_voices_are_of_an_older_rule_is_not_shown(county, visit, file):
    file(county.zhang_san, visit)
    file(county.li_si, visit, B01="no")
    projections.catch_up(agreement_projection.PROJECTION)
    with unit_of_work() as session:
        for table in (KeptVoice, VisitVoices):
            session.execute(update(table).values(rule=1))
        session.execute(update(ProjectionProgress).values(rule=1))

    shown = []
    for _ in range(2):
        projections.catch_up(agreement_projection.PROJECTION, 1)
        shown.append(agreement_projection.marks([visit.id]))

    assert shown == [{}, {visit.id: ["show_credentials"]}]


def test_what_a_visit_is_summed_up_to_is_what_its_voices_say_one_by_one(county, visit, file):
    file(county.zhang_san, visit, B01="no")
    file(county.li_si, visit)
    rate(county, visit, show_credentials="yes", full_recording="no")
    projections.catch_up(agreement_projection.PROJECTION)

    kept = db.session.get(VisitVoices, visit.id)
    heard = agreement_projection.of_visit(county.qian, visit.id)

    assert [(voice.kind, voice.who) for voice in heard] == [
        ("supervisor", "张三"), ("supervisor", "李四"), ("citizen", "评价"),
    ]  # fmt: skip
    assert kept.contradictions.split() == list(three_voices.contradictions(heard)) == ["show_credentials"]
    assert kept.compared_count == len(three_voices.compared(heard))


def test_what_is_filed_again_takes_the_place_of_what_was_said_before(county, visit, file, signed_in, version):
    record = file(county.zhang_san, visit, B01="no")
    file(county.li_si, visit)
    assert marked(visit) == ["show_credentials"]
    reviews.return_to_author(county.qian, record, revision=1, comment="请核对", items={})
    assert marked(visit) == ["show_credentials"], "what was returned still says what was submitted"

    body = observation_body(visit, version, revision=2)
    assert signed_in(county.zhang_san).api_put(f"/api/v1/observations/{record}", body).status_code == 200

    assert marked(visit) == []
    assert len(agreement_projection.of_visit(county.qian, visit.id)) == 2


RECORDS, VISITS, MOST_MB = 3_000, 4, 4


@pytest.fixture
def crowded(app, county):
    """VISITS visits with RECORDS records, each with all its words; gives the visits' ids."""
    version = make_checklist_version("test-2026-2", items=None)
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)
    bench = SimpleNamespace(engine=db.engine.dialect.name, county=county, version=version, visits=[visit])
    seed(bench, RECORDS, records_of_a_visit=RECORDS // VISITS)
    return list(db.session.scalars(select(Observation.visit_id).distinct()))


def used_mb(act):
    """How much memory `act()` held at most beyond what was held before, in MB."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_many_records_of_few_visits_are_compared_within_little_memory(county, visit, file, crowded):
    file(county.zhang_san, visit)
    steps = []
    projections.catch_up(agreement_projection.PROJECTION, 1)  # so that every statement has been made once

    held_mb = used_mb(lambda: steps.extend(projections.until_caught_up(agreement_projection.PROJECTION)))

    assert len(steps) == RECORDS // 500 + 1
    assert held_mb < MOST_MB
    assert {row.compared_count for row in db.session.scalars(select(VisitVoices))} == {0}
    file(county.li_si, db.session.get(Visit, crowded[0]), B01="no")
    assert used_mb(lambda: projections.catch_up(agreement_projection.PROJECTION)) < 1, "one record, one body"
    assert agreement_projection.marks(crowded) == {crowded[0]: ["show_credentials"]}
