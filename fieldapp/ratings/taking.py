"""Ratings that arrive together are taken together: one transaction, each judged after those before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldapp import ids
from fieldapp.audit import operations as audit
from fieldapp.audit.operations import Happening
from fieldapp.clock import now
from fieldapp.errors import FieldappError, NotFound, TooMany
from fieldapp.extensions import unit_of_work
from fieldapp.people.models import Organisation
from fieldapp.rating_codes import queries as codes
from fieldapp.rating_codes.models import RatingCode
from fieldapp.rating_codes.numbering import mint_receipt_code
from fieldapp.rating_codes.queries import CodeClosed
from fieldapp.ratings import contacts, drafts, follow_ups, rules, sender_hashes, suspicion_signals
from fieldapp.ratings.choices import Reasons
from fieldapp.ratings.models import Rating
from fieldapp.ratings.page_loads import Sending
from fieldapp.ratings.photos import Picture
from fieldapp.ratings.suspicion_signals import Before, Marks
from fieldapp.visits.models import Visit


@dataclass(frozen=True)
class Sent:
    """One sending of a code's page that has no gaps."""

    code_id: str
    sending: Sending
    wish: rules.Wish
    reasons: Reasons
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True)
class Taken:
    """What became of it: a rating, of now or of before."""

    rating_id: str
    receipt_code: str


def take_together(sent: Sequence[Sent]) -> list[Taken | FieldappError]:
    """Takes several ratings in one transaction: an outcome for each, in order.

    Each is judged as if those before it had been there already: the same sent twice is one rating, a slip is used
    once, and what came from one network within a minute is counted.
    """
    with unit_of_work() as session:
        batch = _Batch(session, sent, now())
        outcomes = [batch.judge(one) for one in sent]
        batch.write()
    return outcomes


def join(rating: Rating, visit: Visit, at: datetime) -> None:
    """Writes into `rating` what the visit says of agency, 区镇 and domain, in the caller's unit of work."""
    rating.visit_id = visit.id
    rating.agency_id = visit.agency_id
    rating.locality_id = visit.locality_id
    rating.domain = visit.domain
    rating.joined_at = at


def ask_to_wait() -> TooMany:
    """What is said at absurd rates from one network."""
    return TooMany("这个网络提交过于频繁，请一分钟后再试。您填写的内容没有提交。", retry_after=60)


