"""Who still holds what: the phones as they last reported themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from fieldapp.extensions import db
from fieldapp.filing.models import Device
from fieldapp.people.models import User

LATE = timedelta(hours=24)


def phones() -> Sequence[tuple[Device, User]]:
    """Every phone with its user: those that hold the oldest unsent things first, then by when they were heard of."""
    rows = db.session.execute(
        select(Device, User)
        .join(User, User.id == Device.user_id)
        .order_by(
            Device.revoked_at.is_not(None),
            Device.oldest_unsent_at.is_(None),
            Device.oldest_unsent_at,
            Device.seen_at.desc(),
        )
    )
    return [(row.Device, row.User) for row in rows]


def is_late(device: Device, at: datetime) -> bool:
    """Whether the phone has held something unsent for more than a day; one that was shut out does not count."""
    held = (device.unsent_records or device.unsent_files) and device.revoked_at is None
    return bool(held and device.oldest_unsent_at and device.oldest_unsent_at < at - LATE)


def count_late(at: datetime) -> int:
    """How many phones have held something unsent for more than a day, shut out ones not counted."""
    holding = or_(Device.unsent_records > 0, Device.unsent_files > 0)
    query = select(func.count()).select_from(Device).where(holding, Device.revoked_at.is_(None))
    return db.session.scalar(query.where(Device.oldest_unsent_at < at - LATE)) or 0
