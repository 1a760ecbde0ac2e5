"""确认 in the pack: what a supervisor is asked to confirm, and who has confirmed what."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from fieldapp.clock import now, rfc3339
from fieldapp.confirmations import queries as confirmations
from fieldapp.observations.rules import evidence_named
from fieldapp.people.models import User

DAYS_BACK = 30
_NOT_SHOWN = {"party", "location"}  # nobody confirms who was visited, nor where the phone lay


def to_confirm(user: User) -> list[dict[str, Any]]:
    """The records by others that wait for a word of this user, each as it was submitted, without party and place."""
    return [
        _asked(observation, revision, again)
        for observation, revision, again in confirmations.to_confirm(user, since=now() - timedelta(days=DAYS_BACK))
    ]


def confirmed(user: User) -> Iterable[dict[str, Any]]:
    """What was said of this user's records, and what this user said of others'."""
    for said, row in confirmations.concerning(user, since=now() - timedelta(days=DAYS_BACK)):
        yield {
            "id": said.id,
            "observation": said.observation_id,
            "number": row.number,
            "agency": row.agency_name,
            "revision": said.revision,
            "by": {"id": said.author_id, "name": said.author_name},
            "mine": said.author_id == user.id,
            "outcome": said.outcome,
            "items": [one["item"] for one in said.deviations],
            "counts": said.counts,
            "is_newest": said.is_newest,
            "at": rfc3339(said.at),
        }


def _asked(observation: Any, revision: Any, again: bool) -> dict[str, Any]:
    body = json.loads(revision.body)
    return {
        "id": observation.id,
        "number": observation.number,
        "visit": observation.visit_id,
        "revision": revision.revision,
        "digest": revision.digest,
        "author": {"id": observation.author_id, "name": observation.author.name},
        "agency": observation.visit.agency_name,
        "started_at": rfc3339(observation.started_at),
        "submitted_at": rfc3339(observation.submitted_at),
        "checklist_version": observation.checklist_version_id,
        "files": len(evidence_named(body)),
        "body": {name: value for name, value in body.items() if name not in _NOT_SHOWN},
        "again": bool(again),
    }
