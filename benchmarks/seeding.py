"""Many records at once, for measurements: rows as filing would have written them, in bulk and without signatures."""

import json
from datetime import timedelta
from typing import Any

from factories import observation_body
from flask import current_app
from sqlalchemy import Connection, func, insert, select, text

from benchmarks.server import Bench
from fieldapp import ids
from fieldapp.audit.models import AuditEntry
from fieldapp.clock import now
from fieldapp.extensions import db, unit_of_work
from fieldapp.filing import keys
from fieldapp.filing.models import Receipt
from fieldapp.observations.models import Observation, ObservationRevision
from fieldapp.visits.models import Visit

_AT_ONCE, _RECORDS_OF_A_VISIT = 5_000, 3
_STATES = ("submitted", "approved", "approved", "approved", "returned")


def seed(bench: Bench, size: int, *, records_of_a_visit: int = _RECORDS_OF_A_VISIT) -> None:
    """Fills up to `size` records, each with a revision, a receipt and an audit entry, so many of each new visit. What
    is derived from them is still to be caught up with: see lists.py.
    """
    with db.engine.connect() as connection:
        present = connection.execute(select(func.count()).select_from(Observation)).scalar_one()
    body = json.dumps(observation_body(bench.visits[0], bench.version), ensure_ascii=False, sort_keys=True)
    for first in range(present, size, _AT_ONCE):
        with unit_of_work() as session:
            numbers = range(first, min(size, first + _AT_ONCE))
            _insert(session.connection(), bench, numbers, body, records_of_a_visit)
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As the database does by itself in time: PostgreSQL's autovacuum after so many new rows.
        connection.execute(text("VACUUM ANALYZE" if bench.engine == "postgresql" else "ANALYZE"))


def _insert(connection: Connection, bench: Bench, numbers: range, body: str, records_of_a_visit: int) -> None:
    sequence = connection.execute(select(func.max(AuditEntry.sequence))).scalar() or 0
    at = now()
    like = {column.name: getattr(bench.visits[0], column.name) for column in Visit.__table__.c}
    like["starts_at"] -= timedelta(days=400)  # of earlier years: phones carry the visits of these weeks
    visits = [{**like, "id": ids.mint()} for _ in range(0, len(numbers), records_of_a_visit)]
    connection.execute(insert(Visit.__table__), visits)
    # Over receipts of no key at all no server starts.
    signing_key, _ = keys.signing_key(current_app.config["SETTINGS"].instance)
    made = [(number, ids.mint(), at - timedelta(minutes=(number * 7919) % 500_000)) for number in numbers]
    connection.execute(
        insert(Observation.__table__),
        [_observation(bench, visits[place // records_of_a_visit], *one) for place, one in enumerate(made)],
    )
    connection.execute(
        insert(ObservationRevision.__table__),
        [
            {"observation_id": key, "revision": 1, "base_revision": 0, "state": "submitted", "body": body,
             "digest": "0" * 64, "device_id": None, "received_at": moment}
            for _, key, moment in made
        ],
    )  # fmt: skip
    numbered = [(sequence + place, key, moment) for place, (_, key, moment) in enumerate(made, start=1)]
    connection.execute(
        insert(AuditEntry.__table__),
        [
            {"sequence": place, "at": moment, "event": "observation.filed", "actor_id": bench.county.zhang_san.id,
             "subject_kind": "observation", "subject_id": key, "details": "{}", "chain": f"{place:064x}"}
            for place, key, moment in numbered
        ],
    )  # fmt: skip
    connection.execute(
        insert(Receipt.__table__),
        [
            {"subject_id": key, "revision": 1, "kind": "observation", "digest": "0" * 64, "received_at": moment,
             "sequence": place, "chain": f"{place:064x}", "key_id": signing_key, "signature": "A" * 88}
            for place, key, moment in numbered
        ],
    )  # fmt: skip


def _observation(bench: Bench, visit: dict[str, Any], number: int, key: str, moment: Any) -> dict[str, Any]:
    no_count = number % 11 == 0
    return {
        "id": key,
        "number": f"JD-2025-{number:06d}",
        "visit_id": visit["id"],
        "author_id": (bench.county.zhang_san if number % 3 else bench.county.li_si).id,
        "checklist_version_id": bench.version.id,
        "state": _STATES[number % len(_STATES)],
        "head_revision": 1,
        "group_id": visit["group_id"],
        "locality_id": visit["locality_id"],
        "agency_id": visit["agency_id"],
        "domain": visit["domain"],
        "mode": visit["mode"],
        "started_at": moment,
        "submitted_at": moment,
        "created_at": moment,
        "changed_at": moment,
        "yes_count": 30,
        "no_count": int(no_count),
        "no_items": "B01" if no_count else "",
        "critical_no_items": "B01" if no_count else "",
    }
