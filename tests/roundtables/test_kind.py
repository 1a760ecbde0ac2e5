"""座谈 as a kind of filing: of a visit, of an agency or of neither, and who reads it."""

import secrets
from dataclasses import replace

import pytest
from factories import make_photo, make_user, make_visit, roundtable_body

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.errors import Locked, NotFound, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import operations, persons, receipts
from fieldapp.filing.wire import parse
from fieldapp.keeping.verification import verify
from fieldapp.people.scope import Reach, narrow
from fieldapp.roundtables import listing, queries, reading
from fieldapp.roundtables.kind import ROUNDTABLE
from fieldapp.roundtables.listing import Asked
from fieldapp.roundtables.models import Roundtable
from fieldapp.visits.models import Visit

ELSEWHERE = "0191d2c4-0000-7000-8000-00000000000e"


def filed(author, roundtable_id=None, **changes):
    """Files a roundtable; gives its id."""
    roundtable_id = roundtable_id or ids.mint()
    operations.file_revision(author, parse(ROUNDTABLE, roundtable_id, roundtable_body(**changes)))
    return roundtable_id


def row_of(roundtable_id):
    db.session.expire_all()
    return db.session.get(Roundtable, roundtable_id)


def test_it_is_of_a_visit_of_an_agency_or_of_neither_and_the_row_says_whose_it_is(county):
    visit = make_visit(group=county.first_group, agency=county.work_safety_agency)

    of_visit = row_of(filed(county.qian, visit=visit))
    of_agency = row_of(filed(county.qian, agency=county.environment_agency.id, locality=county.liuwan.id))
    of_neither = row_of(filed(county.zhou))

    assert (of_visit.visit_id, of_visit.agency_id, of_visit.group_id) == (
        visit.id, county.work_safety_agency.id, county.first_group.id,
    )  # fmt: skip
    assert (of_agency.visit_id, of_agency.agency_id) == (None, county.environment_agency.id)
    assert of_agency.locality_id == county.liuwan.id
    assert (of_neither.visit_id, of_neither.agency_id, of_neither.locality_id) == (None, None, None)
    assert [one.number[:3] for one in (of_visit, of_agency, of_neither)] == ["ZT-"] * 3
    assert (of_neither.topic, of_neither.present_count, of_neither.actions_count) == ("规范涉企检查座谈", 3, 1)
    assert verify().first is None


def test_a_row_that_somebody_has_changed_is_found_also_where_there_is_no_visit(county):
    changed, visited = filed(county.zhou), filed(county.zhou)
    visit = make_visit(group=county.first_group)
    with unit_of_work():
        row_of(changed).topic = "别的主题"
        row_of(visited).visit_id = visit.id

    said = {finding.words for finding in verify().findings}

    assert said == {
        f"座谈 {changed} 在列表里的一行被改动（topic）", f"座谈 {visited} 在列表里的一行被改动（visit_id）",
    }  # fmt: skip


def test_a_draft_may_lack_everything_and_what_was_submitted_is_final(county):
    begun = filed(county.zhou, state="draft", topic="", present=[], points=[], consensus=[], actions=[])

    with pytest.raises(Refused) as refused:
        filed(county.zhou, begun, revision=2, topic="")
    assert [fault.pointer for fault in refused.value.faults] == ["/topic"]
    filed(county.zhou, begun, revision=2)
    with pytest.raises(Locked, match="座谈已提交"):
        filed(county.zhou, begun, revision=3)
    assert [one.revision for one in receipts.all_of(begun)] == [1, 2]


def test_whom_it_names_must_be_in_the_register_and_a_visit_ones_own(county):
    visit = make_visit(group=county.second_group)
    wrong = {
        "/visit": {"visit": visit},
        "/agency": {"agency": county.liuwan.id},
        "/locality": {"locality": county.work_safety_agency.id},
        "/actions/0/agency": {"actions": [{"what": "做", "agency": ELSEWHERE, "who": "", "due": None}]},
    }

    for pointer, changes in wrong.items():
        with pytest.raises(Refused) as refused:
            filed(county.qian, **changes, state="draft")
        assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_draft_may_still_be_put_to_a_visit(county):
    visit = make_visit(group=county.first_group)
    begun = filed(county.qian, state="draft")

    filed(county.qian, begun, revision=2, visit=visit)

    assert row_of(begun).visit_id == visit.id
    assert verify().first is None


