"""What tests of confirmations share."""

from typing import Any


def confirmation_body(of_visit: Any, record: str, receipt: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A body that PUT /api/v1/confirmations/{id} accepts: all of the record is right, as `receipt` says it was."""
    body = {
        "revision": 1,
        "base_revision": 0,
        "visit": of_visit.id,
        "state": "submitted",
        "started_at": "2026-11-23T11:05:00+08:00",
        "clock_offset_ms": 0,
        "observation": record,
        "observation_revision": receipt["revision"],
        "observation_digest": receipt["digest"],
        "deviations": [],
        "remark": "",
    }
    return body | changes
