"""How accepted revisions get into the tables: one statement a table, however large the batch."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Update, bindparam, insert, update
from sqlalchemy.orm import Session

from fieldapp.bulk import insert_rows
from fieldapp.filing import bodies, sealing
from fieldapp.filing.batch_lookup import last_number, series_of
from fieldapp.filing.kinds import Accepted, Kind
from fieldapp.filing.models import NumberSeries, SealedBody, SealedPerson
from fieldapp.filing.parts import Held

_KEPT = {"id", "created_at"}  # of a record that is filed again
_NUMBER_DIGITS = 6
# Made once, and for tables: to build a statement, or to look each row up in a model, takes longer than to run it.
_series = NumberSeries.__table__.c
_FIRST_NUMBERS = insert(NumberSeries.__table__)
_NEXT_NUMBERS = update(NumberSeries.__table__).where(_series.name == bindparam("series")).values(last=bindparam("last"))


def write(session: Session, held: Held, accepted: Sequence[Accepted], at: datetime) -> None:
    """Numbers first submissions; writes records, revisions and sealed persons. Reads nothing; in the caller's unit of
    work.
    """
    connection = session.connection()
    of_kind: dict[Kind, list[Accepted]] = defaultdict(list)
    for one in accepted:
        of_kind[one.kind].append(one)
    for kind, own in of_kind.items():
        _give_numbers(connection, held, kind, own, at)
        insert_rows(connection, kind.row.__table__, [_row(held, one, at) for one in own if one.before is None])
        for one in own:
            if one.before is not None:
                row = _row(held, one, at)
                connection.execute(_change(kind), {f"new_{name}": value for name, value in row.items()})
        insert_rows(connection, kind.revision.__table__, _revisions(connection, own, at))
        kind.follows(connection, held, own)
    insert_rows(connection, SealedPerson.__table__, [_sealed(one) for one in accepted if one.filed.person is not None])


def _give_numbers(connection: Connection, held: Held, kind: Kind, accepted: Sequence[Accepted], at: datetime) -> None:
    """Gives each first submission the next number of its year, in order. Nobody else can: there is one writer."""
    series = series_of(kind, at)
    if series is None:
        return
    before = last_number(held, series)
    last = before or 0
    for one in accepted:
        if one.is_submitted and one.number is None:
            last += 1
            one.number = f"{series}-{last:0{_NUMBER_DIGITS}d}"
    if before is None and last:
        connection.execute(_FIRST_NUMBERS, {"name": series, "last": last})
    elif before is not None and last != before:
        connection.execute(_NEXT_NUMBERS, {"series": series, "last": last})


@cache
def _change(kind: Kind) -> Update:
    table = kind.row.__table__
    changed: dict[Any, Any] = {
        column: bindparam(f"new_{column.name}") for column in table.c if column.name not in _KEPT
    }
    return update(table).where(table.c.id == bindparam("new_id")).values(changed)


@cache
def _columns_of(kind: Kind) -> frozenset[str]:
    return frozenset(kind.row.__table__.c.keys())


def _row(held: Held, accepted: Accepted, at: datetime) -> dict[str, Any]:
    filed, kind = accepted.filed, accepted.kind
    own = {"number": accepted.number, "created_at": at}  # of the kinds that want them
    return {
        **{name: value for name, value in own.items() if name in _columns_of(kind)},
        **kind.repeats(filed.body),
        **kind.taken_over(held, filed),
        **accepted.also,
        "id": filed.id,
        "visit_id": filed.visit_id,
        "author_id": accepted.author_id,
        "state": accepted.next_state,
        "head_revision": filed.revision,
        "started_at": filed.started_at,
        "submitted_at": accepted.submitted_at,
        "changed_at": at,
        "evidence_named": len(accepted.named),
        "evidence_arrived": len(accepted.arrived),
    }


def _revisions(connection: Connection, accepted: Sequence[Accepted], at: datetime) -> list[dict[str, Any]]:
    """The rows of revisions of one kind; the keys of those whose words are sealed are written on the way."""
    keys: list[dict[str, Any]] = []
    rows = []
    for one in accepted:
        body = one.filed.canonical_body
        if one.kind.is_sealed:
            body, key = bodies.seal(body)
            its = {"owner_id": one.filed.id, "revision": one.filed.revision, "owner_kind": one.kind.name}
            keys.append({**its, "key": key})
        rows.append(_revision(one, body, at))
    if keys:
        insert_rows(connection, SealedBody.__table__, keys)
    return rows


def _revision(accepted: Accepted, body: str, at: datetime) -> dict[str, Any]:
    filed = accepted.filed
    return {
        accepted.kind.owner.name: filed.id,
        "revision": filed.revision,
        "base_revision": filed.base_revision,
        "state": filed.state,
        "body": body,
        "digest": filed.digest,
        "device_id": filed.device_id,
        "received_at": at,
    }


def _sealed(accepted: Accepted) -> dict[str, Any]:
    person = accepted.filed.person
    if person is None:
        raise ValueError("nobody to seal")
    sealed, key = sealing.seal(person, current_app.config["SETTINGS"].instance)
    return {
        "owner_id": accepted.filed.id,
        "revision": accepted.filed.revision,
        "owner_kind": accepted.kind.name,
        "sealed": sealed,
        "key": key,
        "erased_at": None,
    }
