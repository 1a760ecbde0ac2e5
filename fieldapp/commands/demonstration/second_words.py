"""What two supervisors of 云川市 say of their colleagues' records: one confirms, one has it otherwise at an item."""

import json
from datetime import timedelta
from typing import Any

from fieldapp import ids
from fieldapp.clock import now, rfc3339
from fieldapp.commands.demonstration.phone_filings import file_confirmation
from fieldapp.commands.demonstration.staff import Staff
from fieldapp.commands.demonstration.work import Diary
from fieldapp.confirmations import queries as confirmations
from fieldapp.people.models import User

_OTHERWISE = "我站在门口，看到的不一样：先问了话，过后才做的这一步。"


def confirm(staff: Staff, diary: Diary) -> None:
    """Notes both, an hour ago: the rest goes on waiting to be confirmed."""
    diary.at(diary.now - timedelta(hours=1), lambda: _say(staff["supervisor1"], is_otherwise=True))
    diary.at(diary.now - timedelta(minutes=50), lambda: _say(staff["supervisor2"], is_otherwise=False))


def _say(person: User, *, is_otherwise: bool) -> None:
    waiting = confirmations.to_confirm(person, since=now() - timedelta(days=30))
    if waiting:
        observation, revision, _ = waiting[0 if is_otherwise else -1]
        items = sorted(json.loads(revision.body)["answers"])
        deviations = [{"item": items[0], "reason": _OTHERWISE, "value": "no"}] if is_otherwise else []
        file_confirmation(person, ids.mint(), _body(observation, revision, deviations))


def _body(observation: Any, revision: Any, deviations: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "revision": 1,
        "base_revision": 0,
        "visit": observation.visit_id,
        "state": "submitted",
        "started_at": rfc3339(now()),
        "clock_offset_ms": 0,
        "observation": observation.id,
        "observation_revision": revision.revision,
        "observation_digest": revision.digest,
        "deviations": deviations,
        "remark": "",
    }
