"""Looks at what came shortly before a rating, and marks what is suspect: with a reason, never refused."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, case, func, select, update

from fieldapp.audit import operations as audit
from fieldapp.audit.operations import Happening
from fieldapp.extensions import db, unit_of_work
from fieldapp.rating_codes.models import RatingCode
from fieldapp.ratings import rules, sender_hashes
from fieldapp.ratings.models import Opinion, Rating
from fieldapp.ratings.sender_hashes import DayKeys


@dataclass(frozen=True)
class Sender:
    """Where a rating comes from. `device_mark`: the random mark of the browser, empty for none."""

    address: str
    device_mark: str = ""


@dataclass(frozen=True)
class Marks:
    """What the sender's rating is stored with. `networks`: today's tag, and yesterday's when there is one."""

    networks: tuple[str, ...]
    device: str | None


def marks_of(sender: Sender, keys: DayKeys) -> Marks:
    """The tags of a sender."""
    return Marks(keys.tags_of(sender.address), sender_hashes.device_tag(sender.device_mark))


@dataclass
class _FromNetwork:
    """Ratings of one network on one code: in BURST_MINUTES, not suspect of these, within a minute; the last."""

    recent: int
    honest: int
    in_minute: int
    last: datetime


class Before:
    """What was rated shortly before on some codes, from the same networks, by the same devices, by slips of the same
    holders: three queries, however many ratings have come together. `note` counts each that is taken, so that it stands
    before those that follow.
    """

    def __init__(self, coming: Sequence[tuple[str, Marks]], holders: Mapping[str, str | None], at: datetime) -> None:
        """`coming`: the code's id and the marks of each rating. `holders`: by code, who holds it when it is a slip."""
        self._at, self._holders = at, holders
        self._from: dict[str, dict[str | None, _FromNetwork]] = defaultdict(dict)
        self._by_device: dict[str, Counter[str]] = defaultdict(Counter)
        self._held: Counter[tuple[str, str, bool]] = Counter()  # holder, network, whether the browser has a mark
        self._read_codes({code_id for code_id, _ in coming})
        self._read_devices({marks.device for _, marks in coming if marks.device})
        self._read_holders({tag for _, marks in coming for tag in marks.networks})

    def in_last_minute(self, code_id: str, marks: Marks) -> int:
        """Ratings from the sender's network on the code within a minute."""
        return sum(one.in_minute for one in self._found(code_id, marks))

    def signals(self, code_id: str, marks: Marks, *, seconds_on_page: float | None) -> rules.Signals:
        """What came before one rating, as its suspicions are judged by."""
        network, rated = self._found(code_id, marks), self._by_device.get(marks.device or "", Counter())
        last = max((one.last for one in network), default=None)
        return rules.Signals(
            device_on_code=rated[code_id],
            device_codes=len(rated),
            network_seconds_ago=(self._at - last).total_seconds() if last else None,
            network_recent=sum(one.recent for one in network),
            code_networks=sum(one.honest > 0 for tag, one in self._from[code_id].items() if tag not in marks.networks),
            held_unmarked=0 if marks.device else self._held_from(code_id, marks, (False,)),
            held=self._held_from(code_id, marks, (False, True)),
            seconds_on_page=seconds_on_page,
        )

    def note(self, code_id: str, marks: Marks, *, is_suspect: bool) -> None:
        """One more rating has been taken."""
        one = self._from[code_id].setdefault(marks.networks[0], _FromNetwork(0, 0, 0, self._at))
        one.recent, one.in_minute, one.last = one.recent + 1, one.in_minute + 1, self._at
        one.honest += not is_suspect
        holder = self._holders.get(code_id)
        if holder:
            self._held[holder, marks.networks[0], bool(marks.device)] += 1
        if marks.device:
            self._by_device[marks.device][code_id] += 1

    def _found(self, code_id: str, marks: Marks) -> list[_FromNetwork]:
        known = self._from[code_id]
        return [known[tag] for tag in marks.networks if tag in known]

    def _held_from(self, code_id: str, marks: Marks, marked: Sequence[bool]) -> int:
        holder = self._holders.get(code_id)
        return sum(self._held[holder, tag, one] for tag in marks.networks for one in marked) if holder else 0

    def _read_codes(self, code_ids: Collection[str]) -> None:
        in_minute = case((Rating.submitted_at > self._at - timedelta(minutes=1), 1), else_=0)
        is_honest = case((Rating.suspect_reasons == "", 1), else_=0)
        rows = db.session.execute(
            select(
                Rating.code_id, Rating.network_tag, func.count(), func.sum(is_honest), func.sum(in_minute),
                func.max(Rating.submitted_at),
            )
            .where(
                Rating.code_id.in_(code_ids), Rating.submitted_at > self._at - timedelta(minutes=rules.BURST_MINUTES)
            )
            .group_by(Rating.code_id, Rating.network_tag)
        )  # fmt: skip
        for code_id, tag, recent, honest, minute, last in rows:
            self._from[code_id][tag] = _FromNetwork(recent, honest, minute, last)

    def _read_devices(self, devices: Collection[str]) -> None:
        if not devices:
            return
        rows = db.session.execute(
            select(Rating.device_tag, Rating.code_id, func.count())
            .where(Rating.device_tag.in_(devices), Rating.submitted_at > self._at - timedelta(hours=rules.DEVICE_HOURS))
            .group_by(Rating.device_tag, Rating.code_id)
        )
        for device, code_id, count in rows:
            self._by_device[str(device)][code_id] = count

    def _read_holders(self, networks: Collection[str]) -> None:
        holders = {holder for holder in self._holders.values() if holder}
        if not holders:
            return
        has_mark = case((Rating.device_tag.is_not(None), 1), else_=0)
        rows = db.session.execute(
            select(RatingCode.issued_to_id, Rating.network_tag, has_mark.label("marked"), func.count())
            .join(RatingCode, RatingCode.id == Rating.slip_id)
            .where(
                RatingCode.issued_to_id.in_(holders), Rating.network_tag.in_(networks),
                Rating.submitted_at > self._at - timedelta(hours=rules.DEVICE_HOURS),
            )
            .group_by(RatingCode.issued_to_id, Rating.network_tag, "marked")
        )  # fmt: skip
        for holder, network, marked, count in rows:
            self._held[holder, network, bool(marked)] = count


