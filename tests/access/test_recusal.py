"""Nobody judges their own: many people, groups, agencies and visits by chance, all through the real operations."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from factories import (
    filed_observation,
    make_certificate,
    make_checklist_version,
    make_group,
    make_organisation,
    make_user,
    observation_body,
)
from seeds import seed_of_this_run
from sqlalchemy import func, select

from fieldapp import ids
from fieldapp.clock import now
from fieldapp.errors import FieldappError, Refused
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.models import Receipt
from fieldapp.filing.operations import file_together
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.people import accounts, declared_recusals
from fieldapp.people.accounts import Account
from fieldapp.people.groups import GroupPlan
from fieldapp.people.models import User
from fieldapp.reviews import binding, operations
from fieldapp.visits import planning, recusal
from fieldapp.visits.ad_hoc import FiledVisit, file_visit
from fieldapp.visits.models import Visit
from fieldapp.visits.planning import VisitPlan

ROUND = 50  # records between two looks


@dataclass
class World:
    """A county in which everybody could meet everybody. `parents`: organisation → the one above, kept by the test."""

    random: Random
    version: Any
    admin: Any
    agencies: list[Any] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    people: list[Any] = field(default_factory=list)
    leads: list[Any] = field(default_factory=list)
    groups: list[Any] = field(default_factory=list)
    parents: dict[str, str | None] = field(default_factory=dict)
    filed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def are_kin(self, one: str, other: str) -> bool:
        return other in self._line(one) or one in self._line(other)

    def is_own(self, person: User, agency: str) -> bool:
        """Whether it is the person's own agency, or one that stands as his 回避单位, or below one."""
        line = self._line(agency)
        return self.are_kin(person.organisation_id, agency) or any(one in line for one in person.recusals.split())

    def _line(self, here: str | None) -> list[str]:
        return [here, *self._line(self.parents[here])] if here else []


@pytest.fixture
def world(app):
    random = Random(seed_of_this_run())
    with unit_of_work():
        bureau = make_organisation("云川市司法局", kind="justice_bureau")
        admin = make_user("管理", role="system security", organisation=bureau)
        made = World(random, make_checklist_version(), admin)
        made.parents[bureau.id] = None
        made.bodies = [bureau]
        for number in range(4):
            above = make_organisation(f"第{number}局")
            below = make_organisation(f"第{number}局直属大队", parent=above)
            deeper = make_organisation(f"第{number}局直属大队一中队", parent=below)
            made.parents |= {above.id: None, below.id: above.id, deeper.id: below.id}
            made.agencies += [above, below, deeper]
        for number in range(24):
            home = random.choice([bureau, *made.agencies])
            role, origin = random.choice(["lead", "supervisor"]), "justice_bureau" if home is bureau else "legal_unit"
            person = make_user(f"人{number}", role=role, organisation=home, origin=origin)
            if random.random() < 0.8:
                make_certificate(person, kind=random.choice(["inspector", "inspector", "invited"]))
            made.people.append(person)
        made.people.append(make_user("局长", role="lead", organisation=bureau))
        make_certificate(made.people[-1])
        made.leads = [person for person in made.people if "lead" in person.roles]
        for _ in range(8):
            members = random.sample(made.people, random.randint(1, 4))
            made.groups.append(make_group(random.choice(made.leads), members))
    return made


@pytest.mark.parametrize("records", [100, pytest.param(10_000, marks=pytest.mark.long)])
def test_nobody_approves_what_concerns_their_own_agency_and_nothing_filed_is_lost(world, records):
    for _ in range(0, records, ROUND):
        _change_something(world)
        _decide(world, _file(world, [_a_filing(world) for _ in range(ROUND)]))

    stored = db.session.execute(select(Observation.id, Observation.author_id, Observation.visit_id)).all()
    assert {row.id: (row.author_id, row.visit_id) for row in stored} == world.filed
    assert len(world.filed) >= records
    for table in (ObservationRevision, Receipt):
        assert db.session.scalar(select(func.count()).select_from(table)) == len(world.filed)
    approved = db.session.scalar(select(func.count()).select_from(Observation).where(Observation.state == "approved"))
    assert approved > records / 50, "hardly anything was approved: the test says nothing"


