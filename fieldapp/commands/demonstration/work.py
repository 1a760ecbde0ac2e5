"""A month of work in 云川市, each thing at its moment and in order: planned, recorded, talked about, reviewed.

Everything goes through the operations that phones and desks use, so chain, receipts and hashes are true.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from fieldapp import ids
from fieldapp.checklists import queries as checklists
from fieldapp.clock import as_if_at
from fieldapp.commands.demonstration import photos, records, words
from fieldapp.commands.demonstration.calendar import Slot
from fieldapp.commands.demonstration.county import County
from fieldapp.commands.demonstration.covering import cover_and_check
from fieldapp.commands.demonstration.phone_filings import Picture, file_observation, send, take
from fieldapp.commands.demonstration.records import Diligence
from fieldapp.commands.demonstration.staff import Staff
from fieldapp.commands.demonstration.talks import Talk
from fieldapp.filing.canonical import digest_of
from fieldapp.people.models import User
from fieldapp.reviews import operations as reviews
from fieldapp.visits import planning
from fieldapp.visits.ad_hoc import FiledVisit, file_visit
from fieldapp.visits.models import Visit
from fieldapp.visits.planning import VisitPlan

RETURN_ITEMS = ("请补一张能看清证件的照片。", "说明写得再具体些：几点、谁、说了什么。", "请核对这一项，与照片不一致。")


@dataclass
class Diary:
    """What happens when. `deeds` run in the order of their moments, with the clock set to each."""

    random: Random
    now: datetime
    deeds: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)

    def at(self, moment: datetime, deed: Callable[[], object]) -> None:
        """Notes a deed; what lies in the future is left undone."""
        if moment < self.now:
            self.deeds.append((moment, deed))

    def live(self, tell: Callable[[int, int], None]) -> None:
        """Does everything, oldest first. `tell(done, all)` after each."""
        self.deeds.sort(key=lambda deed: deed[0])
        for place, (moment, deed) in enumerate(self.deeds, start=1):
            with as_if_at(moment):
                deed()
            tell(place, len(self.deeds))


@dataclass
class Scene:
    """Where the work happens."""

    county: County
    staff: Staff
    diary: Diary

    def hold(self, slot: Slot) -> list[Visit]:
        """Notes everything about one visit: its planning, what each author filed, and what became of that.

        Gives a list that will hold the visit once it has been planned.
        """
        planned_at = min(slot.starts_at - timedelta(days=3), self.diary.now - timedelta(hours=2))
        visits: list[Visit] = []
        self.diary.at(planned_at, lambda: visits.append(self._plan(slot)))
        for place, (username, fate) in enumerate(slot.authors):
            started_at = slot.starts_at + timedelta(minutes=4 + 3 * place)
            self._record(visits, self.staff[username], fate, started_at)
        by_chance = bool(slot.authors) and self.diary.random.random() < 0.6
        username, course = slot.talk or (slot.authors[0][0] if by_chance else "", "usual")
        if username:
            talked_at = slot.starts_at + timedelta(minutes=75)
            talk = Talk(self.diary.random, self.staff[username], talked_at, course)
            self.diary.at(talked_at + timedelta(minutes=12), lambda: talk.hold(visits[0]))
        return visits

    def judge_own(self, midnight: datetime) -> None:
        """Notes what the lead has to return: somebody goes alone to his own agency and records it."""
        started_at = midnight - timedelta(hours=33)
        author, agency = self.staff["legal1"], self.county["云川市生态环境局"]
        record = Record(self.diary.random, author, "submitted", started_at)
        filed = FiledVisit(
            id=ids.mint(), mode="on_site", domain="eco_environment", agency_id=agency.id, agency_name=agency.name,
            group_id=None, locality_id=self.county["沙渚镇"].id, place="沙渚镇示例路3号", matter="排污许可检查",
            source="routine", starts_at=started_at, digest=digest_of("legal1"),
        )  # fmt: skip
        self.diary.at(started_at + timedelta(minutes=70), lambda: record.submit(file_visit(author, filed)))

    def _plan(self, slot: Slot) -> Visit:
        group = self.staff.groups[slot.group]
        place = self.diary.random.choice(words.PLACES[slot.domain])
        plan = VisitPlan(
            mode=slot.mode,
            domain=slot.domain,
            agency_id=self.county[slot.agency].id,
            group_id=group.id,
            starts_at=slot.starts_at,
            place=f"{slot.locality}{place}" if slot.mode == "on_site" else f"{slot.agency}会议室",
            matter=self.diary.random.choice(words.MATTERS[slot.domain]),
            source=slot.source,
            locality_id=self.county[slot.locality].id,
        )
        return planning.plan_visit(self.staff["admin"], plan)

    def _record(self, visits: list[Visit], author: User, fate: str, started_at: datetime) -> None:
        record = Record(self.diary.random, author, fate, started_at)
        filed_at = started_at + timedelta(minutes=95)
        if fate == "draft":
            self.diary.at(started_at + timedelta(minutes=25), lambda: record.save_draft(visits[0]))
            return
        self.diary.at(filed_at, lambda: record.submit(visits[0]))
        decided_at = filed_at + timedelta(hours=23)
        lead = self.staff["lead1"]
        if fate in ("returned", "amended"):
            self.diary.at(decided_at, lambda: record.come_back(lead))
        if fate == "amended":
            self.diary.at(decided_at + timedelta(hours=5), record.amend)
            self.diary.at(decided_at + timedelta(hours=24), lambda: record.pass_review(lead))
        if fate == "approved":
            self.diary.at(decided_at, lambda: record.pass_review(lead))


@dataclass
class Record:
    """One author's record of one visit on its way. `fate`: draft, submitted, partial, returned, amended or approved."""

    random: Random
    author: User
    fate: str
    started_at: datetime
    id: str = field(default_factory=ids.mint)
    body: dict[str, Any] = field(default_factory=dict)
    domain: str = ""
    added: str = ""  # the photo that came with the amended revision

    def save_draft(self, visit: Visit) -> None:
        """Files what there is so far: a third of the answers, no end."""
        self._fill_in(visit)
        answers = dict(list(self.body["answers"].items())[: max(3, len(self.body["answers"]) // 3)])
        self.body |= {"state": "draft", "ended_at": None, "answers": answers, "summary": ""}
        file_observation(self.author, self.id, self.body)

    def submit(self, visit: Visit) -> None:
        """Files the record, then its pictures; of a partial one the last picture has only sent its copy ahead."""
        self._fill_in(visit)
        pictures = self._pictures()
        file_observation(self.author, self.id, self.body)
        for picture in pictures[:-1] if self.fate == "partial" else pictures:
            send(self.author, picture, observation_id=self.id)
        if self.fate == "partial":
            send(self.author, pictures[-1].copy(), observation_id=self.id)

    def come_back(self, lead: User) -> None:
        """Is returned with a comment on one or two items."""
        codes = [code for code, answer in self.body["answers"].items() if answer["value"] == "no"]
        codes = (codes or list(self.body["answers"]))[: self.random.randint(1, 2)]
        items = {code: self.random.choice(RETURN_ITEMS) for code in codes}
        reviews.return_to_author(lead, self.id, revision=self.body["revision"], comment="请补充后再提交。", items=items)

    def amend(self) -> None:
        """Is filed once more, with the notes made longer, one more picture, and signed anew."""
        revision = self.body["revision"]
        self.body |= {"revision": revision + 1, "base_revision": revision}
        code = next((code for code, given in self.body["answers"].items() if given["value"] == "no"), "")
        code = code or next(iter(self.body["answers"]))
        answer = self.body["answers"][code]
        picture = take(self.random, self.domain, item=code, taken_at=self.started_at + timedelta(minutes=40))
        note = f"{answer['note']}（补充：开始后约 12 分钟发生，已与执法人员核对。）"
        self.body["answers"][code] = {**answer, "note": note, "evidence": [*answer["evidence"], picture.id]}
        self.body["signature"] = {"evidence": self.body["signature"]["evidence"]}  # signed anew
        file_observation(self.author, self.id, self.body)
        send(self.author, picture, observation_id=self.id)
        self.added = picture.id

    def pass_review(self, lead: User) -> None:
        """Is approved as it now stands."""
        reviews.approve(
            lead, self.id, revision=self.body["revision"], comment=self.random.choice(["", "", "记录完整。"])
        )
        if self.added:
            cover_and_check(lead, self.added)

    def _fill_in(self, visit: Visit) -> None:
        version = checklists.current()
        if version is None:
            raise RuntimeError("no checklist is published")
        self.domain = visit.domain
        self.body = records.observation_body(
            self.random,
            visit,
            checklists.content_of(version.id),
            version.id,
            started_at=self.started_at,
            diligence=Diligence(no_share=self.random.choice([0.0, 0.08, 0.12, 0.25])),
        )

    def _pictures(self) -> list[Picture]:
        """Pictures named in the body: one at each 否 (three at most), one or two elsewhere, and the signature."""
        answers = self.body["answers"]
        codes = [code for code, answer in answers.items() if answer["value"] == "no"][:3]
        codes += self.random.sample([code for code, given in answers.items() if given["value"] == "yes"], 1)
        pictures = []
        for place, code in enumerate(codes):
            taken_at = self.started_at + timedelta(minutes=6 + 9 * place)
            pictures.append(take(self.random, self.domain, item=code, taken_at=taken_at))
            answers[code]["evidence"] = [pictures[-1].id]
        signed_at = self.started_at + timedelta(minutes=80)
        signed = Picture(photos.signature(self.random.randrange(10**6)), None, signed_at, source="signature")
        self.body["signature"] = {"evidence": signed.id}
        return [signed, *pictures]
