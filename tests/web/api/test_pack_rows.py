"""The pack for phones that ask for changed rows: whatever happened since, they hold what a whole pack would say."""

import random
from datetime import timedelta

import pytest
from factories import (
    interview_body,
    make_checklist_version,
    make_organisation,
    make_photo,
    make_visit,
    observation_body,
)
from phone_packs import put_together
from seeds import seed_of_this_run

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.extensions import unit_of_work
from fieldapp.people import groups
from fieldapp.people.groups import GroupPlan
from fieldapp.people.models import Organisation
from fieldapp.reviews import operations as reviews
from fieldapp.visits import planning
from fieldapp.visits.models import Visit

STEPS = 40


@pytest.fixture
def phone(county, signed_in, version):
    return signed_in(county.zhang_san)


def fetch(phone, before=None, **headers):
    query = {"since": before["cursor"], "rows": "1"} if before else {}
    return phone.api_get("/api/v1/pack", query_string=query, headers=headers)


class Life:
    """What happens in a county meanwhile, one thing at a time."""

    def __init__(self, county, phone, version, chance):
        self.county, self.phone, self.version, self.chance = county, phone, version, chance
        self.visits, self.records = [], []

    def goes_on(self):
        deeds = [self.plans, self.plans, self.changes, self.cancels, self.files, self.files, self.returns, self.asks,
                 self.sends_a_photo, self.moves_people, self.registers, self.closes, self.publishes,
                 self.shows_a_slip]  # fmt: skip
        self.chance.choice(deeds)()

    def plans(self):
        hours = self.chance.randrange(-1000, 1000)
        visit = make_visit(group=self.county.first_group, starts_at=now() + timedelta(hours=hours))
        self.visits.append(visit.id)

    def changes(self):
        with unit_of_work() as session:
            for visit_id in self.visits[-1:]:
                session.get(Visit, visit_id).place = f"云川市石桥镇河东路{self.chance.randrange(100)}号"

    def cancels(self):
        if self.visits:
            planning.cancel_visit(
                self.county.wu, self.visits.pop(self.chance.randrange(len(self.visits))), reason="停业"
            )

    def files(self):
        if self.visits:
            record, visit = ids.mint(), self.chance.choice(self.visits)
            with unit_of_work() as session:
                body = observation_body(session.get(Visit, visit), self.version)
            assert self.phone.api_put(f"/api/v1/observations/{record}", body).status_code == 200
            self.records.append(record)

    def returns(self):
        if self.records:
            record = self.records.pop(self.chance.randrange(len(self.records)))
            reviews.return_to_author(self.county.qian, record, revision=1, comment="请补充", items={})

    def asks(self):
        if self.visits:
            with unit_of_work() as session:
                body = interview_body(session.get(Visit, self.chance.choice(self.visits)))
            self.phone.api_put(f"/api/v1/interviews/{ids.mint()}", body)

    def sends_a_photo(self):
        if self.records:
            self.phone.send_file(make_photo(), evidence_id=ids.mint(), observation=self.records[-1])

    def moves_people(self):
        people = [self.county.zhang_san.id, self.county.li_si.id, self.county.wang_wu.id]
        members = people[: self.chance.randrange(1, 4)]
        group = self.county.first_group
        plan = GroupPlan(group.name, self.county.qian.id, members, group.locality_id)
        groups.change_group(self.county.wu, group.id, plan)

    def registers(self):
        make_organisation()

    def closes(self):
        with unit_of_work() as session:
            session.get(Organisation, self.county.environment_agency.id).disabled_at = self.chance.choice([None, now()])

    def publishes(self):
        make_checklist_version(f"test-{ids.mint()[-6:]}")

    def shows_a_slip(self):
        slips = fetch(self.phone).json["slips"]
        if self.visits and slips:
            said = {"visit": self.visits[-1], "bound_at": "2026-11-23T09:00:00+08:00"}
            self.phone.api_put(f"/api/v1/slips/{self.chance.choice(slips)['id']}/binding", said)


def test_a_phone_that_was_away_for_however_long_holds_what_a_whole_pack_says(county, phone, version):
    chance = random.Random(seed_of_this_run())
    life = Life(county, phone, version, chance)
    packs = [fetch(phone).json]
    for step in range(STEPS):
        life.goes_on()
        whole = fetch(phone).json
        for before in (packs[-1], chance.choice(packs)):
            assert put_together(before, fetch(phone, before).json) == whole, f"seed {seed_of_this_run()}, step {step}"
        packs.append(whole)


def test_one_changed_visit_of_many_comes_with_its_neighbours_only(county, phone):
    visits = [make_visit(group=county.first_group, starts_at=now() + timedelta(hours=place)) for place in range(100)]
    before = fetch(phone).json

    with unit_of_work() as session:
        session.get(Visit, visits[50].id).place = "云川市柳湾镇工业路2号"
    answer = fetch(phone, before).json

    assert set(answer) == {"cursor", "visits"}
    travelling = [row for row in answer["visits"]["rows"] if isinstance(row, dict)]
    assert visits[50].id in {row["id"] for row in travelling}
    assert len(travelling) <= 20
    assert put_together(before, answer) == fetch(phone).json


def test_what_is_left_out_is_gone(county, phone):
    visits = [make_visit(group=county.first_group, starts_at=now() + timedelta(hours=place)) for place in range(20)]
    before = fetch(phone).json

    with unit_of_work() as session:
        session.delete(session.get(Visit, visits[7].id))
    answer = fetch(phone, before).json

    assert answer["visits"]["count"] == 19
    assert visits[7].id not in {one["id"] for one in put_together(before, answer)["visits"]}


def test_a_phone_that_does_not_ask_for_rows_gets_sections_whole(county, phone):
    for _ in range(9):
        make_visit(group=county.first_group)
    before = fetch(phone).json
    make_visit(group=county.first_group)

    said = phone.api_get("/api/v1/pack", query_string={"since": before["cursor"]}).json

    assert set(said) == {"cursor", "visits", "agencies"}
    assert said["visits"] == fetch(phone).json["visits"]


def test_the_etag_says_what_a_phone_holds_however_it_asked(county, phone):
    whole = fetch(phone)
    etag = {"If-None-Match": whole.headers["ETag"]}
    assert fetch(phone, whole.json, **etag).status_code == 304

    make_visit(group=county.first_group)
    changed = fetch(phone, whole.json, **etag)

    assert changed.status_code == 200
    assert changed.headers["ETag"] == fetch(phone).headers["ETag"] != whole.headers["ETag"]


def test_the_cursor_of_another_person_brings_nothing_of_theirs(county, phone, signed_in):
    make_visit(group=county.first_group)
    before = fetch(phone).json
    other = signed_in(county.wang_wu)

    assert put_together(before, fetch(other, before).json) == fetch(other).json