def _change_something(world: World) -> None:
    """Other members for a group, where that is let; somebody changes to another body, where the register lets him."""
    random = world.random
    group = random.choice(world.groups)
    lead, members = random.choice(world.leads), random.sample(world.people, random.randint(1, 4))
    plan = GroupPlan(group.name, lead.id, [person.id for person in members])
    try:
        recusal.change_group(world.admin, group.id, plan)
    except Refused:
        db.session.expire_all()
    else:
        for visit in db.session.scalars(select(Visit).where(Visit.group_id == group.id, Visit.is_ad_hoc.is_(False))):
            if visit.starts_at > now():
                assert not any(world.is_own(one, visit.agency_id) for one in [lead, *members])
    person, home = random.choice(world.people[:-1]), random.choice([*world.bodies, *world.agencies])
    origin = "justice_bureau" if home in world.bodies else "legal_unit"
    accounts.change_user(world.admin, person.id, Account(person.username, person.name, person.roles, home.id, origin))
    other = random.choice(world.people[:-1])
    declared = random.sample(world.agencies, random.choice([0, 0, 1, 2]))
    declared_recusals.declare(world.admin, other.id, [one.id for one in declared], reason="曾在该局任职")


def _a_filing(world: World) -> tuple[User, Visit]:
    """A visit, planned or opened on a phone, its agency chosen or typed; and somebody who goes along."""
    random, agency, group = world.random, world.random.choice(world.agencies), world.random.choice(world.groups)
    db.session.refresh(group)
    if random.random() < 0.5:
        plan = VisitPlan("on_site", "work_safety", agency.id, group.id, now() + timedelta(days=1), "示例路1号")
        people = recusal.of_group(group)
        has_own = any(world.is_own(one, agency.id) for one in people)
        try:
            visit = planning.plan_visit(world.admin, plan)
        except Refused as refusal:
            refused = [fault.pointer for fault in refusal.faults]
        else:
            assert not has_own
            return random.choice(people), visit
        assert (has_own, refused) == (True, ["/group_id"])
    author = random.choice(world.people)
    is_typed = random.random() < 0.4
    words = random.choice([agency.name, f" {agency.name[0]} {agency.name[1:]}\u200b", "不在名册的单位"])
    visit = file_visit(author, FiledVisit(
        id=ids.mint(), mode="on_site", domain="work_safety", agency_id=None if is_typed else agency.id,
        agency_name=words, group_id=None, locality_id=None, place="示例路2号", matter="", source="routine",
        starts_at=now(), digest="0" * 64,
    ))  # fmt: skip
    return author, visit


def _file(world: World, filings: list[tuple[User, Visit]]) -> list[str]:
    """Gives the ids of the new records."""
    sent = []
    for author, visit in filings:
        record = ids.mint()
        world.filed[record] = (author.id, visit.id)
        sent.append((author.id, filed_observation(record, observation_body(visit, world.version))))
    outcomes = file_together(sent)
    assert not [outcome for outcome in outcomes if isinstance(outcome, FieldappError)]
    return [filed.id for _, filed in sent]


def _decide(world: World, records: list[str]) -> None:
    """Two leads, some of whom find an agency in the register first, try their luck with every record."""
    random = world.random
    for record in records:
        for lead in random.sample(world.leads, min(2, len(world.leads))):
            if random.random() < 0.3:
                try:
                    binding.bind_agency(lead, record, random.choice(world.agencies).id)
                except FieldappError:
                    db.session.rollback()
            try:
                operations.approve(lead, record, revision=1)
            except FieldappError:
                continue
            _check_approval(world, record, lead)
            break


def _check_approval(world: World, record: str, lead: User) -> None:
    found = db.session.get(Observation, record, populate_existing=True)
    agency = found.visit.agency_id
    assert agency is not None
    assert not world.is_own(found.author, agency), "the author judged his own agency"
    assert not world.is_own(lead, agency), "the lead judged his own agency"
    assert "own_agency" not in found.marks