def of_opinion(code_id: str, sender: Sender, seconds_on_page: float, at: datetime) -> rules.Signals:
    """What came shortly before an opinion from the same network on the same code; devices are not compared."""
    wanted = [
        Opinion.code_id == code_id,
        Opinion.network_tag.in_(sender_hashes.known_keys(at).tags_of(sender.address)),
        Opinion.submitted_at > at - timedelta(minutes=rules.BURST_MINUTES),
    ]
    count, last = db.session.execute(select(func.count(), func.max(Opinion.submitted_at)).where(*wanted)).one()
    seconds_ago = (at - last).total_seconds() if last else None
    return rules.Signals(
        network_seconds_ago=seconds_ago, network_recent=count, seconds_on_page=seconds_on_page
    )  # fmt: skip


def mark_burst_before(code_id: str, networks: Sequence[str], at: datetime) -> None:
    """Marks the earlier ratings of a burst that is noticed only now, so that it does not count its own beginning: all
    of the code, or those from `networks`.
    """
    wanted = [Rating.code_id == code_id, Rating.submitted_at > at - timedelta(minutes=rules.BURST_MINUTES)]
    if networks:
        wanted.append(Rating.network_tag.in_(networks))
    _mark("burst", wanted, at)


def mark_held_before(holder_id: str, marks: Marks, at: datetime) -> None:
    """The same of slips of one holder: those that browsers without a mark rated from there, or, when this one has a
    mark, all from there.
    """
    of_holder = select(RatingCode.id).where(RatingCode.issued_to_id == holder_id)
    wanted = [
        Rating.slip_id.in_(of_holder), Rating.network_tag.in_(marks.networks),
        Rating.submitted_at > at - timedelta(hours=rules.DEVICE_HOURS),
    ]  # fmt: skip
    if not marks.device:
        wanted.append(Rating.device_tag.is_(None))
    _mark("one_holder", wanted, at)


def _mark(reason: str, wanted: Sequence[ColumnElement[bool]], at: datetime) -> None:
    """Each with an entry in the chain, from which it is known what no longer counts and since when."""
    new = [*wanted, Rating.suspect_reasons.not_like(f"%{reason}%")]
    joined = case((Rating.suspect_reasons == "", reason), else_=Rating.suspect_reasons + f" {reason}")
    with unit_of_work() as session:
        found = session.scalars(select(Rating.id).where(*new).order_by(Rating.id)).all()
        session.execute(update(Rating).where(*new).values(suspect_reasons=joined))
        if found:
            audit.record_many(
                [Happening("rating.marked", None, "rating", one, at, {"suspect": reason}) for one in found]
            )


def in_last_minute(code_id: str, sender: Sender, at: datetime) -> int:
    """Ratings from the sender's network on the code within a minute. Needs no lock, so it can be asked first."""
    networks = sender_hashes.known_keys(at).tags_of(sender.address)
    if not networks:
        return 0
    return db.session.scalar(
        select(func.count()).select_from(Rating).where(
            Rating.code_id == code_id, Rating.network_tag.in_(networks),
            Rating.submitted_at > at - timedelta(minutes=1),
        )
    ) or 0  # fmt: skip


def most_per_minute() -> int:
    """Ratings of a minute above which a network is asked to wait; opinions of ten minutes."""
    return int(current_app.config["SETTINGS"].rating_per_minute)
