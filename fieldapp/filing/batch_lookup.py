"""What the server holds of everything that a batch of filings touches: one query, however large the batch."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
from flask import current_app
from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import Session

from fieldapp.audit.queries import HEAD
from fieldapp.bulk import among, rows_as_json
from fieldapp.clock import china
from fieldapp.filing import bearers, kinds
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import Device, NumberSeries, Receipt
from fieldapp.filing.parts import Held, Part
from fieldapp.filing.wire import Filed
from fieldapp.frequent_query import FrequentQuery
from fieldapp.people.queries import WHO_MAY_FILE

# Columns of tables, not of models: to look each row up in a model takes longer than to read it.
_receipt, _device, _series = Receipt.__table__.c, Device.__table__.c, NumberSeries.__table__.c
# What every filing needs to know, whatever its kind. Rooms to the right add their parts by their kinds.
FILED = Part("filed", select(_receipt.subject_id.label("id"), _receipt.kind).where(among(_receipt.subject_id, "ids")))
REVOKED = Part("revoked", select(_device.id).where(among(_device.id, "devices"), _device.revoked_at.is_not(None)))
SIGN_INS = Part("sign_ins", WHO_MAY_FILE)
_NUMBERS = Part("numbers", select(_series.name, _series.last).where(among(_series.name, "series")))
CHAIN = Part("chain", HEAD)
_OF_ALL = (FILED, REVOKED, SIGN_INS, _NUMBERS, CHAIN)
# Asked only when a record comes that is here already.
_RECEIPTS = select(*_receipt).where(among(_receipt.subject_id, "ids"))


def series_of(kind: Kind, at: datetime) -> str | None:
    """The series that numbers of a kind are given in at this moment: one for each year in China, e.g. JD-2026."""
    return f"{kind.number_prefix}-{china(at).year}" if kind.number_prefix else None


def look_up(
    session: Session,
    filings: Sequence[tuple[str, Filed]],
    at: datetime,
    *,
    beside: tuple[Part, ...] = (),
    ids: Iterable[str] = (),
) -> Held:
    """Everything needed to judge and write `filings` (author id, filing), in the caller's unit of work.

    `beside`, `ids`: parts that are asked for beside theirs, and ids of what comes beside them (files).
    """
    connection = session.connection()
    present = sorted((kinds.of(name) for name in {filed.kind for _, filed in filings}), key=lambda kind: kind.place)
    parts = _parts_of(tuple(present), (bearers.part(), *beside))
    held = ask(connection, parts, _asked(filings, present, at, ids))
    if held.rows["filed"]:
        _look_up_known(connection, held, present)
    return held


def ask(connection: Connection, parts: tuple[Part, ...], asked: dict[str, Any]) -> Held:
    """The rows of `parts`, in one query; who bears which id, and the end of the chain, where these are among them.

    `asked`: the parameters that they use.
    """
    row = _look(parts).one(connection, asked)
    held = Held({part.name: orjson.loads(text) if text else [] for part, text in zip(parts, row, strict=True)})
    borne = (*held.rows.get(bearers.part().name, ()), *held.rows.get(FILED.name, ()))
    held.bearers = {one["id"]: one["kind"] for one in borne}
    for end in held.rows.get(CHAIN.name, ()):
        held.chain_end = end["sequence"], end["chain"]
    return held


def idle_since(at: datetime) -> datetime:
    """A sign-in that was not seen since then has ended."""
    return at - timedelta(hours=current_app.config["SETTINGS"].session_hours)


def is_signed_in(held: Held, author_id: str, kind: str, sign_in: str | None) -> bool:
    """Whether the sign-in that something of this kind came with still counts; where nobody has to ask (none), it does.

    `sign_in`: the hash of its token.
    """
    if sign_in is None:
        return True
    found = held.once(_by_token).get(sign_in)
    may_file = found is not None and not kinds.of(kind).filers.isdisjoint(found["roles"].split())
    return may_file and found is not None and found["user_id"] == author_id


def is_revoked(held: Held, device_id: str | None) -> bool:
    """Whether an administrator has shut out the phone that something came from."""
    return device_id in held.once(_revoked)


def last_number(held: Held, series: str) -> int | None:
    """The last number given in a series; None before the first."""
    return next((row["last"] for row in held.rows["numbers"] if row["name"] == series), None)


@cache
def _parts_of(present: tuple[Kind, ...], others: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(dict.fromkeys([*_OF_ALL, *others, *(part for kind in present for part in kind.parts)]))


@cache  # to build a statement takes longer than to run it; each query is a wait while others wait for this one
def _look(parts: tuple[Part, ...]) -> FrequentQuery:
    columns: list[Any] = [rows_as_json(part.rows).label(part.name) for part in parts]
    return FrequentQuery(select(*columns))


@cache
def _records(kind: Kind) -> Select[Any]:
    table = kind.row.__table__
    return select(*table.c).where(among(table.c.id, "ids"))


def _look_up_known(connection: Connection, held: Held, present: Iterable[Kind]) -> None:
    """The rows and receipts of records that are here already, with their own types."""
    for kind in present:
        known = {"ids": list({one["id"] for one in held.rows["filed"] if one["kind"] == kind.name})}
        if known["ids"]:
            held.records |= {row.id: row for row in connection.execute(_records(kind), known)}
            # Receipts of their own, outside the session: they go to other threads, and a rollback would empty them.
            receipts: Iterable[Row[Any]] = connection.execute(_RECEIPTS, known)
            held.receipts |= {(row.subject_id, row.revision): Receipt(**row._mapping) for row in receipts}


def _asked(
    filings: Sequence[tuple[str, Filed]], present: Iterable[Kind], at: datetime, others: Iterable[str]
) -> dict[str, Any]:
    return {
        "ids": list({*others, *(filed.id for _, filed in filings)}),
        "visits": list({filed.visit_id for _, filed in filings if filed.visit_id}),
        "authors": list({author_id for author_id, _ in filings}),
        "named": list({one for _, filed in filings for one in kinds.of(filed.kind).files_of(filed.body)}),
        "looked_for": list({one for _, filed in filings for one in kinds.of(filed.kind).looked_for(filed.body)}),
        "devices": list({filed.device_id for _, filed in filings if filed.device_id}),
        "token_hashes": list({filed.sign_in for _, filed in filings if filed.sign_in}),
        "idle_since": idle_since(at),
        "series": [series for kind in present if (series := series_of(kind, at))],
        "today": china(at).date(),
    }


def _by_token(held: Held) -> dict[str, dict[str, Any]]:
    return {row["token_hash"]: row for row in held.rows["sign_ins"]}


def _revoked(held: Held) -> set[str]:
    return {row["id"] for row in held.rows["revoked"]}