class _Batch:
    """What has to be known of the ratings that came together, and the new ones among them."""

    def __init__(self, session: Session, sent: Sequence[Sent], at: datetime) -> None:
        self._session, self._at = session, at
        self._taken = self._known_by_mark({one.sending.mark_of(one.wish) for one in sent})
        self._codes = self._read_codes({one.code_id for one in sent})
        keys = sender_hashes.keys_for_new_tags(at)
        self._marks = {id(one): suspicion_signals.marks_of(one.sending.sender, keys) for one in sent}
        holders = {code.id: code.issued_to_id for code in self._codes.values() if code.kind == "slip"}
        self._before = Before([(one.code_id, self._marks[id(one)]) for one in sent], holders, at)
        self._agencies = self._named_agencies({one.wish.agency_id for one in sent if one.wish.agency_id})
        self._new: list[Rating] = []
        self._pages: list[str] = []
        self._bursts: set[tuple[str, tuple[str, ...]]] = set()
        self._campaigns: set[tuple[str, Marks]] = set()

    def judge(self, one: Sent) -> Taken | FieldappError:
        """The outcome for one of them; a new rating is kept for `write`."""
        mark, code = one.sending.mark_of(one.wish), self._codes.get(one.code_id)
        if mark in self._taken:
            return self._taken[mark]
        if code is None:
            return NotFound("没有这个评价码。")
        fault = codes.fault_of(code, self._at)
        if fault:
            return CodeClosed(fault, code)
        if self._before.in_last_minute(code.id, self._marks[id(one)]) >= suspicion_signals.most_per_minute():
            return ask_to_wait()
        rating = self._rating(one, code, mark)
        self._new.append(rating)
        self._pages.append(one.sending.page.mark())
        self._taken[mark] = Taken(rating.id, rating.receipt_code)
        return self._taken[mark]

    def write(self) -> None:
        """Stores the new ones, each with its entry in the chain, and opens the follow-ups of the bad ones."""
        if not self._new:
            return
        self._session.add_all(self._new)
        self._session.flush()
        audit.record_many([self._happening(rating) for rating in self._new])
        for code_id, networks in sorted(self._bursts):
            suspicion_signals.mark_burst_before(code_id, networks, self._at)
        for holder_id, marks in self._campaigns:
            suspicion_signals.mark_held_before(holder_id, marks, self._at)
        for rating in self._new:
            if rating.is_bad:
                follow_ups.open_for(rating, self._at)
        drafts.forget(*self._pages)

    def _rating(self, one: Sent, code: RatingCode, mark: str) -> Rating:
        marks, at = self._marks[id(one)], self._at
        around = self._before.signals(code.id, marks, seconds_on_page=one.sending.page.age_seconds(at))
        around = replace(around, is_hidden_filled=one.sending.fills_hidden)
        rating = _new_rating(one, code, mark, at=at, named_agencies=self._agencies)
        rating.network_tag, rating.device_tag = marks.networks[0], marks.device
        rating.suspect_reasons = " ".join(rules.suspicions(around))
        rating.photos = [picture.row(position) for position, picture in enumerate(one.pictures)]
        contacts.put_in(rating, name=one.wish.name, phone=one.wish.phone)
        if rating.slip_id:
            code.used_at = at
        self._note(code, marks, around, is_suspect=rating.is_suspect)
        return rating

    def _note(self, code: RatingCode, marks: Marks, around: rules.Signals, *, is_suspect: bool) -> None:
        self._before.note(code.id, marks, is_suspect=is_suspect)
        if around.is_holder_campaign and code.issued_to_id:
            self._campaigns.add((code.issued_to_id, marks))
        if around.is_code_burst:
            self._bursts.add((code.id, ()))
        elif around.is_network_burst:
            self._bursts.add((code.id, marks.networks))

    def _happening(self, rating: Rating) -> Happening:
        details = {"code": rating.code_id, "level": rating.level, "suspect": rating.suspect_reasons}
        return Happening("rating.received", None, "rating", rating.id, self._at, details)

    def _known_by_mark(self, marks: Collection[str]) -> dict[str, Taken]:
        rows = self._session.execute(
            select(Rating.nonce, Rating.id, Rating.receipt_code).where(Rating.nonce.in_(marks))
        ).all()
        return {row.nonce: Taken(row.id, row.receipt_code) for row in rows}

    def _read_codes(self, code_ids: Collection[str]) -> dict[str, RatingCode]:
        """Read anew: whether a slip has been used is known only here."""
        wanted = select(RatingCode).where(RatingCode.id.in_(code_ids)).options(joinedload(RatingCode.visit))
        found = self._session.scalars(wanted.execution_options(populate_existing=True))
        return {code.id: code for code in found}

    def _named_agencies(self, agency_ids: Collection[str]) -> frozenset[str]:
        if not agency_ids:
            return frozenset()
        wanted = select(Organisation.id).where(Organisation.id.in_(agency_ids), Organisation.kind == "agency")
        return frozenset(self._session.scalars(wanted))


def _new_rating(
    one: Sent, code: RatingCode, mark: str, *, at: datetime, named_agencies: Collection[str]
) -> Rating:  # fmt: skip
    wish, reasons = one.wish, one.reasons
    level = int(wish.level)
    offered = {reason.id for reason in reasons.by_level[level]}
    rating = Rating(
        id=ids.mint(), receipt_code=mint_receipt_code(), code_id=code.id, kind=code.kind, nonce=mark,
        slip_id=code.id if code.kind == "slip" else None, level=level, **wish.facts,
        reasons=" ".join(reason for reason in dict.fromkeys(wish.reasons) if reason in offered),
        reasons_version=reasons.version, comment=wish.comment, submitted_at=at,
        agency_id=code.agency_id, locality_id=code.locality_id, contact_point_id=code.contact_point_id,
    )  # fmt: skip
    if code.visit is not None:
        join(rating, code.visit, at)
    elif code.kind == "poster" and code.agency_id is None and wish.agency_id in named_agencies:
        rating.agency_id = wish.agency_id
    return rating
