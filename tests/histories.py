"""Random histories: a county at work, so that what is derived can be compared with what is made anew."""

import random
from contextlib import suppress
from typing import Any

from citizens import a_wish, make_slip, rated
from factories import filed_observation, make_checklist_version, make_visit, observation_body

from fieldapp import ids
from fieldapp.errors import FieldappError
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing.operations import file_revision
from fieldapp.observations.models import Observation
from fieldapp.reviews import binding
from fieldapp.reviews import operations as reviews

VALUES = ("yes", "yes", "yes", "no", "na", "not_observed")


class History:
    """What a county does by chance, one step after the other; a step that the rules refuse is no step."""

    def __init__(self, county: Any, chance: random.Random) -> None:
        self.county, self.chance = county, chance
        self.version = make_checklist_version()
        self.visits = [make_visit(group=county.first_group, agency=county.work_safety_agency) for _ in range(3)]
        with unit_of_work():
            unknown = make_visit(group=county.first_group, agency=county.work_safety_agency, is_ad_hoc=True)
            unknown.agency_id, unknown.agency_name = None, "某某执法队"
        self.visits.append(unknown)
        self.records: list[tuple[str, Any, Any]] = []

    def step(self) -> None:
        """One more thing is done."""
        with suppress(FieldappError):
            self.chance.choice([self.file, self.file, self.refile, self.decide, self.decide, self.rate, self.bind])()

    def file(self) -> None:
        """A first revision, mostly submitted."""
        author = self.chance.choice([self.county.zhang_san, self.county.li_si])
        visit, record_id = self.chance.choice(self.visits), ids.mint()
        self._file(record_id, author, visit, 1)
        self.records.append((record_id, author, visit))

    def refile(self) -> None:
        """A further revision of a record that may have one."""
        if self.records:
            record_id, author, visit = self.chance.choice(self.records)
            self._file(record_id, author, visit, self._record(record_id).head_revision + 1)

    def decide(self) -> None:
        """A lead approves or returns."""
        if not self.records:
            return
        record = self._record(self.chance.choice(self.records)[0])
        if self.chance.random() < 0.6:
            reviews.approve(self.county.zhou, record.id, revision=record.head_revision)
        else:
            reviews.return_to_author(
                self.county.zhou, record.id, revision=record.head_revision, comment="请补充", items={}
            )

    def rate(self) -> None:
        """A citizen rates a visit."""
        slip = make_slip(self.county.zhang_san, visit=self.chance.choice(self.visits[:3]))
        rated(slip, a_wish(show_credentials=self.chance.choice(["yes", "no"])))

    def bind(self) -> None:
        """A lead says which agency a phone meant."""
        for record_id, _, visit in self.records:
            if visit is self.visits[3]:
                binding.bind_agency(self.county.zhou, record_id, self.county.environment_agency.id)

    def _file(self, record_id: str, author: Any, visit: Any, revision: int) -> None:
        answers = {
            code: {"value": self.chance.choice(VALUES), "note": "看到了", "corrected_on_spot": True}
            for code in self.chance.sample(["A02", "B01", "B02", "B03", "C01"], 3)
        }
        state = "draft" if self.chance.random() < 0.2 else "submitted"
        body = observation_body(visit, self.version, revision=revision, state=state, answers=answers)
        file_revision(author, filed_observation(record_id, body))

    def _record(self, record_id: str) -> Any:
        return db.session.get(Observation, record_id, populate_existing=True)
