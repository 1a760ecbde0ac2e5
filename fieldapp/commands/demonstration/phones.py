"""The phones of 云川市: most have sent everything; two still hold something, one of them for more than a day."""

from collections.abc import Callable
from datetime import timedelta

from fieldapp import ids
from fieldapp.commands.demonstration.staff import Staff
from fieldapp.commands.demonstration.work import Diary
from fieldapp.filing import devices
from fieldapp.filing.devices import Heartbeat
from fieldapp.people.models import User

# (user name, hours since it was heard of, records it still holds, files, hours since the oldest was made)
_PHONES = (
    ("supervisor1", 1, 1, 0, 20),
    ("supervisor2", 3, 0, 0, None),
    ("supervisor3", 5, 0, 0, None),
    ("supervisor4", 30, 1, 3, 70),
    ("member02", 26, 0, 0, None),
    ("member10", 50, 0, 0, None),
    ("member12", 8, 0, 0, None),
    ("member35", 100, 1, 2, 130),
)


def report(diary: Diary, staff: Staff) -> None:
    """Notes the last word of each phone."""
    for username, silent_hours, records, files, oldest_hours in _PHONES:
        oldest_at = diary.now - timedelta(hours=oldest_hours) if oldest_hours else None
        heartbeat = Heartbeat(
            unsent_records=records,
            unsent_files=files,
            oldest_unsent_at=oldest_at,
            highest_sequence=4,
            app_version="演示",
            storage={"used_bytes": 48_000_000, "quota_bytes": 2_000_000_000, "persisted": True},
            receipts=[],
        )
        diary.at(diary.now - timedelta(hours=silent_hours), _deed(staff[username], heartbeat))


def _deed(user: User, heartbeat: Heartbeat) -> Callable[[], object]:
    return lambda: devices.report(user, ids.mint(), heartbeat)
