"""Looks at what came shortly before a rating, and marks what is suspect: with a reason, never refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import case, func, select, update

from fieldapp.extensions import db, unit_of_work
from fieldapp.ratings import rules, sender_hashes
from fieldapp.ratings.models import Opinion, Rating


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


def marks_of(sender: Sender, at: datetime) -> Marks:
    """The tags of a sender; in the caller's unit of work, for today's key may have to be made."""
    today, yesterday = sender_hashes.network_tags(sender.address, at)
    return Marks((today, yesterday) if yesterday else (today,), sender_hashes.device_tag(sender.device_mark))


def of(code_id: str, marks: Marks, *, seconds_on_page: float | None, at: datetime) -> rules.Signals:
    """What was rated shortly before on the same code, from the same network, by the same device: one query for each."""
    recent = at - timedelta(minutes=rules.BURST_MINUTES)
    from_network = Rating.network_tag.in_(marks.networks)
    row = db.session.execute(
        select(
            func.count().label("code_recent"),
            func.sum(case((from_network, 1), else_=0)).label("network_recent"),
            func.max(case((from_network, Rating.submitted_at))).label("network_last"),
        ).where(Rating.code_id == code_id, Rating.submitted_at > recent)
    ).one()
    on_code = codes = 0
    if marks.device:
        day = at - timedelta(hours=rules.DEVICE_HOURS)
        rated = db.session.execute(
            select(Rating.code_id, func.count()).where(Rating.device_tag == marks.device, Rating.submitted_at > day)
            .group_by(Rating.code_id)
        ).all()  # fmt: skip
        on_code, codes = sum(count for code, count in rated if code == code_id), len(rated)
    return rules.Signals(
        device_on_code=on_code,
        device_codes=codes,
        network_seconds_ago=(at - row.network_last).total_seconds() if row.network_last else None,
        network_recent=row.network_recent or 0,
        code_recent=row.code_recent,
        seconds_on_page=seconds_on_page,
    )


def of_opinion(code_id: str, sender: Sender, seconds_on_page: float, at: datetime) -> rules.Signals:
    """What came shortly before an opinion from the same network on the same code; devices are not compared."""
    wanted = [
        Opinion.code_id == code_id,
        Opinion.network_tag.in_(sender_hashes.known_tags(sender.address, at)),
        Opinion.submitted_at > at - timedelta(minutes=rules.BURST_MINUTES),
    ]
    count, last = db.session.execute(select(func.count(), func.max(Opinion.submitted_at)).where(*wanted)).one()
    seconds_ago = (at - last).total_seconds() if last else None
    return rules.Signals(
        network_seconds_ago=seconds_ago, network_recent=count, seconds_on_page=seconds_on_page
    )  # fmt: skip


def mark_burst_before(code_id: str, marks: Marks, around: rules.Signals, at: datetime) -> None:
    """Marks the earlier ratings of a burst that is noticed only now, so that it does not count its own beginning."""
    if not (around.is_code_burst or around.is_network_burst):
        return
    wanted = [
        Rating.code_id == code_id,
        Rating.submitted_at > at - timedelta(minutes=rules.BURST_MINUTES),
        Rating.suspect_reasons.not_like("%burst%"),
    ]
    if not around.is_code_burst:
        wanted.append(Rating.network_tag.in_(marks.networks))
    joined = case((Rating.suspect_reasons == "", "burst"), else_=Rating.suspect_reasons + " burst")
    with unit_of_work() as session:
        session.execute(update(Rating).where(*wanted).values(suspect_reasons=joined))


def in_last_minute(code_id: str, sender: Sender, at: datetime) -> int:
    """Ratings from the sender's network on the code within a minute. Needs no lock, so it can be asked first."""
    networks = sender_hashes.known_tags(sender.address, at)
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
