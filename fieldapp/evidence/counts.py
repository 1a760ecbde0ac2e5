"""How many of the files that a record names are here: noted on the record in the transaction that files them.

A record that has not come yet counts them itself when it does. What others have hung onto its id does not count.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, select, update

from fieldapp.bulk import among
from fieldapp.evidence.batch_parts import PARTS
from fieldapp.evidence.rules import Announced
from fieldapp.filing import bodies, kinds
from fieldapp.filing.canonical import parse
from fieldapp.filing.kinds import Kind
from fieldapp.filing.models import SealedBody
from fieldapp.filing.parts import Held, Part

Counts = Mapping[tuple[str, str], int]
(_ARRIVED,) = PARTS


@cache  # made once: every photo that arrives asks it
def _head_bodies(kind: Kind) -> Part:
    """Of the records of this kind among `owners`: id, author and the words of the newest revision."""
    row, revision = kind.row.__table__.c, kind.revision.__table__.c
    joined = (kind.owner == row.id) & (revision.revision == row.head_revision)
    return Part(
        f"heads_of_{kind.name}",
        select(row.id, row.author_id.label("author"), revision.revision, revision.body)
        .join_from(kind.row.__table__, kind.revision.__table__, joined)
        .where(among(row.id, "owners")),
    )


def heads_of(files: Iterable[Announced]) -> tuple[Part, ...]:
    """The parts that say what the records of these files name. Their parameter is `owners`."""
    present = {one.owner_kind for one in files}
    return tuple(_head_bodies(kind) for kind in kinds.every() if kind.name in present)


_KEYS = select(SealedBody.owner_id, SealedBody.revision, SealedBody.key).where(
    among(SealedBody.__table__.c.owner_id, "owners")
)


def _keys(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], bytes | None]:
    """The keys of words that are sealed, by record and revision; asked for only where there are such."""
    owners = [row["id"] for row in rows if row["body"].startswith(bodies.MARK)]
    found = connection.execute(_KEYS, {"owners": owners}) if owners else ()
    return {(row.owner_id, row.revision): row.key for row in found}


def counted(connection: Connection, held: Held, arriving: Sequence[tuple[str, Announced]]) -> Counts:
    """How many files will be here of each record that names one of those `arriving` (author id, file), by kind and id.

    `held` has the rows of `heads_of`. Asks once for all records, and not at all when they name nothing else.
    """
    named = _named_by_records(connection, held, arriving)
    here = {(author_id, announced.id) for author_id, announced in arriving}
    others = {one for (_, _, author), ids in named.items() for one in ids if (author, one) not in here}
    if others:
        here |= {(row.author, row.id) for row in connection.execute(_ARRIVED.rows, {"named": list(others)})}
    return {
        (kind, record_id): sum((author, one) in here for one in ids) for (kind, record_id, author), ids in named.items()
    }


def write_counts(connection: Connection, counts: Counts) -> None:
    """Notes them on the records. Reads nothing."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for (kind, record_id), number in counts.items():
        by_kind.setdefault(kind, []).append({"owner_id": record_id, "here": number})
    for kind, changes in by_kind.items():
        connection.execute(_note(kinds.of(kind)), changes)


def _named_by_records(
    connection: Connection, held: Held, arriving: Sequence[tuple[str, Announced]]
) -> dict[tuple[str, str, str], set[str]]:
    """By kind, id and author of a record: the files that it names, where one of those arriving is among them."""
    arrived = {announced.id for _, announced in arriving}
    wanted = {(announced.owner_kind, announced.owner_id, author_id) for author_id, announced in arriving}
    found = {}
    for name in {kind for kind, _, _ in wanted}:
        kind = kinds.of(name)
        rows = held.rows[_head_bodies(kind).name]
        keys = _keys(connection, rows)
        for row in rows:
            if (name, row["id"], row["author"]) in wanted:
                text = bodies.opened(row["body"], keys.get((row["id"], row["revision"])))
                ids = set(kind.files_of(parse(text))) if text else set()
                if ids & arrived:
                    found[name, row["id"], row["author"]] = ids
    return found


@cache
def _note(kind: Kind) -> Update:
    table = kind.row.__table__
    return update(table).where(table.c.id == bindparam("owner_id")).values(evidence_arrived=bindparam("here"))