def test_the_names_lie_apart_and_can_be_erased_while_the_words_stay(county):
    named = {"salt": secrets.token_hex(16), "named": [{"name": "某丙", "unit": "某厂", "origin": "enterprise"}]}
    roundtable = row_of(filed(county.zhou, people=named))

    shown = reading.read(county.wu, roundtable)
    assert shown.named == [("某丙", "某厂", "企业代表")]
    assert "某丙" not in shown.revisions[-1].body
    persons.erase(county.wu, roundtable.id, reason="本人申请")

    erased = reading.read(county.wu, roundtable)
    assert (erased.named, erased.names_erased_at is not None) == ([], True)
    assert erased.points == shown.points
    assert verify().first is None


def test_who_sees_a_roundtable(county):
    of_first = filed(county.zhang_san, visit=make_visit(group=county.first_group))
    of_town, of_county = filed(county.zhou, locality=county.shiqiao.id), filed(county.zhou)
    draft = filed(county.zhou, state="draft")
    seen = {
        name: {row.id for row in listing.listed(getattr(county, name), Asked()).rows}
        for name in ("zhang_san", "li_si", "qian", "sun", "zhou", "wu", "zheng", "chen")
    }

    everything = {of_first, of_town, of_county}
    assert seen == {
        "zhang_san": {of_first}, "li_si": set(), "qian": {of_first}, "sun": {of_town},
        "zhou": everything | {draft}, "wu": everything, "zheng": set(), "chen": set(),
    }  # fmt: skip
    with pytest.raises(NotFound):
        queries.find(county.wu, draft)


def test_what_was_said_of_ones_own_agency_is_not_shown_at_a_desk_with_or_without_a_visit(county):
    own, other = county.work_safety_agency, county.environment_agency
    of_own, of_other, of_none = (filed(county.zhou, agency=one) for one in (own.id, other.id, None))
    reach = Reach("all", "x", recused_from=frozenset({own.id}))
    visit = make_visit(group=county.first_group, agency=other)
    of_visit = filed(county.qian, visit=visit)
    with unit_of_work() as session:  # the agency was corrected after the filing
        session.get(Visit, visit.id).agency_id = own.id

    shown = set(db.session.scalars(narrow(db.select(Roundtable.id), reach, queries.COLUMNS)))

    assert shown == {of_other, of_none}
    assert {of_own, of_visit} <= set(
        db.session.scalars(narrow(db.select(Roundtable.id), replace(reach, recused_from=frozenset()), queries.COLUMNS))
    )


def test_a_list_is_narrowed_by_words_agency_and_day(county):
    night = filed(county.zhou, topic="夜间施工_100%", agency=county.environment_agency.id)
    checks = filed(county.zhou, started_at="2026-11-24T00:00:00+08:00")
    found = {
        name: [row.id for row in listing.listed(county.zhou, asked).rows]
        for name, asked in {
            "all": Asked(),
            "words": Asked(text=" 施工_ "),
            "number": Asked(text=row_of(checks).number),
            "none": Asked(text="%x"),
            "agency": Asked(agency_id=county.environment_agency.id),
            "since": Asked(since=row_of(checks).started_at),
            "until": Asked(until=row_of(checks).started_at),
            "future": Asked(since=now().replace(year=2100)),
        }.items()
    }

    assert found == {
        "all": [checks, night], "words": [night], "number": [checks], "none": [], "agency": [night], "since": [checks],
        "until": [night], "future": [],
    }  # fmt: skip


def test_it_goes_through_the_interface_of_the_phones_and_no_pack_of_today_tells_of_it(county, signed_in):
    phone, roundtable, photo = signed_in(county.zhang_san), ids.mint(), ids.mint()
    before = phone.get("/api/v1/pack").json
    sent = roundtable_body(photos=[photo])

    first = phone.api_put(f"/api/v1/roundtables/{roundtable}", sent)
    again = phone.api_put(f"/api/v1/roundtables/{roundtable}", sent)
    phone.send_file(make_photo(), evidence_id=photo, roundtable=roundtable, source="album")

    assert (first.status_code, again.json["receipt"]) == (200, first.json["receipt"])
    assert first.json["missing_evidence"] == [photo]
    stored = phone.get(f"/api/v1/roundtables/{roundtable}").json
    assert (stored["body"], stored["evidence_arrived"]) == (sent, 1)
    assert phone.get(f"/api/v1/evidence/{photo}/display").status_code == 200
    assert phone.get("/api/v1/pack").json["records"] == before["records"]


def test_who_comes_as_a_guest_files_none(county, signed_in):
    guest = signed_in(make_user(role="invited", organisation=county.bureau))

    answer = guest.api_put(f"/api/v1/roundtables/{ids.mint()}", roundtable_body())

    assert answer.status_code == 403
    assert "座谈" in answer.json["title"]
