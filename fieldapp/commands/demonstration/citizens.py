"""The citizens of 云川市: codes on walls and in hands, ratings good and bad, a burst, opinions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from fieldapp.audit import projections
from fieldapp.clock import now
from fieldapp.commands.demonstration import sayings
from fieldapp.commands.demonstration.calendar import Slot
from fieldapp.commands.demonstration.county import County
from fieldapp.commands.demonstration.follow_through import FATES, Course
from fieldapp.commands.demonstration.staff import Staff
from fieldapp.commands.demonstration.work import Diary
from fieldapp.people import listing
from fieldapp.people.models import User
from fieldapp.rating_codes import operations as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings import choices, follow_ups, operations, opinions
from fieldapp.ratings.models import Opinion, Rating
from fieldapp.ratings.page_loads import PageLoad, Sending
from fieldapp.ratings.rules import FACTS, Wish
from fieldapp.ratings.suspicion_signals import Sender
from fieldapp.reviews import agreement_projection
from fieldapp.reviews.three_voices import IN_RATING
from fieldapp.visits.models import Visit

_POSTER_AGENCIES = ("云川市应急管理局", "云川市城市管理局", "云川市交通运输局")
_POSTER_LOCALITIES = ("柳湾镇", "云川开发区")
_CROWD = 11  # ratings on the counter of one agency, enough for a share


@dataclass
class Citizens:
    """Who rates where. Nobody here exists; telephones are 000-0000-…."""

    county: County
    staff: Staff
    diary: Diary

    def put_up_posters(self, midnight: datetime) -> None:
        """Posters five weeks ago; what people rate and write there since; paper slips for one group."""
        self.posters: dict[str, RatingCode] = {}
        start = midnight - timedelta(days=34)
        self.diary.at(start + timedelta(hours=9), self._issue_posters)
        self.diary.at(start + timedelta(hours=10), self._hand_out_paper)
        for place in range(_CROWD):
            moment = start + timedelta(days=2 + 3 * place, hours=9 + place % 7, minutes=11)
            level = (5, 4, 5, 3, 4, 5, 4, 5, 4, 3, 5)[place]
            self.diary.at(moment, lambda level=level: self._rate_poster("云川市应急管理局", level))  # type: ignore[misc]
        for place, (name, level) in enumerate(sayings.AT_POSTERS):
            moment = start + timedelta(days=3 + 2 * place, hours=15, minutes=7 * place)
            self.diary.at(moment, lambda name=name, level=level: self._rate_poster(name, level))  # type: ignore[misc]
        for seconds in range(0, 72, 9):
            moment = midnight - timedelta(days=5) + timedelta(hours=20, seconds=seconds)
            self.diary.at(moment, self._push)
        for place, (name, words, answer) in enumerate(sayings.OPINIONS):
            moment = midnight - timedelta(days=21 - 4 * place) + timedelta(hours=11, minutes=23)
            self._say(moment, name, words, answer)

    def rate_visit(self, slot: Slot, visits: list[Visit], number: int) -> None:
        """Two or three slips shown at the end of a visit, rated within minutes; one badly where FATES says so."""
        if slot.mode != "on_site" or not slot.authors:
            return
        author, fate = self.staff[slot.authors[0][0]], FATES.get(number)
        shown_at = slot.starts_at + timedelta(minutes=100)
        for place in range(2 + number % 2):
            rated_at = shown_at + timedelta(minutes=2 + 6 * place)
            is_bad = fate is not None and place == 0
            self._rate_slip(
                author, visits, rated_at, self._bad(fate) if is_bad else self._good(), fate if is_bad else None
            )

    def rate_before_binding(self, midnight: datetime) -> None:
        """A slip rated yesterday whose binding still waits on the phone."""
        author = self.staff["supervisor1"]
        self.diary.at(
            midnight - timedelta(hours=6),
            lambda: self._rate(codes.issue_slips(author, author, count=1)[0], self._good()),
        )

    def _issue_posters(self) -> None:
        admin = self.staff["admin"]
        names = {point.id: point.name for point in listing.contact_points()}
        for poster in codes.issue_missing_posters(admin):
            self.posters[names[poster.contact_point_id or ""]] = poster
        for name in _POSTER_AGENCIES:
            self.posters[name] = codes.issue_poster(admin, agency_id=self.county[name].id, place="办事大厅")
        for name in _POSTER_LOCALITIES:
            self.posters[name] = codes.issue_poster(admin, locality_id=self.county[name].id, place="便民服务中心")

    def _hand_out_paper(self) -> None:
        admin = self.staff["admin"]
        holders = [self.staff[name] for name in ("supervisor1", "supervisor2")]
        slips = codes.issue_sheets(admin, holders, count_each=8)
        codes.revoke(admin, slips[-1].id, "纸质码遗失")

    def _rate_poster(self, name: str, level: int) -> None:
        wish = self._good(level) if level > 2 else self._bad(None)
        self._rate(self.posters[name], wish)

    def _push(self) -> None:
        """One of a row of ratings from one telephone in a minute: counted, and marked."""
        sender = Sender("203.0.113.77", device_mark="demo-device-mark-00001"[:22])
        self._rate(self.posters["云川市城市管理局"], self._good(5), sender=sender)

    def _say(self, moment: datetime, name: str, words: str, answer: str) -> None:
        said: list[Opinion] = []
        self.diary.at(moment, lambda: said.append(self._opinion(name, words)))
        if answer:
            lead = self.staff["lead1"]
            self.diary.at(moment + timedelta(hours=27), lambda: opinions.answer(lead, said[0].id, answer))

    def _opinion(self, name: str, words: str) -> Opinion:
        poster = self.posters[name]
        return opinions.give(poster, self._sending(poster, self._stranger()), Wish("", {}, (), words, "", "", False))

    def _rate_slip(
        self, author: User, visits: list[Visit], at: datetime, wish: Wish, fate: str | None
    ) -> None:  # fmt: skip
        rated: list[Rating] = []

        def show_and_rate() -> None:
            slip = codes.issue_slips(author, author, count=1)[0]
            codes.bind_slip(author, slip.id, visit_id=visits[0].id, bound_at=now() - timedelta(minutes=1))
            heard = wish if fate else self._agreeing(wish, visits[0])
            rated.append(self._rate(slip, heard))

        self.diary.at(at, show_and_rate)
        if fate:
            course = Course(self.staff["lead1"], self.staff["lead1"], rated)
            for hours, deed in course.steps(fate):
                self.diary.at(at + timedelta(hours=hours), deed)
        elif wish.comment:
            self.diary.at(at + timedelta(hours=50), self._release(rated, wish.comment))

    def _agreeing(self, wish: Wish, visit: Visit) -> Wish:
        """Who is content says nothing against what the supervisors wrote down, save now and then."""
        list(projections.until_caught_up(agreement_projection.PROJECTION))
        heard = agreement_projection.of_visit(self.staff["lead1"], visit.id)
        doubted = [name for fact, name in IN_RATING.items() if any(voice.said.get(fact) == "no" for voice in heard)]
        return replace(wish, facts={**wish.facts, **dict.fromkeys(doubted, "unclear")})

    def _release(self, rated: list[Rating], words: str) -> Callable[[], Any]:
        return lambda: follow_ups.release_comment(self.staff["lead1"], rated[0].id, words=words)

    def _rate(self, code: RatingCode, wish: Wish, *, sender: Sender | None = None) -> Rating:
        return operations.rate(code, self._sending(code, sender or self._stranger()), wish, reasons=choices.current())

    def _sending(self, code: RatingCode, sender: Sender) -> Sending:
        nonce = f"demo{self.diary.random.getrandbits(90):018x}"[:22]
        return Sending(PageLoad(code.id, nonce, now() - timedelta(seconds=self.diary.random.randint(12, 90))), sender)

    def _stranger(self) -> Sender:
        return Sender(f"198.51.100.{self.diary.random.randint(1, 254)}")

    def _good(self, level: int | None = None) -> Wish:
        random = self.diary.random
        chosen = level or random.choices([5, 4, 3], weights=[5, 4, 1])[0]
        facts = {fact: random.choices(["yes", "unclear"], weights=[8, 1])[0] for fact in FACTS}
        comment = random.choice(sayings.GOOD) if random.random() < 0.4 else ""
        return Wish(str(chosen), facts, (), comment, "", "", False)

    def _bad(self, fate: str | None) -> Wish:
        random = self.diary.random
        level, lacking, reasons, comment, phone = sayings.BAD.get(fate or "", sayings.BAD["received"])
        facts = {fact: "no" if fact in lacking else random.choice(["yes", "yes", "unclear"]) for fact in FACTS}
        return Wish(str(level), facts, reasons, comment, "群众甲" if phone else "", phone, bool(phone))
